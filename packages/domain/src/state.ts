import type { Judgement, NoAnswer } from './exchange.ts'
import type { Mender } from './mender.ts'
import { explainOAuthError } from './oauth-error.ts'

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
}

export interface Condition {
  status: Status
  reason: Reason | null
}

/** How an attempt to get a token ended, whether or not the provider was reached. */
export type ExchangeOutcome =
  | Judgement
  | ({ kind: 'no_answer' } & NoAnswer)
  /** The request left, and a crash or a lost connection took the answer. */
  | { kind: 'in_doubt' }
  /** A referenced secret could not be read, so nothing was asked. `secret` is its name. */
  | { kind: 'unresolved'; secret: string; detail?: string }

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

interface Cause {
  code: string
  detail: string
  mender: Mender
  hint?: string
  /** Only a sign-in mends it. */
  personal?: boolean
  /** It may pass by itself. */
  passing?: boolean
}

function statusWithoutToken(before: Status, cause: Cause, consent: ExchangeEvent['consent']): Status {
  if (cause.personal) return 'needs_sign_in'
  if (!cause.passing) return 'broken'
  if (consent === 'none') return before === 'pending' ? 'pending' : 'broken'
  // Before the first token a sign-in that came to nothing can not be repeated: its code is spent.
  return before === 'pending' || before === 'needs_sign_in' ? 'needs_sign_in' : 'broken'
}

type Failure = Exclude<ExchangeOutcome, { kind: 'token' }>

function causeOf(outcome: Failure, needsPerson: boolean): Cause {
  switch (outcome.kind) {
    case 'refused':
      return causeOfRefusal(outcome, needsPerson)
    case 'unavailable':
      return {
        code: 'provider.unavailable',
        detail: `The provider is not available: ${outcome.detail}`,
        mender: 'provider',
        hint: 'Bursar asks again by itself.',
        passing: true,
      }
    case 'awaiting':
      return {
        code: 'provider.unavailable',
        detail: 'The provider wants to be asked later.',
        mender: 'provider',
        hint: 'Bursar asks again by itself.',
        passing: true,
      }
    case 'unreadable':
      return {
        code: 'provider.unreadable',
        detail: `The answer of the provider can not be read: ${outcome.detail}`,
        mender: 'admin',
        ...(outcome.hint !== undefined && { hint: outcome.hint }),
      }
    case 'no_answer':
      return causeOfSilence(outcome)
    case 'in_doubt':
      return {
        code: 'in_doubt',
        detail: 'The provider was asked, but its answer was lost; it may have replaced the refresh token.',
        mender: needsPerson ? 'person' : 'admin',
        hint: needsPerson
          ? 'If the next exchange is refused, sign in again.'
          : 'Run an exchange to find out.',
      }
    case 'unresolved':
      return {
        code: 'secret.unresolved',
        detail: `The secret ${outcome.secret} can not be read from where it lives${colon(outcome.detail)}.`,
        mender: 'operator',
        hint: 'Check that the environment variable or file exists and that Bursar may read it.',
      }
  }
}

const colon = (detail: string | undefined): string =>
  detail === undefined ? '' : `: ${detail.replace(/\.$/, '')}`

function causeOfRefusal({ error, hint }: Extract<Failure, { kind: 'refused' }>, needsPerson: boolean): Cause {
  const known = explainOAuthError(error)
  const isPersonal = known.personal === true && needsPerson
  return {
    code: `provider.${error}`,
    detail: known.detail,
    mender: isPersonal ? 'person' : known.mender === 'person' ? 'admin' : known.mender,
    hint: isPersonal ? 'Start a new sign-in for this credential.' : (hint ?? known.hint),
    personal: isPersonal,
  }
}

/** What stands between us and the provider, and whether it may pass by itself. */
const SILENCES: Record<NoAnswer['code'], { mender: Mender; passing: boolean }> = {
  'outbound.blocked': { mender: 'operator', passing: false },
  'outbound.dns': { mender: 'operator', passing: true },
  'outbound.connect': { mender: 'provider', passing: true },
  'outbound.tls': { mender: 'operator', passing: true },
  'outbound.timeout': { mender: 'provider', passing: true },
  'outbound.reset': { mender: 'provider', passing: true },
  'outbound.too_large': { mender: 'admin', passing: false },
  'outbound.redirect': { mender: 'admin', passing: false },
  'outbound.encoding': { mender: 'admin', passing: false },
}

function causeOfSilence({ code, detail, hint }: { kind: 'no_answer' } & NoAnswer): Cause {
  return { code, detail, ...SILENCES[code], ...(hint !== undefined && { hint }) }
}

/** True when asking again without any change may bring a token; a refusal is final. */
export function mayPass(outcome: ExchangeOutcome): boolean {
  if (outcome.kind === 'token' || outcome.kind === 'refused') return false
  if (outcome.kind === 'no_answer') return SILENCES[outcome.code].passing
  return outcome.kind !== 'in_doubt'
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
