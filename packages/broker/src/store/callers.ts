import { auditStatements } from './audit.ts'
import { readJson, storableText, toJson } from './columns.ts'
import { type Database, insist, type Row } from './database.ts'
import type { CallerRow, CallerTable, Change } from './store.ts'

export function createCallerTable(database: Database): CallerTable {
  const change = (workspaceId: string, subject: string): Change => ({ kind: 'caller', workspaceId, subject })

  return {
    async insert(row, audit) {
      const sql = `INSERT INTO callers
        (workspace_id, id, name, key_hash, scopes, expires_at, last_used_at, created_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)`
      const params = [
        row.workspaceId,
        row.id,
        storableText(row.name),
        row.keyHash,
        toJson(row.scopes),
        row.expiresAt,
        row.lastUsedAt,
        row.createdAt,
      ]
      await insist(database, {
        statements: [{ sql, params, rows: 1 }, ...auditStatements(audit)],
        changes: [change(row.workspaceId, row.id)],
      })
    },

    async findByHash(keyHash) {
      const [row] = await database.read('SELECT * FROM callers WHERE key_hash = $1', [keyHash])
      return row && readCaller(row)
    },

    async get(workspaceId, id) {
      const sql = 'SELECT * FROM callers WHERE workspace_id = $1 AND id = $2'
      const [row] = await database.read(sql, [workspaceId, id])
      return row && readCaller(row)
    },

    async list(workspaceId) {
      const rows = await database.read(
        'SELECT * FROM callers WHERE workspace_id = $1 ORDER BY created_at, id',
        [workspaceId],
      )
      return rows.map(readCaller)
    },

    async delete(workspaceId, id, audit) {
      const sql = 'DELETE FROM callers WHERE workspace_id = $1 AND id = $2'
      const written = await database.write({
        statements: [{ sql, params: [workspaceId, id], rows: 1 }, ...auditStatements(audit)],
        changes: [change(workspaceId, id)],
      })
      return written !== null
    },

    async touch(used) {
      const sql = `UPDATE callers SET last_used_at = $3
        WHERE workspace_id = $1 AND id = $2 AND (last_used_at IS NULL OR last_used_at < $3)`
      if (used.length === 0) return
      await database.write({
        statements: used.map(({ workspaceId, id, at }) => ({ sql, params: [workspaceId, id, at] })),
      })
    },

    async count() {
      const [row] = await database.read('SELECT count(*) AS callers FROM callers')
      return row?.callers as number
    },
  }
}

function readCaller(row: Row): CallerRow {
  return {
    workspaceId: row.workspace_id as string,
    id: row.id as string,
    name: row.name as string,
    keyHash: row.key_hash as string,
    scopes: readJson<string[]>(row.scopes),
    expiresAt: row.expires_at as number | null,
    lastUsedAt: row.last_used_at as number | null,
    createdAt: row.created_at as number,
  }
}
