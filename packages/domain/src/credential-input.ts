import { z } from 'zod'
import { type DestinationRule, type DestinationRuleInput, parseDestinationRule } from './destination-rule.ts'
import type { Problem } from './error.ts'
import type { SecretName } from './grants/grant.ts'
import { problem } from './problem.ts'
import { isObject, parseRecipe, type Recipe, recipeSchema, secretNamed } from './recipe.ts'
import { problemsOfIssues } from './schema-problem.ts'
import {
  type SecretInput,
  type SecretSource,
  type SecretSources,
  secretProblems,
  secretSource,
  secretsInput,
  secretsPatch,
} from './secret-input.ts'

/** Names stand in paths, scopes and log lines, so there is one spelling only: lower case. */
export const credentialName = z
  .string()
  .regex(
    /^[a-z0-9][a-z0-9._-]{0,127}$/,
    'A name is lower-case letters, digits, ".", "_" and "-", begins with a letter or digit, and has at most 128 characters.',
  )

const label = z.string().max(256)
const labelName = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._/-]{0,62}$/, 'Not the name of a label.')

const destination = z.union([
  z.string().min(1).max(4096),
  z.strictObject({ url: z.string().min(1).max(4096), methods: z.array(z.string()).nullish() }),
])

const ownMembers = z.record(z.string(), z.unknown())

const membersBesideRecipe = {
  name: credentialName,
  provider: credentialName.nullish().describe('The provider whose recipe this one is laid over.'),
  secrets: secretsInput.prefault({}),
  destinations: z
    .array(destination)
    .max(256)
    .default([])
    .describe('Where the token may go; it goes nowhere else.'),
  environment: credentialName.nullish(),
  labels: z.record(labelName, label).default({}),
}

/** The body of `POST /v1/credentials` and `POST /v1/validate`. */
export const credentialInput = z.strictObject({
  ...membersBesideRecipe,
  recipe: z.union([recipeSchema, ownMembers]).optional(),
})

/** Checked shallowly: the recipe and the rules have parsers with better words than a schema has. */
const createShell = z.strictObject({ ...membersBesideRecipe, recipe: ownMembers.optional() })

/** The body of `PATCH /v1/credentials/{name}`: a JSON merge patch, RFC 7396. */
export const credentialPatch = z.strictObject({
  provider: credentialName.nullable().optional(),
  recipe: ownMembers.optional(),
  secrets: secretsPatch.optional(),
  destinations: z.array(destination).max(256).optional(),
  environment: credentialName.nullable().optional(),
  labels: z.record(labelName, label.nullable()).optional(),
})

/** A credential that somebody wants to have, checked. */
export interface CredentialInput {
  name: string
  provider: string | null
  /** Complete; null where the recipe of a provider has to be laid under `ownRecipe` first. */
  recipe: Recipe | null
  /** The members as they were written: `mergeRecipe(provider's recipe, ownRecipe)` makes the whole. */
  ownRecipe: Readonly<Record<string, unknown>>
  secrets: SecretSources
  destinations: DestinationRule[]
  environment: string | null
  labels: Readonly<Record<string, string>>
}

/** What somebody wants changed, checked. An absent member stays as it is. */
export interface CredentialPatch {
  provider?: string | null
  /** A merge patch over the credential's own recipe. */
  ownRecipe?: Readonly<Record<string, unknown>>
  /** Null takes a secret away. */
  secrets?: Readonly<Partial<Record<SecretName, SecretSource | null>>>
  destinations?: DestinationRule[]
  environment?: string | null
  /** Null takes a label away. */
  labels?: Readonly<Record<string, string | null>>
}

/** Checks the body of a new credential and names every problem at once. No problem repeats a secret. */
export function parseCredentialInput(body: unknown): { input: CredentialInput } | { problems: Problem[] } {
  if (!isObject(body)) return { problems: [problem('', 'field.invalid', 'The body is a JSON object.')] }
  const misplaced = misplacedAtTop(body)
  const parsed = createShell.safeParse(withoutSecretMembers(body))
  const problems = [...misplaced, ...(parsed.success ? [] : problemsOfIssues(parsed.error.issues, createShell, ''))]
  const isWhole = body.provider === undefined || body.provider === null
  const recipe = isWhole ? wholeRecipe(body.recipe, problems) : null
  const secrets = sourcesOf(isObject(body.secrets) ? secretsOnly(body.secrets) : {})
  if (recipe) problems.push(...secretProblems(recipe, secrets))
  const destinations = parseDestinations(body.destinations, problems)
  if (!parsed.success || problems.length > 0) return { problems: withoutRepeats(problems) }
  const { name, provider, environment, labels } = parsed.data
  return {
    input: {
      name,
      provider: provider ?? null,
      recipe,
      ownRecipe: parsed.data.recipe ?? {},
      secrets,
      destinations,
      environment: environment ?? null,
      labels,
    },
  }
}
