import { z } from 'zod'
import type { Problem } from './error.ts'
import { parseProviderRecipe } from './provider-recipe.ts'
import { problemsOfIssues } from './schema-problem.ts'

const providerInput = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,127}$/,
      'Lower-case letters, digits, dot, hyphen and underscore; 128 at most.',
    ),
  title: z.string().max(200).nullable().default(null),
  recipe: z.record(z.string(), z.unknown()),
})
export type ProviderInput = z.infer<typeof providerInput>

/** Parses the body that makes a provider or a version of one; every problem at once. */
export function parseProviderInput(
  body: unknown,
): { input: ProviderInput } | { problems: readonly Problem[] } {
  const parsed = providerInput.safeParse(body)
  const problems = parsed.success ? [] : problemsOfIssues(parsed.error.issues, providerInput, '')
  const recipe = (body as { recipe?: unknown } | null)?.recipe
  if (recipe !== undefined) {
    const checked = parseProviderRecipe(recipe)
    if ('problems' in checked) problems.push(...checked.problems)
  }
  return problems.length === 0 && parsed.success ? { input: parsed.data } : { problems }
}
