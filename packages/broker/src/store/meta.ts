import type { Database } from './database.ts'
import type { MetaTable } from './store.ts'

export function createMetaTable(database: Database): MetaTable {
  async function get(key: string): Promise<string | undefined> {
    const [row] = await database.read('SELECT value FROM meta WHERE key = $1', [key])
    return row?.value as string | undefined
  }

  return {
    get,

    async setOnce(key, value) {
      const sql = 'INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING'
      await database.write({ statements: [{ sql, params: [key, value] }] })
      return (await get(key)) as string
    },

    async set(key, value) {
      const sql = `INSERT INTO meta (key, value) VALUES ($1, $2)
                   ON CONFLICT (key) DO UPDATE SET value = excluded.value`
      await database.write({ statements: [{ sql, params: [key, value] }] })
    },
  }
}
