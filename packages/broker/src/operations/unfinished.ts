import { grantOf } from '@bursar/domain/grants/table.ts'
import { refreshWay, startsAnew } from '@bursar/domain/refresh-way.ts'
import type { Claim } from '../store/store.ts'
import type { ExchangeTrigger } from './exchange-record.ts'

/** Two attempts at most with one refresh token: the one whose answer is missing, and one in the grace. */
const ATTEMPTS_IN_DOUBT = 2

/**
 * What an earlier holder of the lease left behind. An intent without an outcome means that a rotating
 * refresh token may have been spent: it is not sent again, save once within the provider's grace or when a
 * person asks for it. A grant that needs none begins `anew` meanwhile. Null: nothing stands in the way.
 */
export function decideUnfinished(
  { credential, token }: Claim,
  trigger: ExchangeTrigger,
  hasConsent: boolean,
  now: number,
): 'in_doubt' | 'anew' | null {
  if (hasConsent) return null
  if (token.intentId === null) return null
  // The recipe was changed to one that spends no refresh token: there is nothing to be careful with.
  const grant = grantOf(credential.recipe)
  if (refreshWay(credential.recipe, grant).kind === 'none') return null
  const { reason } = credential
  const isKnown = reason?.code === 'in_doubt'
  if (isKnown && mayRetryInDoubt({ credential, token }, now)) return null
  if (startsAnew(grant)) {
    // It was refused anew: the refresh token is all there is, and a person says to try it.
    return trigger === 'forced' && reason?.final === true ? null : 'anew'
  }
  return isKnown && trigger === 'forced' ? null : 'in_doubt'
}

/** One retry with the old refresh token, where the provider's grace allows it. */
export function mayRetryInDoubt(
  { credential, token }: Pick<Claim, 'credential' | 'token'>,
  now: number,
): boolean {
  if (token.failures >= ATTEMPTS_IN_DOUBT || token.intentAt === null) return false
  return isInGrace(credential, token.intentAt, now)
}

/**
 * Less, and not as much: the clock cuts off what is left of a second, and a grace of none is over in the very
 * second in which it would have begun.
 */
export const isInGrace = ({ recipe }: Pick<Claim['credential'], 'recipe'>, since: number, now: number) =>
  now - since < recipe.lifetime.rotation_grace_seconds
