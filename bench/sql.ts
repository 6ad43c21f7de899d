import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { Client } from 'pg'

/** A look into the broker's database from outside, and the one change the bench makes there. */
export interface Sql {
  /** Makes every token due and tells the broker that something changed. */
  makeAllDue(): Promise<void>
  /** How many tokens have a version below this. */
  countBelow(version: number): Promise<number>
  close(): Promise<void>
}

const COUNT = 'SELECT count(*) AS n FROM tokens WHERE version < $1'
const DUE = 'UPDATE tokens SET claimable_at = $1'
const TELL = `INSERT INTO changes (workspace_id, kind, subject, at) VALUES ('default', 'credential', 'bench', $1)`
const now = () => Math.floor(Date.now() / 1000)

export async function openSql(at: { dataDir: string; databaseUrl?: string }): Promise<Sql> {
  if (at.databaseUrl !== undefined) {
    const client = new Client({ connectionString: at.databaseUrl })
    await client.connect()
    return {
      async makeAllDue() {
        await client.query(DUE, [now()])
        // What autovacuum does within a minute: here thousands are due several times a minute.
        await client.query('VACUUM ANALYZE tokens')
        await client.query(TELL, [now()])
      },
      countBelow: async (version) => Number((await client.query(COUNT, [version])).rows[0].n),
      close: () => client.end(),
    }
  }
  const database = new DatabaseSync(join(at.dataDir, 'bursar.db'), { timeout: 10_000 })
  const statement = (sql: string) => database.prepare(sql.replace('$1', '?1'))
  return {
    async makeAllDue() {
      statement(DUE).run(now())
      statement(TELL).run(now())
    },
    countBelow: async (version) => Number(statement(COUNT).get(version)!.n),
    close: async () => database.close(),
  }
}

/** How late due tokens were saved, whole seconds, by the rows themselves. */
export function openLags(
  dataDir: string,
  firstDue: number,
  perSecond: number,
  count: number,
): { latestSeconds: number; missing: number } {
  const database = new DatabaseSync(join(dataDir, 'bursar.db'), { readOnly: true, timeout: 10_000 })
  const rows = database
    .prepare(
      `SELECT c.name, t.updated_at, t.version FROM credentials c JOIN tokens t ON t.workspace_id = c.workspace_id
       AND t.credential_id = c.id WHERE t.updated_at >= ?1 AND t.version > 1`,
    )
    .all(firstDue) as Array<{ name: string; updated_at: number; version: number }>
  database.close()
  const lags = rows.map(({ name, updated_at }) => {
    const n = Number(name.slice('bench-'.length))
    return updated_at - (firstDue + Math.floor(n / perSecond))
  })
  return { latestSeconds: Math.max(0, ...lags), missing: count - rows.length }
}
