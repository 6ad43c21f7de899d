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

type Answer = PromiseFulfilledResult<QueryResult<Row>>
type Answered = Answer | PromiseRejectedResult

type Verdict =
  | { kind: 'committed' }
  /** These did not meet the rows they expect, so nothing was saved. */
  | { kind: 'undone'; culprits: ReadonlySet<Waiting> }
  /** Surely not committed, through no fault of any unit. */
  | { kind: 'rolled_back'; error: BursarError; again: boolean }

const GROUP_LIMIT = 64
const ATTEMPTS = 3

const REFUSED = new BursarError('store.unavailable', { detail: 'PostgreSQL: the commit was refused.' })

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
      const verdict = await link.use((client) => this.#transact(link, client, group))
      if (verdict.kind === 'committed') return
      if (verdict.kind === 'rolled_back') {
        if (verdict.again && attempts > 1) return await this.#save(link, group, attempts - 1)
        throw verdict.error
      }
      if (group.length === 1) return group[0]?.resolve(null)
      const others = group.filter((waiting) => !verdict.culprits.has(waiting))
      await this.#save(link, others, ATTEMPTS)
      for (const culprit of verdict.culprits) await this.#save(link, [culprit], ATTEMPTS)
    } catch (error) {
      for (const { reject } of group) reject(error)
    }
  }

  async #transact(link: Link, client: Client, group: readonly Waiting[]): Promise<Verdict> {
    const sent = [
      query(client, 'BEGIN'),
      ...group.flatMap(({ statements }) => statements.map((s) => run(client, s))),
    ]
    const [, ...all] = await Promise.allSettled(sent)
    const answers = group.map(({ statements }) => all.splice(0, statements.length))
    const failed = answers.findIndex((answer) => answer.some(isRejected))
    const culprits = new Set(group.filter(({ statements }, index) => !meetsRows(statements, answers[index]!)))
    if (failed === -1 && culprits.size === 0) return this.#commit(link, client, group, answers as Answer[][])

    const fault = failed === -1 ? undefined : faultOf(answers[failed]!.find(isRejected)?.reason)
    if (fault?.kind === 'lost') link.drop(client)
    else await query(client, 'ROLLBACK').catch(() => link.drop(client))
    if (fault && (fault.kind === 'conflict' || (fault.kind === 'invalid' && group.length > 1))) {
      // Behind an error the server skips everything: those who came later were not judged.
      culprits.add(group[failed]!)
    } else if (fault) {
      return {
        kind: 'rolled_back',
        error: fault.error,
        again: fault.kind === 'retry' || fault.kind === 'lost',
      }
    }
    return { kind: 'undone', culprits }
  }

  async #commit(
    link: Link,
    client: Client,
    group: readonly Waiting[],
    answers: Answer[][],
  ): Promise<Verdict> {
    const rows = answers.map((answer) => answer.map(({ value }) => value.rows))
    const changes = group.flatMap(({ unit }, index) =>
      committed(unit.changes ?? [], rows[index]!.slice(unit.statements.length)),
    )
    try {
      const notified = changes.length > 0 && query(client, NOTIFY, [payloadOf(this.#node, changes)])
      const [{ command }] = await Promise.all([query(client, 'COMMIT'), notified])
      // The answer to COMMIT in a transaction that had failed.
      if (command === 'ROLLBACK') return { kind: 'rolled_back', error: REFUSED, again: true }
    } catch (error) {
      const fault = faultOf(error)
      if (fault.kind === 'retry') return { kind: 'rolled_back', error: fault.error, again: true }
      link.drop(client)
      throw outcomeUnknown(error)
    }
    this.#onCommitted(changes)
    group.forEach(({ resolve }, index) => {
      resolve(rows[index]!)
    })
    return { kind: 'committed' }
  }
}

const run = (client: Client, { sql, params }: Statement) => query(client, sql, params)

const isRejected = (answer: Answered): answer is PromiseRejectedResult => answer.status === 'rejected'

function meetsRows(statements: readonly Statement[], answers: readonly Answered[]): boolean {
  return answers.every((answer, index) => {
    const expected = statements[index]?.rows
    return isRejected(answer) || expected === undefined || answer.value.rowCount === expected
  })
}
