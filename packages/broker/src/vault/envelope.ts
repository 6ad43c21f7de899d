import type { KeyObject } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import { createDataKey, type DataKeyRow, type DataKeys, openDataKey, rewrapDataKey } from './data-key.ts'
import { createNonces, decrypt, encrypt, MAX_SEALS_PER_KEY } from './gcm.ts'
import type { Keyring } from './keyring.ts'
import type { Envelope, Place } from './vault.ts'

/** An envelope with what a running broker does to its keys. */
export interface ManagedEnvelope extends Envelope {
  /** Makes sure that the workspace can seal; its first data key is made here. */
  addWorkspace(workspaceId: string): Promise<void>
  /** Reads data keys that other nodes added. Call it more often than every {@link EnvelopeSettings.settleSeconds}. */
  reload(): Promise<void>
  /** Wraps every data key by the active key of the ring; answers how many were not yet. */
  rewrap(): Promise<number>
  /**
   * Gives the workspace a new data key. It seals once every node has had time to load it, at the first
   * {@link reload} after `settleSeconds`; older ones open as before.
   */
  rotateDataKey(workspaceId: string): Promise<string>
  /** Seals with this data key from now on: for when every node has it. */
  useDataKey(workspaceId: string, id: string): void
  /** The first bytes of everything that is sealed from now on: they name the data key. */
  headerOf(workspaceId: string): Uint8Array
  /** The same value under the data key in use. */
  reseal(place: Place, sealed: Uint8Array): Uint8Array
  /** The id of the data key that seals. */
  dataKeyOf(workspaceId: string): string
  /** For people: which keys seal, and how often this process used them of the 2^32 times they are good for. */
  describe(): Array<{
    workspaceId: string
    dataKey: string
    ringKey: string
    createdAt: number
    sealsHere: number
  }>
}

export interface EnvelopeSettings {
  /** Unix seconds. */
  now: () => number
  /** 60 when absent. */
  settleSeconds?: number
}

interface DataKey {
  row: DataKeyRow
  readonly key: KeyObject
  /** First bytes of everything it seals: version and id. */
  readonly header: Buffer
  seals: number
}

const VERSION = 1
const ID_END = 9

/**
 * Loads every data key and opens it at once, so that a wrong key ring is found at boot and not at the first
 * token. A sealed value is: version, data key id (8 bytes), nonce (12), ciphertext, tag (16).
 */
export async function createEnvelope(
  keyring: Keyring,
  store: DataKeys,
  { now, settleSeconds = 60 }: EnvelopeSettings,
): Promise<ManagedEnvelope> {
  const known = new Map<string, DataKey>()
  const sealing = new Map<string, DataKey>()
  const nextNonce = createNonces()

  function learn(rows: readonly DataKeyRow[]): void {
    for (const row of rows.toSorted((a, b) => a.createdAt - b.createdAt)) {
      const dataKey = known.get(row.id)
      if (dataKey) {
        dataKey.row = row
        continue
      }
      const header = Buffer.from([VERSION, ...Buffer.from(row.id, 'hex')])
      known.set(row.id, { row, key: openDataKey(keyring, row), header, seals: 0 })
    }
    for (const candidate of known.values()) {
      const { workspaceId, createdAt } = candidate.row
      const current = sealing.get(workspaceId)
      const settled = createdAt <= now() - settleSeconds
      if (!current || (settled && createdAt > current.row.createdAt)) sealing.set(workspaceId, candidate)
    }
  }

  function find(place: Place, sealed: Uint8Array): DataKey {
    const id = Buffer.from(sealed.buffer, sealed.byteOffset + 1, ID_END - 1).toString('hex')
    const dataKey = known.get(id)
    if (!dataKey) throw damaged(place, `names data key ${id}, which this node does not know`)
    return dataKey
  }

  const reload = async () => learn(await store.list())

  await reload()

  const envelope: ManagedEnvelope = {
    seal(place, plain) {
      const dataKey = sealing.get(place.workspaceId)
      if (!dataKey)
        throw new BursarError('internal', { detail: `Workspace ${place.workspaceId} has no data key.` })
      if (++dataKey.seals > MAX_SEALS_PER_KEY) {
        throw new BursarError('internal', {
          detail: `Data key ${dataKey.row.id} is used up.`,
          hint: 'Rotate it.',
        })
      }
      // UTF-8 has no lone surrogates: they would come back as something else.
      if (!plain.isWellFormed())
        throw new BursarError('request.invalid', { detail: 'The value is not valid Unicode.' })
      return encrypt(dataKey.key, nextNonce(), associatedData(place), plain, dataKey.header)
    },

    open(place, sealed) {
      if (sealed[0] !== VERSION || sealed.length < ID_END) throw damaged(place, 'has no known form')
      // Most values were sealed by the key that seals now.
      const current = sealing.get(place.workspaceId)
      const dataKey = current && startsWith(sealed, current.header) ? current : find(place, sealed)
      const plain = decrypt(dataKey.key, associatedData(place), sealed.subarray(ID_END))
      if (plain === null || dataKey.row.workspaceId !== place.workspaceId)
        throw damaged(place, 'was altered or moved')
      return plain.toString('utf8')
    },

    async addWorkspace(workspaceId) {
      if (sealing.has(workspaceId)) return
      learn(await store.addFirst(createDataKey(keyring, workspaceId, now())))
    },

    reload,

    async rewrap() {
      let count = 0
      for (const row of await store.list()) {
        const rewrapped = rewrapDataKey(keyring, row)
        if (rewrapped === null) continue
        await store.rewrap(rewrapped)
        learn([rewrapped])
        count += 1
      }
      return count
    },

    async rotateDataKey(workspaceId) {
      const row = createDataKey(keyring, workspaceId, now())
      await store.add(row)
      learn([row])
      return row.id
    },

    useDataKey(workspaceId, id) {
      const dataKey = known.get(id)
      if (dataKey?.row.workspaceId !== workspaceId) {
        throw new BursarError('internal', { detail: `This node does not know data key ${id}.` })
      }
      sealing.set(workspaceId, dataKey)
    },

    headerOf: (workspaceId) => sealing.get(workspaceId)!.header,
    dataKeyOf: (workspaceId) => sealing.get(workspaceId)!.row.id,
    reseal: (place, sealed) => envelope.seal(place, envelope.open(place, sealed)),

    describe: () =>
      [...sealing.values()].map(({ row, seals }) => ({
        workspaceId: row.workspaceId,
        dataKey: row.id,
        ringKey: row.keyId,
        createdAt: row.createdAt,
        sealsHere: seals,
      })),
  }
  return envelope
}

function startsWith(bytes: Uint8Array, header: Uint8Array): boolean {
  for (let i = 0; i < header.length; i++) if (bytes[i] !== header[i]) return false
  return true
}

/** JSON, since it keeps the parts apart whatever they hold: `a` + `bc` is not `ab` + `c`. */
const associatedData = ({ workspaceId, table, row, column }: Place) =>
  Buffer.from(JSON.stringify([workspaceId, table, row, column]))

const damaged = ({ table, row, column }: Place, what: string) =>
  new BursarError('vault.damaged', { detail: `The sealed value at ${table}/${row}/${column} ${what}.` })
