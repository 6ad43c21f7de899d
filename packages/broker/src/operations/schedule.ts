import { nextAttemptAt } from '@bursar/domain/backoff.ts'
import type { Grant } from '@bursar/domain/grants/grant.ts'
import { planRetry, type RetryPlan } from '@bursar/domain/retry-plan.ts'
import type { TokenTimes } from '@bursar/domain/token.ts'
import type { Claim, TokenRow } from '../store/store.ts'
import type { AttemptEnd } from './attempt-end.ts'
import { isInGrace } from './unfinished.ts'

export interface NextAttempt {
  /** When a refresher may take the row again; null is never by itself. */
  claimableAt: number | null
  failures: number
  /** Asking again will not help. */
  final: boolean
  /** What is left of a fixed number of attempts. */
  retries?: RetryPlan
}

/** True for a credential that renews its token without a person: a sign-in that fails takes nothing from it. */
export const renewsByItself = ({ credential, token }: Claim): boolean =>
  token.sealed !== null && credential.status !== 'needs_sign_in' && credential.reason?.final !== true

/** What can not be renewed is looked at when it ends, so that its status turns. */
export function renewalDueAt({ refreshDueAt, expiresAt }: TokenRow, now: number): number | null {
  const dueAt = refreshDueAt ?? expiresAt
  return dueAt === null ? null : Math.max(now, dueAt)
}

/** As if nothing had been tried: its own renewal when that is due. */
export function scheduleRenewal({ token }: Claim, now: number, random: number): NextAttempt {
  const { failures, expiresAt } = token
  // When the last failure wanted it to be tried again is not known any more.
  const claimableAt =
    failures > 0 ? nextAttemptAt({ failures, now, random, expiresAt }) : renewalDueAt(token, now)
  return { claimableAt, failures, final: false }
}

/**
 * When the next attempt is due. A final failure is looked at once more when the token that still lives ends,
 * so that the status turns then and not when somebody asks.
 */
export function scheduleNext(at: {
  event: AttemptEnd
  fresh: TokenTimes | null
  deviceIntervalSeconds: number | null
  claim: Claim
  grant: Grant
  now: number
  hasLiveToken: boolean
  random: number
}): NextAttempt {
  const { event, fresh, claim, now, hasLiveToken } = at
  const { token } = claim
  const failures = token.failures + 1
  const atTheEnd = hasLiveToken ? token.expiresAt : null
  if (event.kind !== 'token' && at.deviceIntervalSeconds !== null) {
    // A person is about to finish: whatever the provider answers meanwhile, it is asked at its interval.
    return { claimableAt: now + at.deviceIntervalSeconds, failures: token.failures, final: false }
  }
  const { retries, keep_token: keep } = claim.credential.recipe.lifetime
  if (event.kind === 'token' && keep === false) return { claimableAt: null, failures: 0, final: false }
  if (event.kind !== 'token' && event.kind !== 'needs_consent' && retries !== undefined) {
    // A new credential, or one that was just changed, is no renewal.
    const renews = claim.credential.status === 'active' || claim.credential.status === 'degraded'
    const next =
      renews && hasLiveToken && token.expiresAt !== null
        ? planRetry(retries, { now, expiresAt: token.expiresAt, before: claim.credential.reason?.retries })
        : null
    if (next === null) return { claimableAt: atTheEnd, failures, final: true }
    return { claimableAt: next.at, failures, final: false, retries: next.plan }
  }
  switch (event.kind) {
    case 'token':
      // What can not be renewed is looked at when it ends, so that its status turns.
      return { claimableAt: fresh?.refreshDueAt ?? fresh?.expiresAt ?? null, failures: 0, final: false }
    case 'refused':
    case 'unrendered':
    case 'needs_consent':
      return { claimableAt: atTheEnd, failures, final: true }
    case 'in_doubt': {
      // Counted from the doubt on: failures before it say nothing about it.
      const attempts = claim.credential.reason?.code === 'in_doubt' ? failures : 1
      const again = now + 1
      const inGrace = attempts < 2 && isInGrace(claim.credential, token.intentAt ?? now, again)
      const retry = inGrace || event.anew === true
      return { claimableAt: retry ? again : atTheEnd, failures: attempts, final: !retry }
    }
    case 'awaiting':
    case 'unavailable':
    case 'unreadable':
    case 'unresolved':
    case 'no_answer':
      return {
        claimableAt: nextAttemptAt({
          failures,
          now,
          random: at.random,
          ...(event.kind === 'unavailable' &&
            event.retryAfterSeconds !== undefined && { retryAfterSeconds: event.retryAfterSeconds }),
          ...(hasLiveToken && token.expiresAt !== null && { expiresAt: token.expiresAt }),
        }),
        failures,
        final: false,
      }
  }
}
