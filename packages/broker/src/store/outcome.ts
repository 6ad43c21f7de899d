import { bitOrNull, storableText, toJson } from './columns.ts'
import type { IntentWrite, Statement, Unit, Value } from './database.ts'
import { exchangeStatement } from './exchanges.ts'
import type { Change, Outcome } from './store.ts'

/**
 * The lease must still run: an intent behind its end could be followed by a second request in parallel. One
 * that is written again keeps its time, from which the grace of the provider counts; its owner is who sends last,
 * and the attempt counts before it is made, so that a crash behind it is not followed by another. One that was
 * ended meanwhile, by a late answer, is not written again: nobody would know that nothing was sent.
 */
export function saveIntentStatement(intent: IntentWrite): Statement {
  return {
    sql: `UPDATE tokens SET intent_id = $5,
        intent_at = CASE WHEN intent_id = $5 THEN intent_at ELSE $6 END, intent_lease_id = $3,
        failures = CASE WHEN intent_id = $5 THEN failures + 1 ELSE failures END
      WHERE workspace_id = $1 AND credential_id = $2 AND lease_id = $3 AND version = $4 AND lease_until >= $6
        AND intent_id IS NOT DISTINCT FROM $7`,
    params: [
      intent.workspaceId,
      intent.credentialId,
      intent.leaseId,
      intent.expectedVersion,
      intent.intentId,
      intent.now,
      intent.expectedIntentId,
    ],
    rows: 1,
  }
}

export function outcomeChange(outcome: Outcome): Change {
  return { kind: 'token', workspaceId: outcome.workspaceId, subject: outcome.credentialId }
}

/** An outcome as statements for one row. The first decides; the others follow it or are undone with it. */
export function saveOutcomeUnit(outcome: Outcome): Unit {
  const statements = [saveToken(outcome)]
  if (outcome.condition) statements.push(saveCondition(outcome, outcome.condition))
  if (outcome.exchange) statements.push(exchangeStatement(outcome.exchange))
  return { statements, changes: outcome.announce ? [outcomeChange(outcome)] : [] }
}

const KEY = 'workspace_id = $1 AND credential_id = $2'
/**
 * The lease, or the intent when the lease has run out under a late answer. A late answer without a token says
 * nothing of what somebody has sent since; nor can a doubt be kept that somebody has ended meanwhile.
 */
const FENCE = {
  token: 'version = $3 AND (lease_id = $4 OR intent_id = $5)',
  end: 'version = $3 AND (lease_id = $4 OR (intent_id = $5 AND intent_lease_id = $4))',
  keep: 'version = $3 AND intent_id = $5 AND (lease_id = $4 OR intent_lease_id = $4)',
}
const END_LEASE = `lease_until = CASE WHEN lease_id = $4 THEN NULL ELSE lease_until END,
  lease_id = CASE WHEN lease_id = $4 THEN NULL ELSE lease_id END`
const NEXT_ATTEMPT = `claimable_at = CASE WHEN paused = 1 THEN NULL WHEN config_revision <> $6 THEN $7 ELSE $8 END,
  updated_at = $7, failures = $9, journal = $10`
const END_INTENT = 'intent_id = NULL, intent_at = NULL, intent_lease_id = NULL'
const NEW_TOKEN = `version = version + 1, sealed = $11, token_type = $12, issued_at = $13, expires_at = $14,
  expires_from = $15, refresh_due_at = $16, rotates = COALESCE($17, rotates)`

function saveToken(outcome: Outcome): Statement {
  const params: Value[] = [
    outcome.workspaceId,
    outcome.credentialId,
    outcome.expectedVersion,
    outcome.leaseId,
    outcome.intentId,
    outcome.expectedConfigRevision,
    outcome.now,
    outcome.claimableAt,
    outcome.failures,
    outcome.journal,
  ]
  if (outcome.token) {
    const { token } = outcome
    params.push(
      token.sealed,
      storableText(token.tokenType),
      token.issuedAt,
      token.expiresAt,
      token.expiresFrom,
      token.refreshDueAt,
      bitOrNull(token.rotates),
    )
  }
  return { sql: SAVE_TOKEN[outcome.token ? 'token' : outcome.keepIntent ? 'keep' : 'end'], params, rows: 1 }
}

const saving = (fence: string, ...sets: string[]): string =>
  `UPDATE tokens SET ${sets.join(', ')} WHERE ${KEY} AND ${fence}`
/** A token always ends the intent: the refresh token it was about has been replaced. */
const SAVE_TOKEN = {
  token: saving(FENCE.token, END_LEASE, NEXT_ATTEMPT, END_INTENT, NEW_TOKEN),
  end: saving(FENCE.end, END_LEASE, NEXT_ATTEMPT, END_INTENT),
  keep: saving(FENCE.keep, END_LEASE, NEXT_ATTEMPT),
}

function saveCondition(outcome: Outcome, condition: NonNullable<Outcome['condition']>): Statement {
  const reason = condition.reason === null ? null : toJson(condition.reason)
  return {
    sql: `UPDATE credentials SET status = $3, reason = $4 WHERE workspace_id = $1 AND id = $2
      AND status <> 'paused' AND (status <> $3 OR CAST(reason AS text) IS DISTINCT FROM $4)`,
    params: [outcome.workspaceId, outcome.credentialId, condition.status, reason],
  }
}
