import { type Database, insist } from './database.ts'
import type { UsageTable } from './key-tables.ts'

export function createUsageTable(database: Database): UsageTable {
  return {
    async add(uses) {
      if (uses.length === 0) return
      // One of a credential that is gone by now is dropped. The casts say to PostgreSQL what a bare value is.
      const sql = `INSERT INTO usage
        (workspace_id, credential_id, caller_id, delivery, uses, first_used_at, last_used_at)
        SELECT CAST($1 AS text), CAST($2 AS text), CAST($3 AS text), CAST($4 AS text),
          CAST($5 AS bigint), CAST($6 AS bigint), CAST($7 AS bigint)
        WHERE EXISTS (SELECT 1 FROM credentials WHERE workspace_id = $1 AND id = $2)
        ON CONFLICT (workspace_id, credential_id, caller_id, delivery) DO UPDATE SET
          uses = usage.uses + excluded.uses,
          last_used_at = CASE WHEN excluded.last_used_at > usage.last_used_at
            THEN excluded.last_used_at ELSE usage.last_used_at END`
      await insist(database, {
        statements: uses.map((use) => ({
          sql,
          params: [
            use.workspaceId,
            use.credentialId,
            use.callerId,
            use.delivery,
            use.uses,
            use.firstUsedAt,
            use.lastUsedAt,
          ],
        })),
      })
    },

    async list(workspaceId, credentialId) {
      const rows = await database.read(
        `SELECT * FROM usage WHERE workspace_id = $1 AND credential_id = $2 ORDER BY last_used_at DESC, caller_id`,
        [workspaceId, credentialId],
      )
      return rows.map((row) => ({
        workspaceId,
        credentialId,
        callerId: row.caller_id as string,
        delivery: row.delivery as 'token' | 'proxy',
        uses: row.uses as number,
        firstUsedAt: row.first_used_at as number,
        lastUsedAt: row.last_used_at as number,
      }))
    },
  }
}
