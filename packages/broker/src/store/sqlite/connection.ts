import { createHash } from 'node:crypto'
import { DatabaseSync, type StatementSync } from 'node:sqlite'
import type { Row, Statement, Value } from '../database.ts'
import { faultOf, isBusy, isKeyConflict } from './fault.ts'
import type { UnitResult, WorkerSettings } from './protocol.ts'

interface Prepared {
  statement: StatementSync
  returnsRows: boolean
}

/** How long a commit of another process is waited for. */
const BUSY_TIMEOUT_MS = 5_000
const FULL = 2

/** One connection to a SQLite file. It opens itself, and again after a fault of the file. */
export class Connection {
  readonly #settings: WorkerSettings
  readonly #prepared = new Map<string, Prepared>()
  #open: DatabaseSync | undefined

  constructor(settings: WorkerSettings) {
    this.#settings = settings
  }

  read(sql: string, params: readonly Value[]): Row[] {
    return this.#guarded(() => this.#prepare(sql).statement.all(...params) as Row[])
  }

  /**
   * Runs units in one transaction with one fsync. A unit that meets other rows than it expects is undone
   * alone; a fault of the file undoes them all.
   */
  write(units: ReadonlyArray<readonly Statement[]>): UnitResult[] {
    return this.#guarded((database) => {
      // Taking the write lock at once: a transaction that begins by reading could not be upgraded safely.
      database.exec('BEGIN IMMEDIATE')
      const results = units.map((unit) => this.#run(database, unit))
      database.exec('COMMIT')
      return results
    })
  }

  close(): void {
    const database = this.#open
    this.#open = undefined
    this.#prepared.clear()
    database?.close()
  }

  #run(database: DatabaseSync, unit: readonly Statement[]): UnitResult {
    const alone = unit.length === 1
    if (!alone) database.exec('SAVEPOINT unit')
    const rows: Row[][] = []
    let result: UnitResult = { kind: 'saved', rows }
    try {
      for (const statement of unit) {
        const changed = this.#execute(statement, rows)
        if (statement.rows !== undefined && changed !== statement.rows) {
          if (alone && changed > 0) throw new Error('A unit of one statement can not be undone half way.')
          result = { kind: 'undone' }
          break
        }
      }
    } catch (error) {
      const fault = faultOf(error)
      if (fault.kind === 'unavailable') throw error
      result = isKeyConflict(error) ? { kind: 'undone' } : { kind: 'fault', fault }
    }
    if (!alone) database.exec(result.kind === 'saved' ? 'RELEASE unit' : 'ROLLBACK TO unit; RELEASE unit')
    return result
  }

  #execute(statement: Statement, rows: Row[][]): number {
    const { statement: prepared, returnsRows } = this.#prepare(statement.sql)
    if (returnsRows) return rows[rows.push(prepared.all(...statement.params) as Row[]) - 1]!.length
    rows.push([])
    return Number(prepared.run(...statement.params).changes)
  }

  #prepare(sql: string): Prepared {
    const known = this.#prepared.get(sql)
    if (known) return known
    const statement = this.#database().prepare(sql.replace(/\$(\d+)/g, '?$1'))
    const prepared = { statement, returnsRows: statement.columns().length > 0 }
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
      database.exec(`PRAGMA journal_mode = WAL; PRAGMA synchronous = ${FULL};`)
      database.function('audit_hash', { deterministic: true }, auditHash)
    }
    this.#open = database
    return database
  }
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
