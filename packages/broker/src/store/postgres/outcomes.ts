import { bitOrNull, storableText, toJson } from '../columns.ts'
import { EXCHANGE_COLUMNS } from '../exchanges.ts'
import type { Outcome } from '../store.ts'

/** One member of the JSON array that {@link SAVE_OUTCOMES} takes. Bytes are base64. */
export function outcomeItem(outcome: Outcome, n: number) {
  const { token, condition, exchange } = outcome
  return {
    n,
    workspace_id: outcome.workspaceId,
    credential_id: outcome.credentialId,
    expected_version: outcome.expectedVersion,
    lease_id: outcome.leaseId,
    intent_id: outcome.intentId,
    config_revision: outcome.expectedConfigRevision,
    now: outcome.now,
    claimable_at: outcome.claimableAt,
    failures: outcome.failures,
    journal: base64(outcome.journal),
    keep_intent: outcome.keepIntent,
    announce: outcome.announce,
    has_token: token !== undefined,
    ...(token && {
      sealed: base64(token.sealed),
      token_type: storableText(token.tokenType),
      issued_at: token.issuedAt,
      expires_at: token.expiresAt,
      expires_from: token.expiresFrom,
      refresh_due_at: token.refreshDueAt,
      rotates: bitOrNull(token.rotates),
    }),
    ...(condition && { status: condition.status, reason: condition.reason && toJson(condition.reason) }),
    ...(exchange && {
      exchange_id: exchange.id,
      started_at: exchange.startedAt,
      credential_name: storableText(exchange.credentialName),
      duration_ms: Math.round(exchange.durationMs),
      trigger: exchange.trigger,
      kind: exchange.kind,
      record: toJson(exchange.record),
    }),
  }
}

function base64(bytes: Uint8Array | null): string | null {
  return bytes === null
    ? null
    : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64')
}

/**
 * The same rules as `saveOutcomeUnit` for SQLite, for many rows in one statement that commits by itself.
 * `$1` is the array, `$2` the node, `$3` the time. Answers the position of each outcome that was saved,
 * with its number in the change feed.
 */
export const SAVE_OUTCOMES = `
WITH i AS MATERIALIZED (
  SELECT * FROM json_to_recordset($1::json) AS r (
    n integer, workspace_id text, credential_id text, expected_version bigint, lease_id text, intent_id text,
    config_revision bigint, now bigint, claimable_at bigint, failures bigint, journal text,
    keep_intent boolean, announce boolean, has_token boolean, sealed text, token_type text, issued_at bigint,
    expires_at bigint, expires_from text, refresh_due_at bigint, rotates smallint, status text, reason text,
    exchange_id text, started_at bigint, credential_name text, duration_ms bigint, trigger text, kind text,
    record text)
), saved AS (
  UPDATE tokens t SET
    lease_until = CASE WHEN t.lease_id = i.lease_id THEN NULL ELSE t.lease_until END,
    lease_id = CASE WHEN t.lease_id = i.lease_id THEN NULL ELSE t.lease_id END,
    claimable_at = CASE WHEN t.paused = 1 THEN NULL
      WHEN t.config_revision <> i.config_revision THEN i.now ELSE i.claimable_at END,
    updated_at = i.now, failures = i.failures, journal = decode(i.journal, 'base64'),
    intent_id = CASE WHEN i.keep_intent AND NOT i.has_token THEN t.intent_id END,
    intent_at = CASE WHEN i.keep_intent AND NOT i.has_token THEN t.intent_at END,
    intent_lease_id = CASE WHEN i.keep_intent AND NOT i.has_token THEN t.intent_lease_id END,
    version = CASE WHEN i.has_token THEN t.version + 1 ELSE t.version END,
    sealed = CASE WHEN i.has_token THEN decode(i.sealed, 'base64') ELSE t.sealed END,
    token_type = CASE WHEN i.has_token THEN i.token_type ELSE t.token_type END,
    issued_at = CASE WHEN i.has_token THEN i.issued_at ELSE t.issued_at END,
    expires_at = CASE WHEN i.has_token THEN i.expires_at ELSE t.expires_at END,
    expires_from = CASE WHEN i.has_token THEN i.expires_from ELSE t.expires_from END,
    refresh_due_at = CASE WHEN i.has_token THEN i.refresh_due_at ELSE t.refresh_due_at END,
    rotates = COALESCE(i.rotates, t.rotates)
  FROM i
  WHERE t.workspace_id = i.workspace_id AND t.credential_id = i.credential_id
    AND t.version = i.expected_version AND CASE
      WHEN i.has_token THEN t.lease_id = i.lease_id OR t.intent_id = i.intent_id
      WHEN i.keep_intent THEN t.intent_id = i.intent_id
        AND (t.lease_id = i.lease_id OR t.intent_lease_id = i.lease_id)
      ELSE t.lease_id = i.lease_id OR (t.intent_id = i.intent_id AND t.intent_lease_id = i.lease_id) END
  RETURNING i.*
), conditions AS (
  UPDATE credentials c SET status = saved.status, reason = saved.reason::json FROM saved
  WHERE c.workspace_id = saved.workspace_id AND c.id = saved.credential_id
    AND saved.status IS NOT NULL AND c.status <> 'paused'
    AND (c.status <> saved.status OR c.reason::text IS DISTINCT FROM saved.reason)
), records AS (
  INSERT INTO exchanges (${EXCHANGE_COLUMNS})
  SELECT workspace_id, credential_id, started_at, exchange_id, credential_name, duration_ms, trigger, kind,
    record::json
  FROM saved WHERE exchange_id IS NOT NULL
  ON CONFLICT DO NOTHING
), announced AS (
  INSERT INTO changes (workspace_id, kind, subject, at)
  SELECT workspace_id, 'token', credential_id, $3 FROM saved WHERE announce
  RETURNING workspace_id, subject, seq
), answer AS (
  SELECT saved.n, saved.workspace_id, saved.credential_id, announced.seq FROM saved
  LEFT JOIN announced ON announced.workspace_id = saved.workspace_id AND announced.subject = saved.credential_id
), notice AS (
  SELECT pg_notify('bursar_changes', CASE WHEN octet_length(items) < 7800
    THEN json_build_array($2::text)::jsonb || items::jsonb ELSE json_build_array($2::text)::jsonb END ::text)
  FROM (SELECT json_agg(json_build_array('token', workspace_id, credential_id, seq))::text AS items
    FROM answer) AS told WHERE items IS NOT NULL
)
SELECT answer.n, answer.seq, (SELECT count(*) FROM notice) AS notices FROM answer`
