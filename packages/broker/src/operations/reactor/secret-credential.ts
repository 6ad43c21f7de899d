import { BursarError } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import { credentialNameOf } from '@bursar/domain/reactor/resource-type.ts'
import { problemOfSecret } from '@bursar/domain/reactor/secrets/secret.ts'
import type { CompiledSecret, SecretType } from '@bursar/domain/reactor/secrets/secret-type.ts'
import { conflict } from './resources.ts'

/** Where a credential says which secret it is, for people who read lists of credentials. */
const LABEL = 'reactor/secret'

/** The body of the credential that a secret is. Without an environment its token is thrown away. */
export function credentialBody(
  secretId: string,
  name: string,
  { recipe, secrets }: CompiledSecret,
  hasEnvironment: boolean,
) {
  return {
    name: credentialNameOf(secretId),
    recipe: recipeFor(recipe, hasEnvironment),
    secrets,
    labels: { [LABEL]: name.slice(0, 256) },
  }
}

export const recipeFor = (
  recipe: Readonly<Record<string, unknown>>,
  hasEnvironment: boolean,
): Record<string, unknown> =>
  hasEnvironment
    ? recipe
    : { ...recipe, lifetime: { ...(recipe.lifetime as object | undefined), keep_token: false } }

/** What only the broker's own API writes into a recipe; an update here leaves it alone. */
export const NATIVE = ['injection', 'revocation_url', 'extra_headers', 'content_type']

/** A merge patch (RFC 7396) that makes one recipe of another. */
export function replacing(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  if (before.grant !== after.grant) return { ...after }
  const gone = Object.keys(before).filter((name) => !Object.hasOwn(after, name) && !NATIVE.includes(name))
  const kept = Object.entries(after).map(([name, value]) => {
    const old = before[name]
    return [name, isObject(old) && isObject(value) ? replacing(old, value) : value]
  })
  return { ...Object.fromEntries(gone.map((name) => [name, null])), ...Object.fromEntries(kept) }
}

/** Speaks of the credentials that were sent, not of the recipe they were made into. */
export async function inTermsOfSecret<T>(type: SecretType, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    if (!(error instanceof BursarError) || error.code !== 'request.invalid') throw error
    refuseInvalid(
      'secrets',
      error.problems.map((problem) => problemOfSecret(type, problem)),
    )
    throw error
  }
}

export const nameTaken = (name: string): BursarError =>
  conflict(
    'not-unique',
    '/data/attributes/name',
    `The property has a secret named "${name}" already.`,
    'Choose another name.',
  )
