import { BursarError } from '@bursar/domain/error.ts'

/** One header a key may come in, and how it is read; `undefined` is "no key in here". */
export interface KeySource {
  /** Lower case. */
  header: string
  /** As people write it. */
  label: string
  read(value: string): string | undefined
}

/** A key alone. */
export const BURSAR_KEY: KeySource = { header: 'bursar-key', label: 'Bursar-Key', read: (value) => value }

/** `Bearer` (RFC 6750 §2.1), or `Basic` (RFC 7617) with the key as the password, for clients of proxies. */
export const PROXY_AUTHORIZATION: KeySource = {
  header: 'proxy-authorization',
  label: 'Proxy-Authorization',
  read: (value) => readBearer(value) ?? readBasicPassword(value),
}

export const AUTHORIZATION: KeySource = { header: 'authorization', label: 'Authorization', read: readBearer }

/** A gateway passes on what its own caller sent, so only what is surely a key of ours counts. */
export const OWN_AUTHORIZATION: KeySource = {
  ...AUTHORIZATION,
  read: (value) => {
    const key = readBearer(value)
    return key?.startsWith('bsr_') ? key : undefined
  },
}

/**
 * The caller's key from the first source that has one. Throws `caller.unauthenticated` when there is none, or
 * when a header that counts came twice: two programs could each believe another one.
 */
export function readCallerKey(rawHeaders: readonly string[], sources: readonly KeySource[]): string {
  for (const source of sources) {
    const value = onlyValue(rawHeaders, source)
    const key = value === undefined ? undefined : source.read(value)
    if (key !== undefined && key !== '') return key
  }
  throw new BursarError('caller.unauthenticated', {
    detail: 'The request carries no key.',
    hint: `Send a key of Bursar in ${sources.map(({ label }) => label).join(' or ')}.`,
  })
}

function onlyValue(rawHeaders: readonly string[], { header, label }: KeySource): string | undefined {
  let found: string | undefined
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length !== header.length || name.toLowerCase() !== header) continue
    if (found !== undefined) {
      throw new BursarError('caller.unauthenticated', { detail: `The header ${label} came more than once.` })
    }
    found = rawHeaders[i + 1]
  }
  return found
}

/** Schemes are case-insensitive: RFC 9110 §11.1. */
function readBearer(value: string): string | undefined {
  if (value.startsWith('Bearer ')) return value.slice(7).trim()
  return /^bearer +(\S+)$/i.exec(value)?.[1]
}

function readBasicPassword(value: string): string | undefined {
  const encoded = /^basic +([A-Za-z0-9+/]+=*)$/i.exec(value)?.[1]
  if (encoded === undefined) return undefined
  const pair = Buffer.from(encoded, 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  return colon === -1 ? undefined : pair.slice(colon + 1)
}
