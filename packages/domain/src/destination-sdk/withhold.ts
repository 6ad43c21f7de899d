import { isObject } from '../json.ts'
import { isSecretField } from './data-field.ts'
import { isSameClient } from './same-client.ts'
import { formerHeaderField, headerField, isConstant, isSecretHeader } from './token-request.ts'

/** Secrets of one entry by the names that its recipe has for them. */
export type EntrySecrets = Readonly<Record<string, string>>

const CLIENT_SECRET = 'client_secret'

/** Where an entry may hold a secret: the object, the member, and the name that the recipe has, or had, for it. */
interface Place {
  in: Record<string, unknown>
  member: string
  name: string
  formerName?: string
}

function places(entry: Record<string, unknown>): Place[] {
  const fields = listOf(entry.authenticationDataFields).filter(isSecretField)
  const request = isObject(entry.accessTokenRequest) ? entry.accessTokenRequest : {}
  const http = isObject(request.httpTemplate) ? request.httpTemplate : {}
  const headers = listOf(http.headers).flatMap((header, index) =>
    isObject(header.value) && isConstant(header.value) && isSecretHeader(header.header)
      ? [
          {
            in: header.value,
            member: 'value',
            name: headerField(String(header.header)),
            formerName: formerHeaderField(index),
          },
        ]
      : [],
  )
  return [
    { in: entry, member: 'clientSecret', name: CLIENT_SECRET },
    ...fields.map((field) => ({ in: field, member: 'value', name: String(field.name) })),
    ...headers,
  ]
}

const listOf = (value: unknown): Array<Record<string, unknown>> =>
  Array.isArray(value) ? value.filter(isObject) : []

/** A copy of the configuration without the secrets of its entries: what may be kept in the open and given back. */
export function withholdSecrets(configuration: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const copy = copyOf(configuration)
  for (const entry of entriesOf(copy)) {
    for (const place of places(entry)) delete place.in[place.member]
  }
  return copy
}

/**
 * A copy with the secrets put back that an update leaves out, since nobody was ever given them. They stay with
 * an entry only while it speaks for the same client of the same grant, and sends them to the same addresses.
 */
export function restoreSecrets(
  configuration: Readonly<Record<string, unknown>>,
  before: Readonly<Record<string, unknown>>,
  secretsBefore: (index: number) => EntrySecrets,
): Record<string, unknown> {
  const copy = copyOf(configuration)
  const old = entriesOf(before)
  for (const [index, entry] of entriesOf(copy).entries()) {
    const before = old[index]
    if (before === undefined || !isSameClient(entry, before)) continue
    const kept = withPresentNames(secretsBefore(index), before)
    for (const place of places(entry)) {
      const secret = place.in[place.member] === undefined ? kept[place.name] : undefined
      if (secret !== undefined) place.in[place.member] = typed(place.in, secret)
    }
  }
  return copy
}

/** A header that was last sent when fields were named by its index has its secret under that name alone. */
const withPresentNames = (kept: EntrySecrets, entry: Record<string, unknown>): EntrySecrets => ({
  ...Object.fromEntries(
    places(entry).flatMap(({ name, formerName = name }) =>
      kept[formerName] === undefined ? [] : [[name, kept[formerName]]],
    ),
  ),
  ...kept,
})

function typed({ type }: Record<string, unknown>, secret: string): unknown {
  return type === 'integer' && /^-?\d{1,15}$/.test(secret) ? Number(secret) : secret
}

/** The entries that are objects, each at its index as long as all of them are. */
export const entriesOf = (configuration: Readonly<Record<string, unknown>>): Array<Record<string, unknown>> =>
  listOf(configuration.customerAuthenticationConfigurations)

const copyOf = (value: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  JSON.parse(JSON.stringify(value))
