import { type ChangeSink, changeStatement, committed } from '../changes.ts'
import type { Database, Row, Statement, Unit } from '../database.ts'
import { readRows, type UnitResult } from './protocol.ts'
import { createSqliteQueue } from './queue.ts'
import { errorOf, Thread } from './thread.ts'

interface Waiting {
  statements: readonly Statement[]
  resolve: (result: UnitResult | null) => void
  reject: (error: unknown) => void
}

/** More than this would make the first of a group wait noticeably for the last. */
const GROUP_LIMIT = 512

/** A group of this size tells that many write at once. */
const BUSY_GROUP = 6
const GATHER_MS = 3

const gather = () => new Promise<void>((resolve) => setTimeout(resolve, GATHER_MS))

/** SQLite behind two threads: one writes, one reads what is committed. */
export function createSqliteDatabase(file: string, now: () => number, onCommitted: ChangeSink): Database {
  const writer = new Thread({ file, readOnly: false })
  const reader = new Thread({ file, readOnly: true })
  let waiting: Waiting[] = []
  let writing = false

  /** Whatever arrived while the last group was being synced to disk shares the next commit. */
  async function writeGroups(): Promise<void> {
    writing = true
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP_LIMIT)
      waiting = waiting.slice(GROUP_LIMIT)
      try {
        const answer = await writer.write(group.map((unit) => unit.statements))
        if (answer.kind !== 'results') continue
        group.forEach((unit, index) => {
          unit.resolve(answer.results[index] as UnitResult | null)
        })
      } catch (error) {
        for (const unit of group) unit.reject(error)
      }
      // A commit costs the same for one as for fifty: where many write, more are about to.
      if (group.length >= BUSY_GROUP && waiting.length < GROUP_LIMIT) await gather()
    }
    writing = false
  }

  function enqueue(statements: readonly Statement[]): Promise<UnitResult | null> {
    return new Promise((resolve, reject) => {
      waiting.push({ statements, resolve, reject })
      // One turn of the event loop lets those who ask together share the commit.
      if (!writing) {
        writing = true
        setImmediate(writeGroups)
      }
    })
  }

  async function write(unit: Unit): Promise<Row[][] | null> {
    const changes = unit.changes ?? []
    const statements =
      changes.length === 0
        ? unit.statements
        : [...unit.statements, ...changes.map((change) => changeStatement(change, now()))]
    const result = await enqueue(statements)
    if (result === null) return statements.map(() => [])
    if (result.kind === 'fault') throw errorOf(result.fault)
    if (result.kind === 'undone') return null
    const rows = result.rows.map(readRows)
    if (changes.length > 0) onCommitted(committed(changes, rows.slice(unit.statements.length)))
    return rows
  }

  return {
    engine: 'sqlite',
    queue: createSqliteQueue(write),
    write,

    async read(sql, params = []) {
      const answer = await reader.ask({ kind: 'read', sql, params })
      return answer.kind === 'rows' ? readRows(answer.rows) : []
    },

    async close() {
      // The reader first, so that the writer is the last connection and folds the log into the file.
      await reader.close()
      await writer.close()
    },
  }
}
