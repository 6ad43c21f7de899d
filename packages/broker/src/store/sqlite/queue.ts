import { JOINED_CREDENTIAL } from '../credential-row.ts'
import type { Queue, Row, Statement, Unit } from '../database.ts'
import { saveIntentStatement, saveOutcomeUnit } from '../outcome.ts'
import { tokenColumns } from '../token-row.ts'
import { LEASE_IS_FREE } from '../tokens.ts'

/** Rows that a refresher may take, in a fixed order: two statements of one transaction see the same ones. */
const DUE = `claimable_at <= $1 AND ${LEASE_IS_FREE} ORDER BY claimable_at, rowid LIMIT $2`

const READ_DUE = `SELECT ${JOINED_CREDENTIAL}, ${tokenColumns('t')} FROM
  (SELECT * FROM tokens WHERE ${DUE}) t
  JOIN credentials c ON c.workspace_id = t.workspace_id AND c.id = t.credential_id
  ORDER BY t.claimable_at`

const CLAIM_DUE = `UPDATE tokens SET lease_id = $3, lease_until = $4, claimable_at = $4 + 1
  WHERE rowid IN (SELECT rowid FROM tokens WHERE ${DUE})`

/** The refresher's path on SQLite: units as any other, since group commit is all they need. */
export function createSqliteQueue(write: (unit: Unit) => Promise<Row[][] | null>): Queue {
  const saved = async (...statements: Statement[]) => (await write({ statements })) !== null

  return {
    async claimDue({ now, leaseSeconds, leaseId, limit }) {
      const leaseUntil = now + leaseSeconds
      const written = await write({
        statements: [
          { sql: READ_DUE, params: [now, limit] },
          { sql: CLAIM_DUE, params: [now, limit, leaseId, leaseUntil] },
        ],
      })
      const claimed: Row = { lease_id: leaseId, lease_until: leaseUntil, claimable_at: leaseUntil + 1 }
      const rows = written?.[0] ?? []
      for (const row of rows) Object.assign(row, { was_due_at: row.claimable_at }, claimed)
      return rows
    },

    saveIntent: (intent) => saved(saveIntentStatement(intent)),
    saveOutcome: async (outcome) => (await write(saveOutcomeUnit(outcome))) !== null,
  }
}
