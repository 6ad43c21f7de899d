import { type Field, type FieldsRecipe, fieldsOf, plainValue, suppliedBy } from './field.ts'
import type { Secret } from './secret.ts'

/** Members of a recipe that a plain field of this name stands for. */
const MEMBERS: ReadonlyMap<string, string> = new Map([
  ['clientId', 'client_id'],
  ['username', 'username'],
  ['scope', 'scope'],
])

/** Secrets that a secret field of this name stands for. */
const SECRETS: ReadonlyMap<string, string> = new Map([
  ['clientSecret', 'client_secret'],
  ['privateKey', 'private_key'],
  ['password', 'password'],
  ['token', 'token'],
  ['actorToken', 'actor_token'],
  ['refreshToken', 'refresh_token'],
])

/** The outputs that a field of this name stands for, by their names in an answer (RFC 6749 §5.1). */
export const OUTPUT_FIELDS: ReadonlyMap<string, string> = new Map([
  ['accessToken', 'access_token'],
  ['refreshToken', 'refresh_token'],
  ['expiresIn', 'expires_in'],
  ['tokenType', 'token_type'],
  ['scope', 'scope'],
])

/** What a member or secret of the standard is called in templates: `client_secret` is `clientSecret`. */
export const templateName = (name: string): string =>
  name.replace(/_([a-z])/g, (_all, letter: string) => letter.toUpperCase())

/** True when the value of a standard member comes from a field. */
export const isBound = (recipe: FieldsRecipe | { [member: string]: unknown }, member: string): boolean =>
  fieldsOf(recipe).some((one) => !one.secret && MEMBERS.get(one.name) === member)

/** The secret field that stands for a secret of the standard. */
export const fieldOfSecret = (
  recipe: FieldsRecipe | { [member: string]: unknown },
  secret: string,
): Field | undefined => fieldsOf(recipe).find((one) => one.secret && SECRETS.get(one.name) === secret)

/** True for a field that is a secret by its meaning, whatever it says. */
export const meansSecret = ({ name }: Pick<Field, 'name'>): boolean => SECRETS.has(name)

/**
 * The recipe with what fields of standard names give to it: a client id that each customer enters is the
 * client id of the request that the grant makes.
 */
export function bindMembers<R extends FieldsRecipe & { [member: string]: unknown }>(recipe: R): R {
  const bound = fieldsOf(recipe).flatMap((one) => {
    const member = MEMBERS.get(one.name)
    if (member === undefined || recipe[member] !== undefined || suppliedBy(one) === 'response') return []
    const value = plainValue(recipe, one)
    if (value === undefined || value === '') return []
    return [[member, member === 'scope' ? String(value).split(/\s+/).filter(Boolean) : String(value)]]
  })
  return bound.length === 0 ? recipe : { ...recipe, ...Object.fromEntries(bound) }
}

/**
 * The secrets under the names of the standard as well. A refresh token that a field gives stands in for what
 * answers lack; only a grant that begins with one spends it at first.
 */
export function bindSecrets<S extends Readonly<Partial<Record<string, Secret>>>>(
  recipe: FieldsRecipe & { [member: string]: unknown },
  secrets: S,
  startsWithRefreshToken: boolean,
): S {
  const bound = fieldsOf(recipe).flatMap((one) => {
    const name = SECRETS.get(one.name)
    const value = secrets[one.name]
    if (!one.secret || name === undefined || value === undefined || secrets[name] !== undefined) return []
    return name === 'refresh_token' && !startsWithRefreshToken ? [] : [[name, value]]
  })
  return bound.length === 0 ? secrets : { ...secrets, ...Object.fromEntries(bound) }
}
