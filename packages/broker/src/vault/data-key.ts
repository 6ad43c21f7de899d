import { createSecretKey, type KeyObject, randomBytes } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import { decrypt, encrypt, NONCE_BYTES } from './gcm.ts'
import { CHECK_VALUE_BYTES, type Keyring } from './keyring.ts'

/** A data key as the store keeps it. */
export interface DataKeyRow {
  workspaceId: string
  id: string
  /** Version, check value of the ring key, nonce, ciphertext, tag. */
  wrapped: Uint8Array
  /** The ring key it is wrapped with. */
  keyId: string
  createdAt: number
}

/** What the vault asks of the store. */
export interface DataKeys {
  list(): Promise<DataKeyRow[]>
  /** Adds a data key if the workspace has none; answers all of the workspace. */
  addFirst(row: DataKeyRow): Promise<DataKeyRow[]>
  add(row: DataKeyRow): Promise<void>
  rewrap(row: DataKeyRow): Promise<void>
}

const VERSION = 1
const ID_BYTES = 8

/** A new random data key, wrapped by the active key of the ring. */
export function createDataKey(keyring: Keyring, workspaceId: string, createdAt: number): DataKeyRow {
  const id = randomBytes(ID_BYTES).toString('hex')
  const bytes = randomBytes(32)
  const row = wrap(keyring, { workspaceId, id, createdAt }, bytes)
  bytes.fill(0)
  return row
}

/** The same data key under the active key of the ring; null when it is already. */
export function rewrapDataKey(keyring: Keyring, row: DataKeyRow): DataKeyRow | null {
  if (row.keyId === keyring.active.id) return null
  const bytes = unwrap(keyring, row)
  const { workspaceId, id, createdAt } = row
  const rewrapped = wrap(keyring, { workspaceId, id, createdAt }, bytes)
  bytes.fill(0)
  return rewrapped
}

/** Opens a data key. Throws `vault.wrong_key` when the ring holds no key, or another one, of that id. */
export function openDataKey(keyring: Keyring, row: DataKeyRow): KeyObject {
  const bytes = unwrap(keyring, row)
  const key = createSecretKey(bytes)
  bytes.fill(0)
  return key
}

type Identity = Omit<DataKeyRow, 'wrapped' | 'keyId'>

function wrap(keyring: Keyring, identity: Identity, bytes: Uint8Array): DataKeyRow {
  const { id: keyId, key, checkValue } = keyring.active
  const header = Buffer.from([VERSION, ...checkValue])
  const wrapped = encrypt(key, randomBytes(NONCE_BYTES), associatedData(identity, keyId), bytes, header)
  return { ...identity, keyId, wrapped }
}

function unwrap(keyring: Keyring, row: DataKeyRow): Buffer {
  const header = 1 + CHECK_VALUE_BYTES
  if (row.wrapped.length <= header || row.wrapped[0] !== VERSION) throw damaged(row)
  const ringKey = keyring.find(row.keyId)
  const checkValue = Buffer.from(row.wrapped.subarray(1, header))
  if (!ringKey) throw wrongKey(`key ${row.keyId}`, `holds ${keyring.ids.join(', ')}`)
  if (!checkValue.equals(ringKey.checkValue)) {
    const held = Buffer.from(ringKey.checkValue).toString('hex')
    throw wrongKey(
      `key ${row.keyId} (check value ${checkValue.toString('hex')})`,
      `holds another key under the id ${row.keyId} (check value ${held})`,
    )
  }
  const bytes = decrypt(ringKey.key, associatedData(row, row.keyId), row.wrapped.subarray(header))
  if (bytes === null) throw damaged(row)
  return bytes
}

const associatedData = ({ workspaceId, id }: Identity, keyId: string) =>
  Buffer.from(JSON.stringify(['bursar data key', VERSION, workspaceId, id, keyId]))

const wrongKey = (sealedWith: string, held: string) =>
  new BursarError('vault.wrong_key', {
    detail: `This database is sealed with ${sealedWith}, but the key ring ${held}.`,
    hint: 'Start with the key ring this database was made with: keyring.json of its data directory, or what BURSAR_KEYRING named then.',
  })

const damaged = ({ workspaceId, id }: Identity) =>
  new BursarError('vault.damaged', {
    detail: `Data key ${id} of workspace ${workspaceId} was altered in the database.`,
    hint: 'Restore the table data_keys from a backup.',
  })
