import type { EntryRow } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import { DOOR } from './app-documents.ts'

export type EntryKind = 'HTTPProperties' | 'CustomAppException'

/** The tables of token pages. Rows are written together, a moment after they were made. */
export interface EntryLog {
  append(kind: EntryKind, page: { workspaceId: string; name: string }, body: Record<string, unknown>): void
  /** Writes what waits. */
  flush(): Promise<void>
  close(): Promise<void>
}

const FLUSH_MS = 100
const RETRY_MS = 5_000
/** While the database is away or slow, no more than these wait; the rest is counted and lost. */
const ROWS_AT_MOST = 20_000
const ROWS_AT_ONCE = 2_000

export function createEntryLog({
  store,
  clock,
  random,
  log,
}: Pick<Ports, 'store' | 'clock' | 'random' | 'log'>): EntryLog {
  let waiting: EntryRow[] = []
  let lost = 0
  let writing: Promise<void> | null = null
  let hasFailed = false
  const closing = new AbortController()

  async function write(): Promise<void> {
    while (waiting.length > 0) {
      const rows = waiting.slice(0, ROWS_AT_ONCE)
      await store.entries.append(rows)
      waiting = waiting.slice(rows.length)
    }
    if (lost > 0)
      log.warn('app_log.lost', { rows: lost, detail: 'They came faster than they could be kept.' })
    lost = 0
  }

  function writeSoon(): void {
    if (writing !== null || closing.signal.aborted) return
    writing = clock
      .wait(hasFailed ? RETRY_MS : FLUSH_MS, closing.signal)
      .then(write)
      .then(() => {
        hasFailed = false
      })
      .catch((error: unknown) => {
        hasFailed = true
        log.warn('app_log.failed', { error: (error as Error).name, waiting: waiting.length })
      })
      .finally(() => {
        writing = null
        // What came meanwhile, or could not be written, is tried again.
        if (waiting.length > 0) writeSoon()
      })
  }

  return {
    append(kind, { workspaceId, name }, body) {
      if (waiting.length >= ROWS_AT_MOST) {
        lost += 1
        return
      }
      waiting.push({ workspaceId, door: DOOR, kind, id: random.id(), subject: name, at: clock.now(), body })
      writeSoon()
    },

    async flush() {
      if (waiting.length === 0) return
      await writing
      if (waiting.length > 0) await write()
    },

    async close() {
      closing.abort()
      await writing
      await write().catch(() => undefined)
    },
  }
}
