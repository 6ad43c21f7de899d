import { grantOf } from '@bursar/domain/grants/table.ts'
import type { RetryPlan } from '@bursar/domain/retry-plan.ts'
import {
  afterExchange,
  type Condition,
  type ExchangeOutcome,
  initialCondition,
} from '@bursar/domain/state.ts'
import type { CredentialRow } from '../store/store.ts'

/** How an attempt ended; `needs_consent`: there was nothing to send, since nobody has signed in. */
export type AttemptEnd = ExchangeOutcome | { kind: 'needs_consent' }

const UNKNOWN: Condition = { status: 'pending', reason: null }

/** The condition an attempt leaves, `final` when asking again will not help. Null leaves it as it is. */
export function conditionAfter(
  credential: Pick<CredentialRow, 'status' | 'reason' | 'recipe'>,
  end: AttemptEnd,
  at: { now: number; hasLiveToken: boolean; exchangeId: string; final: boolean; retries?: RetryPlan },
): Condition | null {
  const { recipe } = credential
  // Where the pause is over by now, this is what counts; where it is not, the store keeps to it.
  const { status, reason } = credential.status === 'paused' ? UNKNOWN : credential
  const { consent } = grantOf(recipe)
  const { now, hasLiveToken, exchangeId, final } = at
  if (end.kind === 'needs_consent') {
    const initial = initialCondition(consent, now)
    if (!hasLiveToken || initial.reason === null) return initial
    const detail = 'The token can not be renewed without a person: the provider gave no refresh token.'
    return { status: 'degraded', reason: { ...initial.reason, code: 'consent.renew', detail, final } }
  }
  const event = { outcome: end, hasLiveToken, consent, exchangeId }
  const after = afterExchange({ status, reason }, event, now)
  if (after.reason === null) return after
  const plan = at.retries === undefined ? {} : { retries: at.retries }
  return { ...after, reason: { ...after.reason, ...plan, ...(final && { final }) } }
}
