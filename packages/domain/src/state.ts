import type { ExchangeOutcome } from './exchange.ts'
import { type Cause, causeOf } from './failure-cause.ts'
import type { Mender } from './mender.ts'
import type { RetryPlan } from './retry-plan.ts'

export type { ExchangeOutcome } from './exchange.ts'
export { mayPass } from './failure-cause.ts'
export type { Mender } from './mender.ts'

export const STATUSES = ['pending', 'active', 'degraded', 'broken', 'needs_sign_in', 'paused'] as const
export type Status = (typeof STATUSES)[number]

/** Why a credential is in its status. */
export interface Reason {
  code: string
  /** One sentence for a person at 3 a.m. */
  detail: string
  /** Unix seconds since when. */
  since: number
  mender: Mender
  exchangeId?: string
  /** What to do next. */
  hint?: string
  /** Asking again will not help until somebody has mended it: no more attempts. */
  final?: boolean
  /** What is left of a fixed number of attempts. */
  retries?: RetryPlan
  /** Of a pause: an exchange is due when it ends, since the configuration has changed or one was due already. */
  exchangeOnResume?: boolean
}

export interface Condition {
  status: Status
  reason: Reason | null
}

export interface ExchangeEvent {
  outcome: ExchangeOutcome
  /** True while a token from before has not ended. */
  hasLiveToken: boolean
  /** The grant's own word on whether a person must consent. */
  consent: 'none' | 'redirect' | 'device'
  exchangeId?: string
}

/** Where a new credential begins. */
export function initialCondition(consent: ExchangeEvent['consent'], now: number): Condition {
  if (consent === 'none') return { status: 'pending', reason: null }
  const detail = 'Nobody has signed in for this credential yet.'
  const hint = 'Start a sign-in for this credential.'
  return {
    status: 'needs_sign_in',
    reason: { code: 'consent.missing', detail, since: now, mender: 'person', hint },
  }
}

/**
 * The condition after an exchange. A pause outlasts everything; a token makes active; any failure leaves a
 * live token served as degraded; without one it depends on who can mend it.
 */
export function afterExchange(before: Condition, event: ExchangeEvent, now: number): Condition {
  if (before.status === 'paused') return before
  const { outcome } = event
  if (outcome.kind === 'token') return { status: 'active', reason: null }
  if (outcome.kind === 'awaiting' && event.consent === 'device') return before
  const cause = causeOf(outcome, event.consent !== 'none')
  const status = event.hasLiveToken ? 'degraded' : statusWithoutToken(before.status, cause, event.consent)
  const isSame = before.status === status && before.reason?.code === cause.code
  const { code, detail, mender, hint } = cause
  return {
    status,
    reason: {
      code,
      detail,
      since: isSame ? before.reason!.since : now,
      mender,
      ...(event.exchangeId !== undefined && { exchangeId: event.exchangeId }),
      ...(hint !== undefined && { hint }),
    },
  }
}

function statusWithoutToken(before: Status, cause: Cause, consent: ExchangeEvent['consent']): Status {
  if (cause.personal) return 'needs_sign_in'
  if (!cause.passing) return 'broken'
  if (consent === 'none') return before === 'pending' ? 'pending' : 'broken'
  // Before the first token a sign-in that came to nothing can not be repeated: its code is spent.
  return before === 'pending' || before === 'needs_sign_in' ? 'needs_sign_in' : 'broken'
}

/** A status as it is shown: what an active credential is just doing is derived, never stored. */
export type DisplayStatus = Status | 'expiring' | 'refreshing'

export interface DisplayedToken {
  expiresAt: number | null
  refreshDueAt: number | null
  /** Until when some node holds the right to exchange. */
  leaseUntil?: number | null
}

export function display(condition: Condition, token: DisplayedToken | null, now: number): DisplayStatus {
  if (condition.status !== 'active' || token === null) return condition.status
  if (token.leaseUntil != null && token.leaseUntil > now) return 'refreshing'
  const due = token.refreshDueAt ?? token.expiresAt
  return due !== null && due <= now ? 'expiring' : 'active'
}
