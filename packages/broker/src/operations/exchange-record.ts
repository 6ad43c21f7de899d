import type { TokenTimes } from '@bursar/domain/token.ts'
import type { SendResult } from '../outbound/outbound.ts'
import { redactAnswer, redactRequest, redactText } from '../outbound/redact.ts'
import type { ExchangeRow } from '../store/store.ts'
import type { AttemptEnd } from './attempt-end.ts'
import type { PreparedRequest } from './request.ts'

export type ExchangeTrigger = 'create' | 'due' | 'forced' | 'use' | 'rejected' | 'consent' | 'validate'

export interface ExchangeFacts {
  id: string
  workspaceId: string
  credentialId: string
  credentialName: string
  trigger: ExchangeTrigger
  startedAt: number
  durationMs: number
  event: AttemptEnd
  prepared: PreparedRequest | null
  sent: SendResult | null
  /** Every secret of the credential, so that an echo of one is taken out. */
  secrets: readonly string[]
  token: { version: number; times: TokenTimes; tokenType: string } | null
  notes: ReadonlyArray<{ code: string; detail: string }>
}

/** Many exchanges fall into one second, and their tokens end in one. */
const instants = new Map<number, string>()
const INSTANTS_AT_MOST = 10_000

function iso(seconds: number | null): string | null {
  if (seconds === null) return null
  let text = instants.get(seconds)
  if (text === undefined) {
    text = new Date(seconds * 1000).toISOString()
    if (instants.size >= INSTANTS_AT_MOST) instants.clear()
    instants.set(seconds, text)
  }
  return text
}

/** The redacted record of an exchange, as it is kept and shown. Snake case: it is wire already. */
export function recordExchange(facts: ExchangeFacts): ExchangeRow {
  const { event, prepared, sent } = facts
  const record: Record<string, unknown> = {
    id: facts.id,
    credential: facts.credentialName,
    trigger: facts.trigger,
    kind: event.kind,
    started_at: iso(facts.startedAt),
    duration_ms: facts.durationMs,
  }
  if (prepared !== null) record.request = redactRequest(prepared.wire, facts.secrets)
  if (sent?.kind === 'answer') record.response = redactAnswer(sent.answer, facts.secrets)
  if (sent !== null)
    record.trace = sent.trace.map(({ atMs, step, detail }) => ({ at_ms: atMs, step, detail }))
  const failure = describeEvent(event)
  if (failure !== null) record.error = redactMembers(failure, facts.secrets)
  if (facts.token !== null) {
    record.token = {
      version: facts.token.version,
      type: facts.token.tokenType,
      issued_at: iso(facts.token.times.issuedAt),
      expires_at: iso(facts.token.times.expiresAt),
      expires_from: facts.token.times.expiresFrom,
      refresh_due_at: iso(facts.token.times.refreshDueAt),
    }
  }
  if (facts.notes.length > 0) record.notes = facts.notes
  return {
    workspaceId: facts.workspaceId,
    id: facts.id,
    credentialId: facts.credentialId,
    credentialName: facts.credentialName,
    startedAt: facts.startedAt,
    durationMs: facts.durationMs,
    trigger: facts.trigger,
    kind: event.kind,
    record,
  }
}

/** Providers echo what they were sent into their error texts; what is known to be secret goes out. */
function redactMembers(value: Record<string, unknown>, secrets: readonly string[]): Record<string, unknown> {
  const entries = Object.entries(value).map(([name, member]) => [
    name,
    typeof member === 'string' ? redactText(member, secrets) : member,
  ])
  return Object.fromEntries(entries)
}

function describeEvent(event: AttemptEnd): Record<string, unknown> | null {
  switch (event.kind) {
    case 'token':
    case 'awaiting':
      return null
    case 'refused':
      return { code: event.error, detail: event.description ?? null, hint: event.hint ?? null }
    case 'unavailable':
      return { code: event.code, detail: event.detail, retry_after: event.retryAfterSeconds ?? null }
    case 'unreadable':
      return {
        code: event.code ?? 'unreadable',
        detail: event.detail,
        hint: event.hint ?? null,
        ...event.place,
      }
    case 'unrendered':
      return {
        code: 'template_failed',
        path: event.path,
        detail: event.detail,
        hint: event.hint ?? null,
        ...event.place,
      }
    case 'no_answer':
      return { code: event.code, detail: event.detail, hint: event.hint ?? null }
    case 'in_doubt':
      return { code: 'in_doubt', detail: 'The answer to the last refresh never arrived.' }
    case 'unresolved':
      return {
        code: 'secret.unresolved',
        detail: event.detail ?? null,
        hint: event.hint ?? null,
        secret: event.secret,
      }
    case 'needs_consent':
      return { code: 'needs_sign_in', detail: 'A person must sign in first.' }
  }
}
