import type { Problem } from './error.ts'
import { parseRecipe } from './recipe.ts'

/**
 * Checks the recipe of a provider: what is there has to be right, what is missing may come from each
 * credential (a client id, a scope).
 */
export function parseProviderRecipe(
  input: unknown,
): { recipe: Record<string, unknown> } | { problems: Problem[] } {
  const parsed = parseRecipe(input)
  if ('recipe' in parsed) return { recipe: input as Record<string, unknown> }
  const problems = parsed.problems.filter(
    ({ code, path }) => code !== 'field.missing' || path === '/recipe/grant',
  )
  return problems.length > 0 ? { problems } : { recipe: input as Record<string, unknown> }
}
