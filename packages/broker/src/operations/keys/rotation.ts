import { BursarError } from '@bursar/domain/error.ts'
import type { DocumentRow, SealedColumn } from '../../store/store.ts'
import type { Envelope, Place } from '../../vault/vault.ts'
import { auditEntry } from '../audit.ts'
import type { NodeReport } from '../console/nodes.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'

/**
 * `distributing` until every node holds the new key of the ring; `settling` until every node seals with the new
 * data key; `resealing` row by row; `confirming` that nothing was written with an old key meanwhile.
 */
export type RotationState = 'distributing' | 'settling' | 'resealing' | 'confirming' | 'done'

export interface Rotation {
  state: RotationState
  ringKey: string
  dataKey: string | null
  startedBy: string
  startedAt: number
  endedAt: number | null
  /** Sealed values to do in all, and done so far. */
  total: number
  done: number
  /** Nodes that are waited for. */
  waitingFor: readonly string[]
}

interface Kept extends Rotation {
  /** From when on the next step may be taken. */
  notBefore: number
  owner: string
  leaseUntil: number
}

export interface KeyReport {
  origin: string
  canRotate: boolean
  ring: ReadonlyArray<{ id: string; active: boolean; dataKeys: number }>
  dataKeys: ReadonlyArray<{ id: string; ringKey: string; createdAt: number; sealing: boolean }>
  rotation: Rotation | null
}

export interface KeyOperations {
  getKeys(caller: Caller): Promise<KeyReport>
  rotateKeys(caller: Caller, order: { ring: 'new' | 'keep' }): Promise<KeyReport>
}

export interface KeyRotation extends KeyOperations {
  /** One step of a rotation that is under way; answers whether there is more to do at once. */
  step(): Promise<boolean>
  /** Deletes data keys that nothing can name any more. */
  retire(): Promise<void>
}

interface RotationPorts extends Pick<Ports, 'store' | 'clock' | 'log'> {
  nodeId: string
  envelope: Envelope & {
    headerOf(workspaceId: string): Uint8Array
    dataKeyOf(workspaceId: string): string
    reseal(place: Place, sealed: Uint8Array): Uint8Array
    rotateDataKey(workspaceId: string): Promise<string>
    useDataKey(workspaceId: string, id: string): void
    reload(): Promise<void>
    rewrap(): Promise<number>
  }
  keyring: {
    readonly origin: string
    readonly canRotate: boolean
    readonly ids: readonly string[]
    readonly active: { id: string }
    reload(): Promise<void>
    rotate(): Promise<string>
  }
  /** The nodes that live, this one included. */
  nodes(): Promise<readonly NodeReport[]>
  /** Log entries hold sealed values too; they are not sealed again but end by themselves. */
  retentionSeconds: number
}

const WORKSPACE = 'default'
const KEY = { workspaceId: WORKSPACE, door: 'console', kind: 'key-rotation', id: 'current' } as const
const BATCH = 100
const LEASE_SECONDS = 10
/** Each node reads data keys every 20 s and uses one that is a minute old. */
const SETTLE_SECONDS = 90
const CONFIRM_SECONDS = 5

/** Where each kind of sealed value is sealed to; as `operations/sealed.ts` and the doors have it. */
const PLACES: Readonly<Record<SealedColumn, (key: readonly string[]) => Omit<Place, 'workspaceId'>>> = {
  'credentials.sealed_secrets': ([id]) => ({ table: 'credentials', row: id!, column: 'secrets' }),
  'tokens.sealed': ([id]) => ({ table: 'tokens', row: id!, column: 'outputs' }),
  'tokens.journal': ([id]) => ({ table: 'tokens', row: id!, column: 'journal' }),
  'authorizations.sealed': ([hash]) => ({ table: 'authorizations', row: hash!, column: 'sealed' }),
  'documents.sealed': (key) => ({ table: 'documents', row: key.join('/'), column: 'sealed' }),
}

/** Gives everything new keys while it is in use. What a rotation has come to stands in the database, so that any
 * node goes on where another one ended. */
export function createKeyRotation(ports: RotationPorts): KeyRotation {
  const { store, envelope, keyring, clock, log, nodeId } = ports

  async function load(): Promise<{ kept: Kept; row: DocumentRow } | null> {
    const row = await store.documents.get(KEY)
    return row === undefined ? null : { kept: row.body as unknown as Kept, row }
  }

  /** `false` when another node was faster. */
  async function save(row: DocumentRow | null, kept: Kept): Promise<boolean> {
    const now = clock.now()
    const next: DocumentRow = {
      ...KEY,
      parentId: '',
      name: null,
      body: { ...kept },
      sealed: null,
      revision: (row?.revision ?? 0) + 1,
      createdAt: row?.createdAt ?? now,
      updatedAt: now,
    }
    return row === null
      ? store.documents.insert(next, null)
      : store.documents.update(next, row.revision, null)
  }

  async function report(): Promise<KeyReport> {
    const [dataKeys, current] = await Promise.all([store.dataKeys.list(), load()])
    const own = dataKeys.filter(({ workspaceId }) => workspaceId === WORKSPACE)
    return {
      origin: keyring.origin,
      canRotate: keyring.canRotate,
      ring: keyring.ids.map((id) => ({
        id,
        active: id === keyring.active.id,
        dataKeys: dataKeys.filter(({ keyId }) => keyId === id).length,
      })),
      dataKeys: own.map(({ id, keyId, createdAt }) => ({
        id,
        ringKey: keyId,
        createdAt,
        sealing: id === envelope.dataKeyOf(WORKSPACE),
      })),
      rotation: current && withoutLease(current.kept),
    }
  }

  async function rotateKeys(caller: Caller, { ring }: { ring: 'new' | 'keep' }): Promise<KeyReport> {
    demand(caller, { action: 'admin' })
    const current = await load()
    if (current !== null && current.kept.state !== 'done') {
      throw new BursarError('keys.rotating', {
        detail: `A rotation is under way: ${current.kept.state}.`,
        hint: 'See how far it is: bursar key status.',
      })
    }
    if (ring === 'new' && !keyring.canRotate) {
      throw new BursarError('keys.ring_elsewhere', {
        detail: `The key ring is kept at ${keyring.origin}, where this server can not add a key.`,
        hint: 'Add a key to it there and make it active; then rotate with ring "keep".',
      })
    }
    if (ring === 'new') await keyring.rotate()
    else await keyring.reload()
    const now = clock.now()
    const kept: Kept = {
      state: 'distributing',
      ringKey: keyring.active.id,
      dataKey: null,
      startedBy: caller.id,
      startedAt: now,
      endedAt: null,
      total: 0,
      done: 0,
      waitingFor: [],
      notBefore: now,
      owner: '',
      leaseUntil: 0,
    }
    if (!(await save(current?.row ?? null, kept))) throw new BursarError('keys.rotating')
    await store.audit.append(auditEntry(caller, now, 'keys.rotate', keyring.active.id, { ring }))
    return report()
  }

  /** Nodes that live and of which something does not hold yet. */
  async function missing(holds: (node: NodeReport) => boolean): Promise<string[]> {
    const others = (await ports.nodes()).filter((node) => node.state === 'up' && node.nodeId !== nodeId)
    return others.filter((node) => !holds(node)).map((node) => node.nodeId)
  }

  /** Every node has it by now; this one may have been started since. */
  async function use(dataKey: string): Promise<void> {
    if (envelope.dataKeyOf(WORKSPACE) === dataKey) return
    await envelope.reload()
    envelope.useDataKey(WORKSPACE, dataKey)
  }

  async function resealBatch(): Promise<number> {
    const header = envelope.headerOf(WORKSPACE)
    for (const [place, placeOf] of Object.entries(PLACES)) {
      const column = place as SealedColumn
      const at = { workspaceId: WORKSPACE, header, place: column, limit: BATCH }
      const rows = await store.sealed.list(at)
      if (rows.length === 0) continue
      const values = rows.map(({ key, sealed }) => ({
        key,
        before: sealed,
        after: envelope.reseal({ workspaceId: WORKSPACE, ...placeOf(key) }, sealed),
      }))
      await store.sealed.replace(WORKSPACE, column, values)
      return rows.length
    }
    return 0
  }

  /** What a state does when its turn comes: the members that are different afterwards. */
  const advance: Readonly<Record<RotationState, (kept: Kept, now: number) => Promise<Partial<Kept>>>> = {
    async distributing({ ringKey }, now) {
      await keyring.reload()
      const waitingFor = await missing(({ ringKeys }) => ringKeys.includes(ringKey))
      if (!keyring.ids.includes(ringKey)) waitingFor.push(nodeId)
      if (waitingFor.length > 0) return { waitingFor, notBefore: now + 1 }
      await envelope.rewrap()
      const dataKey = await envelope.rotateDataKey(WORKSPACE)
      const isAlone = (await ports.nodes()).every((node) => node.state === 'gone' || node.nodeId === nodeId)
      const notBefore = isAlone ? now : now + SETTLE_SECONDS
      return { state: 'settling', dataKey, waitingFor, notBefore }
    },
    async settling({ dataKey }, now) {
      await envelope.reload()
      const waitingFor = await missing((node) => node.dataKey === dataKey)
      if (waitingFor.length > 0) return { waitingFor, notBefore: now + 1 }
      await use(dataKey!)
      const total = await store.sealed.count({ workspaceId: WORKSPACE, header: envelope.headerOf(WORKSPACE) })
      return { state: 'resealing', waitingFor, total }
    },
    async resealing({ done, total, dataKey }, now) {
      await use(dataKey!)
      const sealed = await resealBatch()
      // Nothing is left. A process that was killed may have sealed its last batch without counting it.
      if (sealed === 0) return { state: 'confirming', done: total, notBefore: now + CONFIRM_SECONDS }
      return { done: done + sealed, total: Math.max(total, done + sealed) }
    },
    async confirming({ dataKey }, now) {
      await use(dataKey!)
      const waitingFor = await missing(({ spooled }) => spooled === 0)
      if (waitingFor.length > 0) return { waitingFor, notBefore: now + 1 }
      const left = await store.sealed.count({ workspaceId: WORKSPACE, header: envelope.headerOf(WORKSPACE) })
      if (left > 0) return { state: 'resealing' }
      log.info('keys_rotated', { ring_key: keyring.active.id, data_key: dataKey })
      const system = { workspaceId: WORKSPACE, id: 'system' }
      await store.audit.append(auditEntry(system, now, 'keys.rotated', keyring.active.id))
      return { state: 'done', endedAt: now, waitingFor: [] }
    },
    done: async () => ({}),
  }

  return {
    async getKeys(caller) {
      demand(caller, { action: 'admin' })
      return report()
    },
    rotateKeys,

    async step() {
      const current = await load()
      if (current === null || current.kept.state === 'done') return false
      const { kept, row } = current
      const now = clock.now()
      if (kept.owner !== nodeId && kept.leaseUntil > now) return false
      if (kept.notBefore > now) return false
      if (kept.owner !== nodeId || kept.leaseUntil - now < LEASE_SECONDS / 2) {
        // Only one node moves: the others would seal the same rows.
        await save(row, { ...kept, owner: nodeId, leaseUntil: now + LEASE_SECONDS })
        return true
      }
      const changed = await advance[kept.state](kept, now)
      await save(row, { ...kept, ...changed, owner: nodeId, leaseUntil: now + LEASE_SECONDS })
      return changed.notBefore === undefined || changed.notBefore <= now
    },

    async retire() {
      const current = await load()
      if (current?.kept.state !== 'done') return
      const { dataKey, endedAt } = current.kept
      if (dataKey !== envelope.dataKeyOf(WORKSPACE) || endedAt! + ports.retentionSeconds > clock.now()) return
      const header = envelope.headerOf(WORKSPACE)
      if ((await store.sealed.count({ workspaceId: WORKSPACE, header })) > 0) return
      for (const { workspaceId, id, createdAt } of await store.dataKeys.list()) {
        const isOlder = workspaceId === WORKSPACE && id !== dataKey && createdAt < endedAt!
        if (!isOlder) continue
        await store.dataKeys.delete(workspaceId, id)
        log.info('data_key_retired', { data_key: id })
      }
    },
  }
}

const withoutLease = ({ owner: _owner, leaseUntil: _until, notBefore: _not, ...rotation }: Kept): Rotation =>
  rotation
