import type { EntryRow } from '../../store/store.ts'
import type { Page } from '../operations.ts'
import type { Ports } from '../ports.ts'
import { DOOR } from './door-name.ts'

export type EntryKind = 'HTTPProperties' | 'CustomAppException'
type PageFacts = { workspaceId: string; name: string }

/** A row of a table of a page. */
export interface LoggedRow {
  id: string
  at: number
  body: Record<string, unknown>
}

/**
 * The tables of token pages. Rows that come within a moment are written together, as one entry of the store:
 * a page that issues thousands of JWTs a second would otherwise do little but log.
 */
export interface EntryLog {
  append(kind: EntryKind, page: PageFacts, body: Record<string, unknown>): void
  /** Newest first; those that were appended here are among them. */
  list(kind: EntryKind, page: PageFacts, query: { cursor?: string; limit: number }): Promise<Page<LoggedRow>>
  close(): Promise<void>
}

interface Waiting {
  kind: EntryKind
  page: PageFacts
  rows: Array<[at: number, body: Record<string, unknown>]>
}

const FLUSH_MS = 100
const RETRY_MS = 5_000
/** While the database is away or slow, no more than these wait; the rest is counted and lost. */
const ROWS_AT_MOST = 20_000
const ROWS_AN_ENTRY = 250

export function createEntryLog(ports: Pick<Ports, 'store' | 'clock' | 'random' | 'log'>): EntryLog {
  const { store, clock, random, log } = ports
  let waiting = new Map<string, Waiting>()
  let count = 0
  let lost = 0
  let writing: Promise<void> | null = null
  let hasFailed = false
  const closing = new AbortController()

  async function write(): Promise<void> {
    const batch = waiting
    const rows = count
    waiting = new Map()
    try {
      await store.entries.append([...batch.values()].flatMap(entriesOf))
      count -= rows
    } catch (error) {
      // They go before what came meanwhile.
      for (const [key, { rows: later }] of waiting) batch.get(key)?.rows.push(...later)
      waiting = new Map([...waiting, ...batch])
      throw error
    }
    if (lost > 0)
      log.warn('app_log.lost', { rows: lost, detail: 'They came faster than they could be kept.' })
    lost = 0
  }

  function entriesOf({ kind, page, rows }: Waiting): EntryRow[] {
    const entries: EntryRow[] = []
    for (let from = 0; from < rows.length; from += ROWS_AN_ENTRY) {
      const part = rows.slice(from, from + ROWS_AN_ENTRY)
      const { workspaceId, name: subject } = page
      const at = part.at(-1)![0]
      entries.push({ workspaceId, door: DOOR, kind, id: random.id(), subject, at, body: { rows: part } })
    }
    return entries
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
        log.warn('app_log.failed', { error: (error as Error).name, waiting: count })
      })
      .finally(() => {
        writing = null
        // What came meanwhile, or could not be written, is tried again.
        if (waiting.size > 0) writeSoon()
      })
  }

  return {
    append(kind, page, body) {
      if (count >= ROWS_AT_MOST) {
        lost += 1
        return
      }
      count += 1
      const key = `${kind}\n${page.workspaceId}\n${page.name}`
      const known = waiting.get(key)
      if (known === undefined) waiting.set(key, { kind, page, rows: [[clock.now(), body]] })
      else known.rows.push([clock.now(), body])
      writeSoon()
    },

    async list(kind, { workspaceId, name }, { cursor, limit }) {
      await writing
      if (waiting.size > 0) await write()
      const found: LoggedRow[] = []
      // An id of a row is that of its entry, and its place there.
      const [entryId, place] = cursor?.split('.') ?? []
      let before = entryId === undefined ? undefined : `${entryId}~`
      while (found.length <= limit) {
        const at = { workspaceId, door: DOOR, kind, subject: name, limit: ENTRIES_AT_ONCE }
        const entries = await store.entries.list({ ...at, ...(before !== undefined && { before }) })
        for (const entry of entries) {
          const rows = rowsOf(entry).reverse()
          found.push(...(entry.id === entryId ? rows.filter((row) => placeOf(row) < Number(place)) : rows))
        }
        if (entries.length < ENTRIES_AT_ONCE) break
        before = entries.at(-1)!.id
      }
      const items = found.slice(0, limit)
      return { items, nextCursor: found.length > limit ? items.at(-1)!.id : null }
    },

    async close() {
      closing.abort()
      await writing
      if (waiting.size > 0) await write().catch(() => undefined)
    },
  }
}

const ENTRIES_AT_ONCE = 20

const rowsOf = ({ id, body }: EntryRow): LoggedRow[] =>
  (body.rows as Waiting['rows']).map(([at, row], place) => ({ id: `${id}.${place}`, at, body: row }))

const placeOf = ({ id }: LoggedRow): number => Number(id.split('.')[1])
