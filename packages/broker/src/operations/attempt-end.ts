import { grantOf } from '@bursar/domain/grants/table.ts'
import { afterExchange, type Condition, type ExchangeOutcome, initialCondition } from '@bursar/domain/state.ts'
import type { CredentialRow } from '../store/store.ts'

/** How an attempt ended; `needs_consent`: there was nothing to send, since nobody has signed in. */
export type AttemptEnd = ExchangeOutcome | { kind: 'needs_consent' }

/** The condition an attempt leaves, `final` when asking again will not help. Null leaves it as it is. */
export function conditionAfter(
  credential: Pick<CredentialRow, 'status' | 'reason' | 'recipe'>,
  end: AttemptEnd,
  at: { now: number; hasLiveToken: boolean; exchangeId: string; final: boolean },
): Condition | null {
  const { status, reason, recipe } = credential
  const { consent } = grantOf(recipe)
  if (end.kind === 'needs_consent') return initialCondition(consent, at.now)
  const { now, hasLiveToken, exchangeId, final } = at
  const event = { outcome: end, hasLiveToken, consent, exchangeId }
  const after = afterExchange({ status, reason }, event, now)
  if (after.reason === null || !final) return after
  return { ...after, reason: { ...after.reason, final } }
}
