import { BursarError } from '@bursar/domain/error.ts'
import type { Client, QueryResult } from 'pg'
import { type ChangeSink, changeStatement, committed } from '../changes.ts'
import type { Row, Statement, Unit } from '../database.ts'
import { faultOf, outcomeUnknown } from './fault.ts'
import { type Link, query } from './link.ts'
import { payloadOf } from './notices.ts'

interface Waiting {
  unit: Unit
  statements: readonly Statement[]
  resolve: (rows: Row[][] | null) => void
  reject: (error: unknown) => void
}

type Answered = PromiseSettledResult<QueryResult<Row>>

const GROUP_LIMIT = 64
const ATTEMPTS = 3

const NOT_COMMITTED = new BursarError('store.unavailable', { detail: 'PostgreSQL: the commit was refused.' })

const NOTIFY = `SELECT pg_notify('bursar_changes', $1)`

/**
 * Group commit: units that wait share one transaction, all their statements sent at once. When a unit
 * does not meet the rows it expects, the transaction is rolled back, the others are sent again without it
 * and it is judged alone. That is rare, and cheaper than a savepoint and a round trip for each.
 */
export class Groups {
  readonly #idle: Link[]
  readonly #node: string
  readonly #now: () => number
  readonly #onCommitted: ChangeSink
  #waiting: Waiting[] = []
  #scheduled = false

  constructor(links: readonly Link[], node: string, now: () => number, onCommitted: ChangeSink) {
    this.#idle = [...links]
    this.#node = node
    this.#now = now
    this.#onCommitted = onCommitted
  }

  write(unit: Unit): Promise<Row[][] | null> {
    const changes = (unit.changes ?? []).map((change) => changeStatement(change, this.#now()))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ unit, statements: [...unit.statements, ...changes], resolve, reject })
      this.#schedule()
    })
  }

  /** One turn of the event loop lets those who ask together share the commit. */
  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#idle.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const link = this.#idle.pop()
      if (!link) return
      const group = this.#waiting.splice(0, GROUP_LIMIT)
      this.#save(link, group, ATTEMPTS).finally(() => {
        this.#idle.push(link)
        this.#schedule()
      })
      this.#schedule()
    })
  }

  async #save(link: Link, group: readonly Waiting[], attempts: number): Promise<void> {
    if (group.length === 0) return
    try {
      const culprits = await link.use((client) => this.#transact(link, client, group))
      if (culprits.size === 0) return
      if (group.length === 1) return group[0]?.resolve(null)
      await this.#save(
        link,
        group.filter((waiting) => !culprits.has(waiting)),
        ATTEMPTS,
      )
      for (const culprit of culprits) await this.#save(link, [culprit], ATTEMPTS)
    } catch (error) {
      if (error instanceof Uncommitted && error.again && attempts > 1) {
        return this.#save(link, group, attempts - 1)
      }
      const reason = error instanceof Uncommitted ? error.cause : error
      for (const { reject } of group) reject(reason)
    }
  }

  /** Commits the group and answers nobody, or rolls it back and answers the units it failed for. */
  async #transact(link: Link, client: Client, group: readonly Waiting[]): Promise<Set<Waiting>> {
    const began = query(client, 'BEGIN')
    const answers = await Promise.all(
      group.map(({ statements }) =>
        Promise.allSettled(statements.map(({ sql, params }) => query(client, sql, params))),
      ),
    )
    const [beginning] = await Promise.allSettled([began])
    const culprits = new Set<Waiting>()
    const failed = beginning.status === 'rejected' ? beginning : answers.flat().find(isRejected)
    group.forEach((waiting, index) => {
      if (!meetsRows(waiting.statements, answers[index]!)) culprits.add(waiting)
    })
    if (failed === undefined && culprits.size === 0) {
      await this.#commit(link, client, group, answers)
      return culprits
    }
    const fault = failed && faultOf(failed.reason)
    if (fault?.kind === 'lost') link.drop(client)
    else await query(client, 'ROLLBACK').catch(() => link.drop(client))
    if (!fault) return culprits
    if (fault.kind === 'conflict' || (fault.kind === 'invalid' && group.length > 1)) {
      // After an error the server skips the rest: only this one and those before it were judged.
      const first = answers.findIndex((answer) => answer.some(isRejected))
      return new Set(
        group.filter((waiting, index) => index <= first && (index === first || culprits.has(waiting))),
      )
    }
    throw new Uncommitted(fault.error, fault.kind === 'retry' || fault.kind === 'lost')
  }

  async #commit(link: Link, client: Client, group: readonly Waiting[], answers: Answered[][]): Promise<void> {
    const rows = answers.map((answer) =>
      answer.map((settled) => (isRejected(settled) ? [] : settled.value.rows)),
    )
    const changes = group.flatMap(({ unit }, index) =>
      committed(unit.changes ?? [], rows[index]!.slice(unit.statements.length)),
    )
    if (changes.length > 0) query(client, NOTIFY, [payloadOf(this.#node, changes)]).catch(() => {})
    const [commit] = await Promise.allSettled([query(client, 'COMMIT')])
    if (isRejected(commit)) {
      const fault = faultOf(commit.reason)
      if (fault.kind === 'retry') throw new Uncommitted(fault.error, true)
      link.drop(client)
      throw outcomeUnknown(commit.reason)
    }
    // The answer to COMMIT in a transaction that had failed.
    if (commit.value.command !== 'COMMIT') throw new Uncommitted(NOT_COMMITTED, true)
    this.#onCommitted(changes)
    group.forEach(({ resolve }, index) => {
      resolve(rows[index]!)
    })
  }
}

/** Surely not committed. */
class Uncommitted extends Error {
  readonly again: boolean
  constructor(cause: BursarError, again: boolean) {
    super('not committed', { cause })
    this.again = again
  }
}

const isRejected = (answer: Answered): answer is PromiseRejectedResult => answer.status === 'rejected'

function meetsRows(statements: readonly Statement[], answers: readonly Answered[]): boolean {
  return answers.every((answer, index) => {
    const expected = statements[index]?.rows
    return isRejected(answer) || expected === undefined || answer.value.rowCount === expected
  })
}
