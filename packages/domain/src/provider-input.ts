import { z } from 'zod'
import type { Problem } from './error.ts'
import type { AnyRecipe } from './every-recipe.ts'
import { isGrantType } from './grants/table.ts'
import { isObject } from './json.ts'
import { parseProviderRecipe } from './provider-recipe.ts'
import { problemsOfIssues } from './schema-problem.ts'
import { type SecretSource, secretProblems, secretSource, secretsPatch } from './secret-input.ts'

const providerInput = z.strictObject({
  name: z
    .string()
    .regex(
      /^[a-z0-9][a-z0-9._-]{0,127}$/,
      'Lower-case letters, digits, dot, hyphen and underscore; 128 at most.',
    ),
  title: z.string().max(200).nullable().default(null),
  description: z.string().max(2000).nullable().default(null),
  recipe: z.record(z.string(), z.unknown()),
  secrets: secretsPatch.prefault({}),
})

/** A provider that somebody wants to have; null takes a secret of an earlier version away. */
export interface ProviderInput {
  name: string
  title: string | null
  description: string | null
  recipe: Record<string, unknown>
  secrets: Readonly<Record<string, SecretSource | null>>
}

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
  if (!parsed.success) return { problems }
  const secrets = Object.fromEntries(
    Object.entries(parsed.data.secrets).map(([name, secret]) => [
      name,
      secret === null || secret === undefined ? null : secretSource(secret),
    ]),
  )
  // A recipe with faults may not say which secrets it takes.
  if (problems.length === 0) problems.push(...unfitSecrets(parsed.data.recipe, secrets))
  return problems.length > 0 ? { problems } : { input: { ...parsed.data, secrets } }
}

/** Secrets that the recipe does not take; those that are missing each credential brings. */
function unfitSecrets(
  recipe: Record<string, unknown>,
  secrets: Readonly<Record<string, SecretSource | null>>,
): Problem[] {
  if (!isObject(recipe) || !isGrantType(String(recipe.grant))) return []
  const given = Object.fromEntries(
    Object.entries(secrets).filter((entry): entry is [string, SecretSource] => entry[1] !== null),
  )
  return secretProblems(recipe as AnyRecipe, given).filter(({ code }) => code !== 'secret.missing')
}
