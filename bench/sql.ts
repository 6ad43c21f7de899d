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
