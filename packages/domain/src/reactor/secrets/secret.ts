import { z } from 'zod'
import { BursarError, type Problem } from '../../error.ts'
import { isObject } from '../../json.ts'
import { shownName } from '../../problem.ts'
import { problemsOfIssues } from '../../schema-problem.ts'
import { resourceName } from '../property.ts'
import { ATTRIBUTES, COMMON_FIELDS, defineResource, refuseInvalid } from '../resource-fields.ts'
import { CREDENTIALS } from './options.ts'
import type { CompiledSecret, NoRegistration, Registration, SecretType } from './secret-type.ts'
import { findSecretType, SECRET_TYPES } from './table.ts'

const secretInput = z.strictObject({
  name: resourceName,
  type_of: z.string(),
  credentials: z.record(z.string(), z.unknown()),
})

/** A secret as a resource of the door. */
export const SECRET = defineResource({
  type: 'secrets',
  input: secretInput,
  readOnly: ['created_at', 'updated_at', 'activated_at', 'expires_at', 'refresh_at', 'status'],
  fixed: ['type_of'],
  uniqueNames: true,
  fields: { ...COMMON_FIELDS, environment_id: 'text', status: 'text', type_of: 'text' },
})

export interface SecretAttributes {
  name: string
  type: SecretType
  compiled: CompiledSecret
}

type Attributes = Readonly<Record<string, unknown>>

/** What a secret has already. */
export interface Kept {
  /** The credentials as answers show them. */
  shown: Attributes
  /** The values that are sealed, by their names as secrets of the credential. */
  sealed: Readonly<Record<string, string>>
}

/** Checks the attributes of a new secret and compiles its credentials; every fault at once. */
export function readSecret(
  attributes: Attributes,
  registration: Registration | NoRegistration,
): SecretAttributes {
  return read(attributes, { shown: {}, sealed: {} }, registration)
}

/** What an update leaves out stays: members of the credentials one by one, write-only ones among them. */
export function changeSecret(
  before: Kept & { name: string; typeOf: string },
  attributes: Attributes,
  registration: Registration | NoRegistration,
): SecretAttributes {
  const { name, typeOf } = before
  if (attributes.type_of !== undefined && attributes.type_of !== typeOf) {
    refuseInvalid('secrets', [
      { path: `${ATTRIBUTES}/type_of`, code: 'read-only', detail: `This secret is of type ${typeOf}.` },
    ])
  }
  const written = { name, credentials: {}, ...attributes, type_of: typeOf }
  return read(written, before, registration)
}

function read(
  attributes: Attributes,
  kept: Kept,
  registration: Registration | NoRegistration,
): SecretAttributes {
  const problems: Problem[] = Object.keys(attributes)
    .filter((name) => SECRET.readOnly.includes(name))
    .map((name) => ({
      path: `${ATTRIBUTES}/${name}`,
      code: 'read-only',
      detail: `${name} is written by the server.`,
    }))
  const rest = Object.fromEntries(
    Object.entries(attributes).filter(([name]) => !SECRET.readOnly.includes(name)),
  )
  const parsed = secretInput.safeParse(rest)
  if (!parsed.success) problems.push(...problemsOfIssues(parsed.error.issues, secretInput, ATTRIBUTES))
  const type = findSecretType(attributes.type_of)
  if (type === undefined && typeof attributes.type_of === 'string')
    problems.push(unknownType(attributes.type_of))
  const credentials =
    type !== undefined && isObject(attributes.credentials)
      ? readCredentials(type, attributes.credentials, kept, registration, problems)
      : undefined
  refuseInvalid('secrets', problems)
  if (type === undefined || credentials === undefined || !parsed.success) throw new BursarError('internal')
  return { name: parsed.data.name, type, compiled: type.compile(credentials, registration) }
}

function readCredentials(
  type: SecretType,
  written: Attributes,
  kept: Kept,
  registration: Registration | NoRegistration,
  problems: Problem[],
): Record<string, unknown> | undefined {
  // Null takes a member away, as it does in other updates of this API.
  const merged = Object.entries({ ...keptCredentials(type, kept), ...written }).filter(
    ([, value]) => value !== null,
  )
  const whole = Object.fromEntries(merged)
  const parsed = type.credentials.safeParse(type.restore?.(whole, kept.sealed) ?? whole)
  if (!parsed.success) {
    problems.push(...problemsOfIssues(parsed.error.issues, type.credentials, CREDENTIALS))
    return undefined
  }
  const faults = type.check?.(parsed.data, registration) ?? []
  problems.push(...faults)
  return faults.length === 0 ? parsed.data : undefined
}

/** The credentials as they were written once: what is shown, and what is withheld put back in its place. */
function keptCredentials(type: SecretType, { shown, sealed }: Kept): Record<string, unknown> {
  const withheld = type.writeOnly.filter((name) => Object.hasOwn(sealed, name))
  return { ...shown, ...Object.fromEntries(withheld.map((name) => [name, sealed[name]])) }
}

const unknownType = (typeOf: string): Problem => ({
  path: `${ATTRIBUTES}/type_of`,
  code: 'invalid-secret',
  detail: `There is no type "${shownName(typeOf)}".`,
  hint: `Known types: ${Object.keys(SECRET_TYPES).join(', ')}.`,
})

/** A problem of the credential, told of the credentials that were sent. */
export function problemOfSecret({ sources }: SecretType, problem: Problem): Problem {
  const code = 'invalid-secret'
  if (problem.path.startsWith('/secrets') || problem.path.startsWith('/recipe')) {
    const from = Object.keys(sources).find(
      (source) => problem.path === source || problem.path.startsWith(`${source}/`),
    )
    if (from === undefined) return { ...problem, path: CREDENTIALS, code }
    const { hint: _hint, ...said } = problem
    return { ...said, path: CREDENTIALS + sources[from] + problem.path.slice(from.length), code }
  }
  return { ...problem, path: ATTRIBUTES, code }
}
