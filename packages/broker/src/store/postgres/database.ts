import { randomUUID } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { ChangeSink } from '../changes.ts'
import type { Database, Row, Value } from '../database.ts'
import { connect } from './connect.ts'
import { faultOf } from './fault.ts'
import { Groups } from './groups.ts'
import { Link, leastUsed, query } from './link.ts'
import { Notices } from './notices.ts'
import { createPostgresQueue } from './queue.ts'

/** Connections of one node, besides the one that listens. */
const READERS = 2
const GROUP_WRITERS = 2
const OUTCOME_WRITERS = 2

/** PostgreSQL, 15 or newer. */
export function createPostgresDatabase(
  databaseUrl: string,
  now: () => number,
  onCommitted: ChangeSink,
  poll: () => void,
): Database {
  const node = randomUUID()
  const open = () => connect(databaseUrl)
  const links = (count: number) => Array.from({ length: count }, () => new Link(open))
  const readers = links(READERS)
  const groupWriters = links(GROUP_WRITERS)
  const queueLinks = { claims: new Link(open), intents: links(1), outcomes: links(OUTCOME_WRITERS) }
  const all = [...readers, ...groupWriters, queueLinks.claims, ...queueLinks.intents, ...queueLinks.outcomes]

  const groups = new Groups(groupWriters, node, now, onCommitted)
  const notices = new Notices(open, node, onCommitted, poll)
  void notices.listen()

  const readOnce = (sql: string, params: readonly Value[]): Promise<Row[]> =>
    leastUsed(readers).use(async (client) => (await query(client, sql, params)).rows)

  return {
    engine: 'postgres',
    queue: createPostgresQueue(queueLinks, node, now, onCommitted),
    write: (unit) => groups.write(unit),

    async read(sql, params = []) {
      try {
        return await readOnce(sql, params).catch((error: unknown) => {
          // A connection that died unnoticed is only seen by using it: once more on a new one.
          if (error instanceof BursarError || faultOf(error).kind !== 'lost') throw error
          return readOnce(sql, params)
        })
      } catch (error) {
        throw error instanceof BursarError ? error : faultOf(error).error
      }
    },

    async close() {
      await notices.close()
      await Promise.all(all.map((link) => link.close()))
    },
  }
}
