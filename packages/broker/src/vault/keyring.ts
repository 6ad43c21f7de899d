import { createHmac, createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'

/** A key of the ring: wraps data keys, and never anything else. */
export interface RingKey {
  readonly id: string
  readonly key: KeyObject
  /** Tells two keys apart without telling the key: 8 bytes of HMAC-SHA-256 under it. */
  readonly checkValue: Uint8Array
}

/** The keys an operator holds. One is active and wraps what is new, the others still open what they wrapped. */
export interface Keyring {
  readonly active: RingKey
  readonly ids: readonly string[]
  find(id: string): RingKey | undefined
}

/** What `keyring.json` holds. */
export interface KeyringDocument {
  version: 1
  active: string
  /** Base64 of 32 bytes each, by id. */
  keys: Readonly<Record<string, string>>
}

export const RING_KEY_BYTES = 32
export const CHECK_VALUE_BYTES = 8

/** A document with one random key more, which is active. */
export function addRandomKey(document: KeyringDocument | null): KeyringDocument {
  const bytes = randomBytes(RING_KEY_BYTES)
  const id = deriveId(bytes)
  return { version: 1, active: id, keys: { ...document?.keys, [id]: bytes.toString('base64') } }
}

/** A ring of one key; its id follows from the key, so that every node finds the same. */
export function keyringOf(base64: string, where: string): Keyring {
  const id = deriveId(parseKeyBytes(base64, where))
  return parseKeyring({ version: 1, active: id, keys: { [id]: base64 } }, where)
}

/** Parses the text of a ring; `where` names its place in errors, the text itself is never quoted. */
export function parseKeyringText(text: string, where: string): Keyring {
  let document: unknown
  try {
    document = JSON.parse(text)
  } catch {
    throw invalid(where, 'is not valid JSON')
  }
  return parseKeyring(document, where)
}

function parseKeyring(document: unknown, where: string): Keyring {
  if (!isDocument(document)) throw invalid(where, 'does not have the members version (1), active and keys')
  const keys = new Map<string, RingKey>()
  for (const [id, base64] of Object.entries(document.keys)) {
    if (!/^[\w.-]{1,64}$/.test(id))
      throw invalid(where, 'has a key id that is not 1 to 64 of A-Z a-z 0-9 _ . -')
    const bytes = parseKeyBytes(base64, `${where}, key ${id}`)
    const checkValue = createHmac('sha256', bytes).update('bursar key check value').digest()
    keys.set(id, { id, key: createSecretKey(bytes), checkValue: checkValue.subarray(0, CHECK_VALUE_BYTES) })
    bytes.fill(0)
  }
  const active = keys.get(document.active)
  if (!active) throw invalid(where, `has no key with the active id ${JSON.stringify(document.active)}`)
  return { active, ids: [...keys.keys()], find: (id) => keys.get(id) }
}

function isDocument(value: unknown): value is KeyringDocument {
  if (typeof value !== 'object' || value === null) return false
  const { version, active, keys } = value as Record<string, unknown>
  return version === 1 && typeof active === 'string' && typeof keys === 'object' && keys !== null
}

/** Strict base64: `Buffer.from` skips what it does not know, and a mistyped key would still be a key. */
function parseKeyBytes(base64: unknown, where: string): Buffer {
  const text = typeof base64 === 'string' ? base64.trim() : ''
  const bytes = /^[A-Za-z0-9+/_-]+={0,2}$/.test(text) ? Buffer.from(text, 'base64') : Buffer.alloc(0)
  if (bytes.length !== RING_KEY_BYTES) throw invalid(where, 'is not the base64 of 32 bytes', MAKE_ONE)
  return bytes
}

const MAKE_ONE = 'Make one with: openssl rand -base64 32'

const deriveId = (bytes: Uint8Array) =>
  `k_${createHmac('sha256', bytes).update('bursar key id').digest('hex').slice(0, 12)}`

const invalid = (where: string, what: string, hint?: string) =>
  new BursarError('settings.invalid', { detail: `The key ring (${where}) ${what}.`, ...(hint && { hint }) })
