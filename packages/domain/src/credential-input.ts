import { z } from 'zod'
import { type DestinationRule, parseDestinationRule } from './destination-rule.ts'
import type { Problem } from './error.ts'
import type { AnyRecipe } from './every-recipe.ts'
import type { SecretName } from './grants/grant.ts'
import { isGrantType } from './grants/table.ts'
import { isObject } from './json.ts'
import { takeMisplaced } from './misplaced-secret.ts'
import { problem } from './problem.ts'
import { parseRecipe, type Recipe, recipeSchema } from './recipe.ts'
import { problemsOfIssues } from './schema-problem.ts'
import {
  type SecretSource,
  type SecretSources,
  secretInput,
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
  secrets?: Readonly<Record<SecretName, SecretSource | null>>
  destinations?: DestinationRule[]
  environment?: string | null
  /** Null takes a label away. */
  labels?: Readonly<Record<string, string | null>>
}

export type CredentialInputResult = { input: CredentialInput } | { problems: Problem[] }
export type CredentialPatchResult = { patch: CredentialPatch } | { problems: Problem[] }

const notAnObject = () => ({ problems: [problem('', 'field.invalid', 'The body is a JSON object.')] })

/** Checks the body of a new credential and names every problem at once. No problem repeats a secret. */
export function parseCredentialInput(body: unknown): CredentialInputResult {
  if (!isObject(body)) return notAnObject()
  const { rest, problems } = takeMisplaced(body, '')
  const parsed = createShell.safeParse(rest)
  if (!parsed.success) problems.push(...problemsOfIssues(parsed.error.issues, createShell, ''))
  const destinations = parseDestinations(body.destinations, problems)
  const secrets = readableSecrets(body.secrets)
  const recipe = body.provider == null ? parseWhole(body, secrets, problems) : null
  if (body.provider != null && isObject(body.recipe)) {
    problems.push(...takeMisplaced(body.recipe, '/recipe').problems)
  }
  if (!parsed.success || problems.length > 0) return { problems }
  const { name, provider, environment, labels } = parsed.data
  return {
    input: {
      name,
      provider: provider ?? null,
      recipe,
      ownRecipe: parsed.data.recipe ?? {},
      secrets: secrets as SecretSources,
      destinations,
      environment: environment ?? null,
      labels,
    },
  }
}

/** Checks a change. Whether the merged recipe and its secrets still fit is known only once it is merged. */
export function parseCredentialPatch(body: unknown): CredentialPatchResult {
  if (!isObject(body)) return notAnObject()
  const { rest, problems } = takeMisplaced(body, '')
  const parsed = credentialPatch.safeParse(rest)
  if (!parsed.success) problems.push(...problemsOfIssues(parsed.error.issues, credentialPatch, ''))
  if (isObject(body.recipe)) problems.push(...takeMisplaced(body.recipe, '/recipe').problems)
  const destinations = parseDestinations(body.destinations, problems)
  if (!parsed.success || problems.length > 0) return { problems }
  const { provider, recipe, secrets, environment, labels } = parsed.data
  return {
    patch: {
      ...(provider !== undefined && { provider }),
      ...(recipe !== undefined && { ownRecipe: recipe }),
      ...(secrets !== undefined && { secrets: readableSecrets(body.secrets) }),
      ...(parsed.data.destinations !== undefined && { destinations }),
      ...(environment !== undefined && { environment }),
      ...(labels !== undefined && { labels }),
    },
  }
}

/** A recipe that stands alone, together with the secrets it needs. */
function parseWhole(
  body: Record<string, unknown>,
  secrets: CredentialPatch['secrets'],
  problems: Problem[],
): Recipe | null {
  if (body.recipe === undefined) {
    const hint = 'Give a recipe, or name a provider that has one.'
    problems.push(
      problem('/recipe', 'field.missing', 'A credential without a provider needs a recipe.', hint),
    )
    return null
  }
  if (!isObject(body.recipe)) return null
  const result = parseRecipe(body.recipe)
  if ('problems' in result) problems.push(...result.problems)
  const recipe = 'recipe' in result ? result.recipe : null
  const readable = recipe ?? (saysItsSecrets(body.recipe, problems) ? body.recipe : null)
  if (readable) {
    const written = isObject(body.secrets) ? body.secrets : {}
    const found = secretProblems(readable as AnyRecipe, (secrets ?? {}) as SecretSources)
    // One that is there but malformed was named already.
    problems.push(...found.filter(({ code, path }) => code !== 'secret.missing' || !isWritten(written, path)))
  }
  return recipe
}

const isWritten = (secrets: Record<string, unknown>, path: string): boolean =>
  Object.hasOwn(secrets, path.slice('/secrets/'.length))

/** Members that say which secrets there are. */
const DECIDING =
  /^\/recipe\/(?:grant|client_id|client_auth|alg|(?:fields|token_request|refresh_request)(?:\/.*)?)$/

/** True when a recipe with other faults still says which secrets it takes. */
function saysItsSecrets(recipe: Record<string, unknown>, problems: readonly Problem[]): boolean {
  return isGrantType(String(recipe.grant)) && !problems.some(({ path }) => DECIDING.test(path))
}

/** The secrets that are well-formed, wrapped; what is wrong with the others the schema says. */
function readableSecrets(written: unknown): Record<SecretName, SecretSource | null> {
  const readable: Array<[SecretName, SecretSource | null]> = []
  for (const [name, value] of Object.entries(isObject(written) ? written : {})) {
    const parsed = secretInput.nullable().safeParse(value)
    if (parsed.success) readable.push([name, parsed.data === null ? null : secretSource(parsed.data)])
  }
  return Object.fromEntries(readable)
}

function parseDestinations(written: unknown, problems: Problem[]): DestinationRule[] {
  const rules: DestinationRule[] = []
  for (const [index, entry] of (Array.isArray(written) ? written : []).entries()) {
    const parsed = destination.safeParse(entry)
    if (!parsed.success) continue
    const result = parseDestinationRule(parsed.data)
    if ('rule' in result) rules.push(result.rule)
    else
      problems.push(
        problem(`/destinations/${index}`, 'field.invalid', result.problem.detail, result.problem.hint),
      )
  }
  return rules
}
