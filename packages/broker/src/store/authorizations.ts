import { auditStatements } from './audit.ts'
import { type Database, insist, type Row } from './database.ts'
import type { AuthorizationRow, AuthorizationTable } from './store.ts'

export function createAuthorizationTable(database: Database): AuthorizationTable {
  return {
    async insert(row, audit) {
      const sql = `INSERT INTO authorizations (workspace_id, state_hash, credential_id, kind, sealed,
        redirect_uri, interval_seconds, expires_at, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`
      const params = [
        row.workspaceId,
        row.stateHash,
        row.credentialId,
        row.kind,
        row.sealed,
        row.redirectUri,
        row.intervalSeconds,
        row.expiresAt,
        row.createdAt,
      ]
      await insist(database, { statements: [{ sql, params }, ...auditStatements(audit)] })
    },

    async consume(stateHash, now) {
      const sql = 'DELETE FROM authorizations WHERE state_hash = $1 AND expires_at > $2 RETURNING *'
      const written = await database.write({ statements: [{ sql, params: [stateHash, now] }] })
      const row = written?.[0]?.[0]
      return row && readAuthorization(row)
    },

    async device(workspaceId, credentialId, now) {
      const [row] = await database.read(
        `SELECT * FROM authorizations WHERE workspace_id = $1 AND credential_id = $2 AND kind = 'device'
         AND expires_at > $3 ORDER BY created_at DESC LIMIT 1`,
        [workspaceId, credentialId, now],
      )
      return row && readAuthorization(row)
    },

    async slowDown(stateHash, intervalSeconds) {
      const sql = 'UPDATE authorizations SET interval_seconds = $2 WHERE state_hash = $1'
      await database.write({ statements: [{ sql, params: [stateHash, intervalSeconds] }] })
    },

    async remove(stateHash) {
      const sql = 'DELETE FROM authorizations WHERE state_hash = $1'
      await database.write({ statements: [{ sql, params: [stateHash] }] })
    },

    async prune(now) {
      const sql = 'DELETE FROM authorizations WHERE expires_at <= $1 RETURNING state_hash'
      const written = await database.write({ statements: [{ sql, params: [now] }] })
      return written?.[0]?.length ?? 0
    },
  }
}

function readAuthorization(row: Row): AuthorizationRow {
  return {
    workspaceId: row.workspace_id as string,
    credentialId: row.credential_id as string,
    stateHash: row.state_hash as string,
    kind: row.kind as 'redirect' | 'device',
    sealed: row.sealed as Uint8Array,
    redirectUri: row.redirect_uri as string | null,
    intervalSeconds: row.interval_seconds as number | null,
    expiresAt: row.expires_at as number,
    createdAt: row.created_at as number,
  }
}
