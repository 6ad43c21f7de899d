import type { Client } from 'pg'
import type { ChangeSink } from '../changes.ts'
import type { CommittedChange } from '../database.ts'

/** NOTIFY takes less than 8,000 bytes. */
const PAYLOAD_LIMIT = 7_900
const RECONNECT_MS = 1_000

type Item = [kind: CommittedChange['kind'], workspaceId: string, subject: string, seq: number | null]

/** What the other nodes are told: who changed what, or only that there is something to look for. */
export function payloadOf(node: string, changes: readonly CommittedChange[]): string {
  const items = changes.map(({ kind, workspaceId, subject, seq }): Item => [kind, workspaceId, subject, seq])
  const payload = JSON.stringify([node, ...items])
  return Buffer.byteLength(payload) < PAYLOAD_LIMIT ? payload : JSON.stringify([node])
}

/**
 * Hears what other nodes notify. It is only the fast way: what it misses while it is away, the poll finds.
 */
export class Notices {
  readonly #connect: () => Promise<Client>
  readonly #node: string
  readonly #deliver: ChangeSink
  readonly #poll: () => void
  #client: Client | undefined
  #timer: NodeJS.Timeout | undefined
  #closed = false

  constructor(connect: () => Promise<Client>, node: string, deliver: ChangeSink, poll: () => void) {
    this.#connect = connect
    this.#node = node
    this.#deliver = deliver
    this.#poll = poll
  }

  async listen(): Promise<void> {
    if (this.#closed) return
    try {
      const client = await this.#connect()
      this.#client = client
      client.once('end', () => this.#listenLater(client))
      client.on('notification', ({ payload }) => this.#hear(payload ?? ''))
      await client.query('LISTEN bursar_changes')
      this.#poll()
      if (this.#closed) await client.end()
    } catch {
      // The poll finds the database away as well, and says so.
      this.#listenLater(this.#client)
    }
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#client?.end().catch(() => {})
  }

  #listenLater(client: Client | undefined): void {
    if (this.#closed || this.#client !== client || this.#timer) return
    this.#client = undefined
    client?.end().catch(() => {})
    this.#timer = setTimeout(() => {
      this.#timer = undefined
      void this.listen()
    }, RECONNECT_MS)
    this.#timer.unref()
  }

  #hear(payload: string): void {
    const [node, ...items] = readPayload(payload)
    if (node === this.#node) return
    if (items.length === 0) this.#poll()
    else
      this.#deliver(items.map(([kind, workspaceId, subject, seq]) => ({ kind, workspaceId, subject, seq })))
  }
}

/** Anybody with a connection may notify: what is not ours is only a reason to look. */
function readPayload(payload: string): [node: string, ...items: Item[]] {
  try {
    const parsed: unknown = JSON.parse(payload)
    const isOurs =
      Array.isArray(parsed) && parsed.slice(1).every((item) => Array.isArray(item) && item.length === 4)
    return isOurs ? (parsed as [string, ...Item[]]) : ['']
  } catch {
    return ['']
  }
}
