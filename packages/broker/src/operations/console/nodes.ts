import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'

/** What a node tells the others of itself. */
export interface NodeFacts {
  nodeId: string
  version: string
  startedAt: number
  worker: number | null
  url: string
  /** Ids of the key ring keys it holds. */
  ringKeys: readonly string[]
  /** The data key it seals with. */
  dataKey: string
  spooled: number
}

export interface NodeReport extends NodeFacts {
  seenAt: number
  state: 'up' | 'gone'
  current: boolean
}

export interface Nodes {
  /** Writes down that this node is here. */
  report(): Promise<void>
  leave(): Promise<void>
  list(caller: Caller): Promise<readonly NodeReport[]>
  /** Without asking who asks. */
  all(): Promise<readonly NodeReport[]>
  /** How much of what all nodes may do together is this one's, as many as were up when it last reported. */
  share(total: number): number
  /** Whether no other was up then. */
  isAlone(): boolean
}

const PLACE = { workspaceId: 'default', door: 'console', kind: 'node' } as const
const GONE_AFTER_SECONDS = 60
const FORGOTTEN_AFTER_SECONDS = 86_400
const NODES_AT_MOST = 1_000

export function createNodes({ store, clock }: Pick<Ports, 'store' | 'clock'>, facts: () => NodeFacts): Nodes {
  let up = 1

  async function read(): Promise<NodeReport[]> {
    const now = clock.now()
    const rows = await store.documents.list({ ...PLACE, limit: NODES_AT_MOST })
    return rows.map((row) => {
      const body = row.body as unknown as NodeFacts
      const current = body.nodeId === facts().nodeId
      // Who answers is up, however long ago it wrote it down.
      const isGone = !current && now - row.updatedAt > GONE_AFTER_SECONDS
      return { ...body, seenAt: row.updatedAt, state: isGone ? 'gone' : 'up', current }
    })
  }

  return {
    async report() {
      const own = facts()
      const now = clock.now()
      const key = { ...PLACE, id: own.nodeId }
      const before = await store.documents.get(key)
      const row = {
        ...key,
        parentId: '',
        name: null,
        body: { ...own },
        sealed: null,
        revision: (before?.revision ?? 0) + 1,
        createdAt: before?.createdAt ?? own.startedAt,
        updatedAt: now,
      }
      if (before === undefined) await store.documents.insert(row, null)
      else await store.documents.update(row, before.revision, null)
      const reports = await read()
      up = Math.max(1, reports.filter(({ state }) => state === 'up').length)
      for (const { nodeId, seenAt } of reports) {
        if (now - seenAt > FORGOTTEN_AFTER_SECONDS)
          await store.documents.delete({ ...PLACE, id: nodeId }, null)
      }
    },
    async leave() {
      await store.documents.delete({ ...PLACE, id: facts().nodeId }, null)
    },
    async list(caller) {
      demand(caller, { action: 'credentials:read' })
      return read()
    },
    all: read,
    isAlone: () => up === 1,
    share: (total) => Math.max(1, Math.floor(total / up)),
  }
}
