import { createHash } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Value } from '../database.ts'
import { faultOf, isBusy, isKeyConflict } from './fault.ts'
import { type NumberedStatement, type PackedUnits, Unpacker } from './packed.ts'
import type { ListedRows, UnitResult, WorkerSettings } from './protocol.ts'

interface Prepared {
  statement: StatementSync
  /** Null for a statement that answers no rows. */
  columns: readonly string[] | null
}

/** How long a commit of another process is waited for. */
const BUSY_TIMEOUT_MS = 5_000
const FULL = 2
/**
 * A claim and an outcome change the same page, and so do neighbours: the more of them lie between two
 * checkpoints, the fewer pages are written twice. 16 MB of log are read again in a moment after a crash.
 */
const CHECKPOINT_PAGES = 4_000
const CACHE_KB = 16_384

/** One connection to a SQLite file. It opens itself, and again after a fault of the file. */
export class Connection {
  readonly #settings: WorkerSettings
  readonly #prepared = new Map<string, Prepared>()
  readonly #texts: string[] = []
  readonly #numbered: Prepared[] = []
  #open: DatabaseSync | undefined

  constructor(settings: WorkerSettings) {
    this.#settings = settings
  }

  read(sql: string, params: readonly Value[]): ListedRows {
    return this.#guarded(() => listRows(this.#prepare(sql), params))
  }

  /**
   * Runs units in one transaction with one fsync. A unit that meets other rows than it expects is undone
   * alone; a fault of the file undoes them all. `texts` are statements that later units name by number.
   */
  write(texts: readonly string[], units: PackedUnits): Array<UnitResult | null> {
    this.#texts.push(...texts)
    return this.#guarded((database) => {
      // A savepoint for each unit costs more than the unit: only a group that needs one gets them.
      return this.#transact(database, units, false) ?? this.#transact(database, units, true)!
    })
  }

  close(): void {
    const database = this.#open
    this.#open = undefined
    this.#prepared.clear()
    this.#numbered.length = 0
    database?.close()
  }

  /** Null, with nothing changed, when a unit has to be undone half way and has no savepoint. */
  #transact(
    database: DatabaseSync,
    packed: PackedUnits,
    withSavepoints: boolean,
  ): Array<UnitResult | null> | null {
    // Taking the write lock at once: a transaction that begins by reading could not be upgraded safely.
    database.exec('BEGIN IMMEDIATE')
    const units = new Unpacker(packed)
    const results: Array<UnitResult | null> = []
    for (let left = units.readCount(); left > 0; left--) {
      if (withSavepoints) database.exec('SAVEPOINT unit')
      const { result, isHalfDone } = this.#run(units.readUnit())
      if (withSavepoints) {
        const isSaved = result === null || result.kind === 'saved'
        database.exec(isSaved ? 'RELEASE unit' : 'ROLLBACK TO unit; RELEASE unit')
      } else if (isHalfDone) {
        database.exec('ROLLBACK')
        return null
      }
      results.push(result)
    }
    database.exec('COMMIT')
    return results
  }

  #run(unit: readonly NumberedStatement[]): { result: UnitResult | null; isHalfDone: boolean } {
    const rows: Array<ListedRows | null> = []
    let hasChanged = false
    let hasRows = false
    try {
      for (const { text, rows: expected, params } of unit) {
        const prepared = this.#prepareNumbered(text)
        let count: number
        if (prepared.columns === null) {
          rows.push(null)
          count = Number(prepared.statement.run(...params).changes)
        } else {
          const listed = listRows(prepared, params)
          rows.push(listed)
          hasRows = true
          count = listed.rows.length
        }
        hasChanged ||= count > 0
        if (expected !== -1 && count !== expected)
          return { result: { kind: 'undone' }, isHalfDone: hasChanged }
      }
      return { result: hasRows ? { kind: 'saved', rows } : null, isHalfDone: false }
    } catch (error) {
      const fault = faultOf(error)
      if (fault.kind === 'unavailable') throw error
      const result: UnitResult = isKeyConflict(error) ? { kind: 'undone' } : { kind: 'fault', fault }
      return { result, isHalfDone: hasChanged }
    }
  }

  #prepareNumbered(text: number): Prepared {
    let prepared = this.#numbered[text]
    if (prepared === undefined) {
      prepared = this.#prepare(this.#texts[text]!)
      this.#numbered[text] = prepared
    }
    return prepared
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    const statement = this.#database().prepare(sql.replace(/\$(\d+)/g, '?$1'))
    const names = statement.columns().map(({ name }) => name)
    if (names.length > 0) statement.setReturnArrays(true)
    const prepared = { statement, columns: names.length > 0 ? names : null }
    this.#prepared.set(sql, prepared)
    return prepared
  }

  #guarded<T>(work: (database: DatabaseSync) => T): T {
    const database = this.#database()
    try {
      return work(database)
    } catch (error) {
      if (database.isOpen && database.isTransaction) tryRollback(database)
      // What an I/O error left in this connection is not trusted; the file recovers when it is opened.
      if (faultOf(error).kind === 'unavailable' && !isBusy(error)) this.#reset()
      throw error
    }
  }

  #reset(): void {
    try {
      this.close()
    } catch {
      // It is let go either way, and the error that led here is the one to tell.
    }
  }

  #database(): DatabaseSync {
    if (this.#open) return this.#open
    const { file, readOnly } = this.#settings
    const database = new DatabaseSync(file, {
      readOnly,
      timeout: BUSY_TIMEOUT_MS,
      enableForeignKeyConstraints: true,
    })
    if (!readOnly) {
      database.exec(
        `PRAGMA journal_mode = WAL; PRAGMA synchronous = ${FULL};
         PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES}; PRAGMA cache_size = -${CACHE_KB};`,
      )
      database.function('audit_hash', { deterministic: true }, auditHash)
    }
    this.#open = database
    return database
  }
}

function listRows({ statement, columns }: Prepared, params: readonly Value[]): ListedRows {
  const rows = statement.all(...params) as unknown as Value[][]
  return { columns: columns ?? [], rows }
}

function tryRollback(database: DatabaseSync): void {
  try {
    database.exec('ROLLBACK')
  } catch {
    // SQLite has rolled back by itself.
  }
}

function auditHash(before: unknown, entry: unknown): Uint8Array {
  return createHash('sha256')
    .update(before as Uint8Array)
    .update(entry as Uint8Array)
    .digest()
}
