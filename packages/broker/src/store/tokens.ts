import { JOINED_CREDENTIAL, readCredential } from './credential-row.ts'
import type { Database, Row } from './database.ts'
import type { Claim, TokenTable } from './store.ts'
import { readToken, TOKEN_COLUMNS, tokenColumns } from './token-row.ts'

/** A lease is free when nobody has it or its time is over; `now` is the first parameter. */
export const LEASE_IS_FREE = '(lease_until IS NULL OR lease_until < $1)'

export function createTokenTable(database: Database, now: () => number): TokenTable {
  const { queue } = database
  /** Before it is moved; the row stays as it is read until the unit ends, which SQLite has for all rows. */
  const readDueAt = `SELECT claimable_at AS was_due_at FROM tokens
    WHERE workspace_id = $1 AND credential_id = $2${database.engine === 'postgres' ? ' FOR UPDATE' : ''}`

  return {
    async get(workspaceId, credentialId) {
      const [row] = await database.read(
        `SELECT ${TOKEN_COLUMNS.join(', ')} FROM tokens WHERE workspace_id = $1 AND credential_id = $2`,
        [workspaceId, credentialId],
      )
      return row && readToken(row)
    },

    async claimDue(at) {
      const rows = await queue.claimDue(at)
      return rows.map(readClaim)
    },

    async claim({ workspaceId, credentialId, now, leaseSeconds, leaseId }) {
      const leaseUntil = now + leaseSeconds
      const written = await database.write({
        statements: [
          { sql: readDueAt, params: [workspaceId, credentialId] },
          {
            sql: `UPDATE tokens SET lease_id = $4, lease_until = $5,
                claimable_at = CASE WHEN paused = 1 THEN NULL ELSE CAST($5 AS bigint) + 1 END
              WHERE workspace_id = $2 AND credential_id = $3 AND ${LEASE_IS_FREE}`,
            params: [now, workspaceId, credentialId, leaseId, leaseUntil],
          },
          {
            sql: `SELECT ${JOINED_CREDENTIAL}, ${tokenColumns('t')} FROM tokens t
              JOIN credentials c ON c.workspace_id = t.workspace_id AND c.id = t.credential_id
              WHERE t.workspace_id = $1 AND t.credential_id = $2`,
            params: [workspaceId, credentialId],
          },
        ],
      })
      const [[before] = [], , [row] = []] = written ?? []
      if (!row) return null
      const claim = readClaim({ ...row, ...before })
      return claim.leaseId === leaseId ? claim : { held: true, leaseUntil: claim.leaseUntil }
    },

    saveIntent: (intent) => queue.saveIntent(intent),
    saveOutcome: (outcome) => queue.saveOutcome(outcome),

    async saveJournal({ workspaceId, credentialId, leaseId, intentId, journal }) {
      const sql = `UPDATE tokens SET journal = $5 WHERE workspace_id = $1 AND credential_id = $2
        AND (lease_id = $3 OR intent_id = $4)`
      const params = [workspaceId, credentialId, leaseId, intentId, journal]
      return (await database.write({ statements: [{ sql, params, rows: 1 }] })) !== null
    },

    async release({ credential, token, leaseId }, { claimableAt, now }) {
      // What has made it due meanwhile, a new configuration or the end of a pause, is not undone.
      const sql = `UPDATE tokens SET lease_id = NULL, lease_until = NULL, claimable_at = CASE
          WHEN paused = 1 THEN NULL
          WHEN config_revision <> $5 THEN CAST($6 AS bigint)
          WHEN claimable_at IS DISTINCT FROM CAST($7 AS bigint) THEN claimable_at
          ELSE CAST($4 AS bigint) END
        WHERE workspace_id = $1 AND credential_id = $2 AND lease_id = $3`
      const { workspaceId, id, configRevision } = credential
      const params = [workspaceId, id, leaseId, claimableAt, configRevision, now, token.claimableAt]
      await database.write({ statements: [{ sql, params }] })
    },

    async makeDue({ workspaceId, credentialId, claimableAt }) {
      const sql = `UPDATE tokens SET claimable_at = $4
        WHERE ${LEASE_IS_FREE} AND workspace_id = $2 AND credential_id = $3 AND paused = 0`
      await database.write({ statements: [{ sql, params: [now(), workspaceId, credentialId, claimableAt] }] })
    },

    async saveLearned({ workspaceId, credentialId, learnedSeconds }) {
      const sql = 'UPDATE tokens SET learned_seconds = $3 WHERE workspace_id = $1 AND credential_id = $2'
      await database.write({ statements: [{ sql, params: [workspaceId, credentialId, learnedSeconds] }] })
    },

    async nextDueAt() {
      const [row] = await database.read(
        'SELECT min(claimable_at) AS due_at FROM tokens WHERE claimable_at IS NOT NULL',
      )
      return (row?.due_at as number | null | undefined) ?? null
    },
  }
}

function readClaim(row: Row): Claim {
  const token = readToken(row)
  return {
    credential: readCredential(row, 'c_'),
    token,
    leaseId: token.leaseId as string,
    leaseUntil: token.leaseUntil as number,
    dueAt: row.was_due_at as number | null,
  }
}
