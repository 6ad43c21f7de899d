import type { CommittedChange, Database, Row, Statement } from './database.ts'
import type { Change, StoreOptions } from './store.ts'

export type ChangeSink = (changes: readonly CommittedChange[]) => void

/** How long other nodes can find a change in the table. */
const KEPT_SECONDS = 3_600
/** A node that was away for this long, clocks being what they are, can not know what it missed. */
const LOST_AFTER_SECONDS = KEPT_SECONDS - 600
/** Numbers are given before the commit that shows them, so what was read is read again for this long. */
const REREAD_SECONDS = 15
/** Between the clocks of two nodes. */
const CLOCK_SKEW_SECONDS = 60
const PRUNE_EVERY_SECONDS = 300
const PAGE = 1_000

const RESET: Change = { kind: 'reset', workspaceId: '', subject: '' }

export function changeStatement(change: Change, now: number): Statement {
  return {
    sql: `INSERT INTO changes (workspace_id, kind, subject, at) VALUES ($1, $2, $3, $4) RETURNING seq`,
    params: [change.workspaceId, change.kind, change.subject, now],
    rows: 1,
  }
}

/** Pairs changes with the numbers their statements answered. */
export function committed(changes: readonly Change[], answers: readonly Row[][]): CommittedChange[] {
  return changes.map((change, index) => ({ ...change, seq: answers[index]?.[0]?.seq as number }))
}

/**
 * Tells listeners what changed: what this node committed, what others notify, and what a poll of the
 * table finds. Each numbered change is told once, as far as this process remembers.
 */
export class ChangeFeed {
  readonly #options: StoreOptions
  readonly #listeners = new Set<(changes: readonly Change[]) => void>()
  /** Numbers above the cursor that were told already. */
  readonly #told = new Set<number>()
  /** Highest number seen at each poll of the last {@link REREAD_SECONDS}, oldest first. */
  #marks: Array<{ at: number; seq: number }> = []
  #cursor = 0
  #prunedAt: number
  #database: Database | undefined
  #timer: NodeJS.Timeout | undefined
  #polling: Promise<void> | undefined
  #pollAgain = false
  #away = false
  #closed = false
  lastContactAt: number

  constructor(options: StoreOptions) {
    this.#options = options
    this.lastContactAt = options.now()
    this.#prunedAt = options.now()
  }

  async start(database: Database): Promise<void> {
    this.#database = database
    this.lastContactAt = this.#options.now()
    await this.#restart(database, this.lastContactAt)
    this.#schedule()
  }

  onChange(listener: (changes: readonly Change[]) => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly deliver: ChangeSink = (changes) => {
    const fresh = changes.filter(({ seq }) => seq === null || (seq > this.#cursor && !this.#told.has(seq)))
    for (const { seq } of fresh) if (seq !== null) this.#told.add(seq)
    this.#tell(fresh.map(({ kind, workspaceId, subject }) => ({ kind, workspaceId, subject })))
  }

  /** Looks for changes now. Calls during a poll share the one that follows it. */
  poll(): Promise<void> {
    this.#pollAgain = true
    this.#polling ??= this.#pollWhileAsked().finally(() => {
      this.#polling = undefined
    })
    return this.#polling
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#polling
  }

  #schedule(): void {
    if (this.#closed) return
    this.#timer = setTimeout(
      () => this.poll().then(() => this.#schedule()),
      this.#options.pollSeconds * 1_000,
    )
    this.#timer.unref()
  }

  async #pollWhileAsked(): Promise<void> {
    while (this.#pollAgain && !this.#closed) {
      this.#pollAgain = false
      try {
        await this.#pollOnce(this.#database as Database)
        if (this.#away) this.#options.log('store.contact_again', {})
        this.#away = false
      } catch (error) {
        if (!this.#away) this.#options.log('store.contact_lost', { detail: messageOf(error) })
        this.#away = true
      }
    }
  }

  async #pollOnce(database: Database): Promise<void> {
    const startedAt = this.#options.now()
    const newest = await this.#newest(database)
    if (startedAt - this.lastContactAt > LOST_AFTER_SECONDS || newest < this.#highest()) {
      // Away for too long, or the database is an older one than we knew (restored, failed over).
      await this.#restart(database, startedAt)
      this.#tell([RESET])
    } else {
      await this.#readOn(database)
    }
    this.#moveCursor(startedAt, newest)
    this.lastContactAt = startedAt
    if (startedAt - this.#prunedAt >= PRUNE_EVERY_SECONDS) await this.#prune(database, startedAt)
  }

  async #readOn(database: Database): Promise<void> {
    for (let after = this.#cursor; ; ) {
      const rows = await database.read('SELECT * FROM changes WHERE seq > $1 ORDER BY seq LIMIT $2', [
        after,
        PAGE,
      ])
      this.deliver(rows.map(readChange))
      if (rows.length < PAGE) return
      after = rows[PAGE - 1]!.seq as number
    }
  }

  #moveCursor(at: number, seq: number): void {
    this.#marks.push({ at, seq })
    while (this.#marks.length > 1 && (this.#marks[0]?.at ?? at) < at - REREAD_SECONDS) {
      this.#cursor = Math.max(this.#cursor, this.#marks.shift()!.seq)
    }
    for (const told of this.#told) if (told <= this.#cursor) this.#told.delete(told)
  }

  /** Begins a little in the past: a commit that is under way right now may have a lower number. */
  async #restart(database: Database, now: number): Promise<void> {
    const sql = 'SELECT max(seq) AS seq FROM changes WHERE at < $1'
    const [row] = await database.read(sql, [now - REREAD_SECONDS - CLOCK_SKEW_SECONDS])
    this.#cursor = (row?.seq as number | null | undefined) ?? 0
    this.#marks = []
    this.#told.clear()
  }

  #highest(): number {
    return this.#marks.at(-1)?.seq ?? this.#cursor
  }

  async #newest(database: Database): Promise<number> {
    const [row] = await database.read('SELECT max(seq) AS newest FROM changes')
    return (row?.newest as number | null) ?? 0
  }

  async #prune(database: Database, now: number): Promise<void> {
    this.#prunedAt = now
    // The newest row stays, so that the highest number never seems to fall.
    const sql = 'DELETE FROM changes WHERE at < $1 AND seq < (SELECT max(seq) FROM changes)'
    await database.write({ statements: [{ sql, params: [now - KEPT_SECONDS] }] })
  }

  #tell(changes: readonly Change[]): void {
    if (changes.length === 0) return
    for (const listener of this.#listeners) {
      try {
        listener(changes)
      } catch (error) {
        this.#options.log('store.listener_failed', { detail: messageOf(error) })
      }
    }
  }
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error))

function readChange(row: Row): CommittedChange {
  return {
    seq: row.seq as number,
    kind: row.kind as Change['kind'],
    workspaceId: row.workspace_id as string,
    subject: row.subject as string,
  }
}
