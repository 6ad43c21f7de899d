import { z } from 'zod'
import type { Problem } from './error.ts'
import { type AnyRecipe, type EveryRecipe, everyRecipe } from './every-recipe.ts'
import type { Grant } from './grants/grant.ts'
import { GRANT_TYPES, GRANTS, type GrantType, isGrantType } from './grants/table.ts'
import { isObject } from './json.ts'
import { takeMisplaced } from './misplaced-secret.ts'
import { problem, shownName } from './problem.ts'
import { problemsOfIssues } from './schema-problem.ts'
import { closest } from './suggestion.ts'
import { missingMembers, variationProblems } from './variation-problem.ts'

/** A recipe that has been checked. */
export type Recipe = { [T in GrantType]: z.infer<(typeof GRANTS)[T]['fields']> & EveryRecipe }[GrantType]

const schemaOf = (grant: Grant): z.ZodObject =>
  z.strictObject({ ...grant.fields.shape, ...everyRecipe.shape })

const SCHEMAS = Object.fromEntries(
  GRANT_TYPES.map((type) => [type, schemaOf(GRANTS[type])]),
) as unknown as Record<GrantType, z.ZodObject>

type Options = [z.ZodObject, ...z.ZodObject[]]

/** Every recipe there can be; API description, forms and checks come from it. */
export const recipeSchema = z.discriminatedUnion(
  'grant',
  Object.values(SCHEMAS) as Options,
) as unknown as z.ZodType<Recipe>

/** The JSON schema library's own view of one grant, for forms. */
export const recipeSchemaOf = (type: GrantType): z.ZodObject => SCHEMAS[type]

export type RecipeResult = { recipe: Recipe } | { problems: Problem[] }

/** Checks a recipe and names every problem at once; paths are JSON pointers below `basePath`. */
export function parseRecipe(input: unknown, basePath = '/recipe'): RecipeResult {
  if (!isObject(input)) return { problems: [problem(basePath, 'field.invalid', 'A recipe is an object.')] }
  const misplaced = takeMisplaced(input, basePath)
  const grantProblem = problemOfGrant(input.grant, basePath)
  if (grantProblem) return { problems: [grantProblem, ...misplaced.problems] }
  const type = input.grant as GrantType
  const grant: Grant = GRANTS[type]
  const parsed = SCHEMAS[type].safeParse(misplaced.rest)
  const missing = missingMembers(misplaced.rest, grant, basePath)
  if (!parsed.success) {
    const issues = problemsOfIssues(parsed.error.issues, SCHEMAS[type], basePath)
    return { problems: [...misplaced.problems, ...issues, ...missing] }
  }
  const recipe = parsed.data as Recipe
  const faults = (grant.check?.(recipe) ?? []).map((fault) =>
    problem(
      basePath + fault.path,
      fault.missing ? 'field.missing' : 'field.invalid',
      fault.detail,
      fault.hint,
    ),
  )
  const variation = variationProblems(recipe as AnyRecipe, basePath)
  const isNamed = ({ path }: Problem) => faults.some((fault) => fault.path === path)
  const lacking = missing.filter((one) => !isNamed(one))
  const problems = [...misplaced.problems, ...faults, ...lacking, ...variation]
  return problems.length > 0 ? { problems } : { recipe }
}

function problemOfGrant(grant: unknown, basePath: string): Problem | undefined {
  const path = `${basePath}/grant`
  const known = `Known grants: ${GRANT_TYPES.join(', ')}.`
  if (grant === undefined) return problem(path, 'field.missing', 'A recipe names its grant.', known)
  if (typeof grant !== 'string') return problem(path, 'field.invalid', 'The grant is a text.', known)
  if (isGrantType(grant)) return undefined
  const near = closest(grant, GRANT_TYPES)
  const detail = `There is no grant "${shownName(grant)}".`
  return problem(path, 'grant.unknown', detail, near ? `Did you mean ${near}? ${known}` : known)
}

/** Lays a credential's own members over those of its provider by JSON merge patch, RFC 7396: null removes. */
export function mergeRecipe(
  providerRecipe: Readonly<Record<string, unknown>>,
  own: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  const merged = new Map(Object.entries(providerRecipe))
  for (const [name, value] of Object.entries(own)) {
    const below = merged.get(name)
    if (value === null) merged.delete(name)
    else merged.set(name, isObject(value) ? mergeRecipe(isObject(below) ? below : {}, value) : value)
  }
  return Object.fromEntries(merged)
}
