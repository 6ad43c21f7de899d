import { BursarError } from '@bursar/domain/error.ts'
import type { Client } from 'pg'
import type { ChangeSink } from '../changes.ts'
import { JOINED_CREDENTIAL } from '../credential-row.ts'
import type { CommittedChange, IntentWrite, Queue, Row, Value } from '../database.ts'
import { outcomeChange } from '../outcome.ts'
import type { Outcome } from '../store.ts'
import { tokenColumns } from '../token-row.ts'
import { LEASE_IS_FREE } from '../tokens.ts'
import { Batch } from './batch.ts'
import { faultOf } from './fault.ts'
import { type Link, query } from './link.ts'
import { outcomeItem, SAVE_OUTCOMES } from './outcomes.ts'

const CLAIM_DUE = `
WITH due AS MATERIALIZED (
  SELECT workspace_id, credential_id, claimable_at AS was_due_at FROM tokens
  WHERE claimable_at <= $1 AND ${LEASE_IS_FREE}
  ORDER BY claimable_at LIMIT $2 FOR UPDATE SKIP LOCKED
), t AS (
  UPDATE tokens SET lease_id = $3, lease_until = $4, claimable_at = CAST($4 AS bigint) + 1
  FROM due WHERE tokens.workspace_id = due.workspace_id AND tokens.credential_id = due.credential_id
  RETURNING tokens.*, was_due_at
)
SELECT ${JOINED_CREDENTIAL}, ${tokenColumns('t')}, was_due_at FROM t
JOIN credentials c ON c.workspace_id = t.workspace_id AND c.id = t.credential_id
ORDER BY was_due_at`

const SAVE_INTENTS = `
WITH i AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS r (n integer, "workspaceId" text, "credentialId" text,
    "leaseId" text, "expectedVersion" bigint, "expectedIntentId" text, "intentId" text, now bigint)
)
UPDATE tokens SET intent_id = i."intentId",
  intent_at = CASE WHEN intent_id = i."intentId" THEN intent_at ELSE i.now END, intent_lease_id = i."leaseId",
  failures = CASE WHEN intent_id = i."intentId" THEN failures + 1 ELSE failures END
FROM i WHERE workspace_id = i."workspaceId" AND credential_id = i."credentialId"
  AND lease_id = i."leaseId" AND version = i."expectedVersion" AND lease_until >= i.now
  AND intent_id IS NOT DISTINCT FROM i."expectedIntentId"
RETURNING i.n`

const BATCH_LIMIT = 64

export interface QueueLinks {
  claims: Link
  intents: readonly Link[]
  outcomes: readonly Link[]
}

/** The refresher's path on PostgreSQL: one statement for many rows, and one notification with it. */
export function createPostgresQueue(
  links: QueueLinks,
  node: string,
  now: () => number,
  onCommitted: ChangeSink,
): Queue {
  const keyOf = (item: { workspaceId: string; credentialId: string }) =>
    `${item.workspaceId}\n${item.credentialId}`

  const intents = new Batch<IntentWrite>({
    links: links.intents,
    limit: BATCH_LIMIT,
    keyOf,
    save: saveIntents,
  })
  const outcomes = new Batch<Outcome>({
    links: links.outcomes,
    limit: BATCH_LIMIT,
    keyOf,
    save: saveOutcomes,
  })

  async function saveOutcomes(client: Client, items: readonly Outcome[]): Promise<Set<number>> {
    const { rows } = await query(client, SAVE_OUTCOMES, [JSON.stringify(items.map(outcomeItem)), node, now()])
    onCommitted(rows.flatMap((row) => announced(items[row.n as number]!, row.seq)))
    return positions(rows)
  }

  return {
    async claimDue({ now, leaseSeconds, leaseId, limit }) {
      const params = [now, limit, leaseId, now + leaseSeconds]
      try {
        return await links.claims.use(async (client) => (await query(client, CLAIM_DUE, params)).rows)
      } catch (error) {
        throw error instanceof BursarError ? error : faultOf(error).error
      }
    },
    saveIntent: (intent) => intents.add(intent),
    saveOutcome: (outcome) => outcomes.add(outcome),
  }
}

async function saveIntents(client: Client, items: readonly IntentWrite[]): Promise<Set<number>> {
  const json = JSON.stringify(items.map((item, n) => ({ ...item, n })))
  return positions((await query(client, SAVE_INTENTS, [json])).rows)
}

const positions = (rows: readonly Row[]) => new Set(rows.map((row) => row.n as number))

function announced(outcome: Outcome, seq: Value | undefined): CommittedChange[] {
  return typeof seq === 'number' ? [{ ...outcomeChange(outcome), seq }] : []
}
