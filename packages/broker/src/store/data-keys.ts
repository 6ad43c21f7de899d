import { type Database, insist, type Row, type Statement } from './database.ts'
import type { DataKeyRow, DataKeyTable } from './store.ts'

export function createDataKeyTable(database: Database): DataKeyTable {
  const insert = (row: DataKeyRow): Statement => ({
    sql: `INSERT INTO data_keys (workspace_id, id, wrapped, key_id, created_at) VALUES ($1, $2, $3, $4, $5)`,
    params: [row.workspaceId, row.id, row.wrapped, row.keyId, row.createdAt],
  })

  return {
    async list() {
      const rows = await database.read('SELECT * FROM data_keys ORDER BY created_at, id')
      return rows.map(readDataKey)
    },

    async addFirst(row) {
      // The mark makes two nodes that start at once wait for each other, which an empty table can not.
      const mark = {
        sql: 'INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO NOTHING',
        params: [`data_key:${row.workspaceId}`, row.id],
        rows: 1,
      }
      await database.write({ statements: [mark, insert(row)] })
      const rows = await database.read(
        'SELECT * FROM data_keys WHERE workspace_id = $1 ORDER BY created_at, id',
        [row.workspaceId],
      )
      return rows.map(readDataKey)
    },

    async add(row) {
      await insist(database, { statements: [insert(row)] })
    },

    async delete(workspaceId, id) {
      const sql = 'DELETE FROM data_keys WHERE workspace_id = $1 AND id = $2'
      await database.write({ statements: [{ sql, params: [workspaceId, id] }] })
    },

    async rewrap(row) {
      const sql = 'UPDATE data_keys SET wrapped = $3, key_id = $4 WHERE workspace_id = $1 AND id = $2'
      await database.write({
        statements: [{ sql, params: [row.workspaceId, row.id, row.wrapped, row.keyId] }],
      })
    },
  }
}

function readDataKey(row: Row): DataKeyRow {
  return {
    workspaceId: row.workspace_id as string,
    id: row.id as string,
    wrapped: row.wrapped as Uint8Array,
    keyId: row.key_id as string,
    createdAt: row.created_at as number,
  }
}
