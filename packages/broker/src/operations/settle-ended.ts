import { grantOf } from '@bursar/domain/grants/table.ts'
import type { Condition, Reason } from '@bursar/domain/state.ts'
import type { Claim } from '../store/store.ts'
import type { Ports } from './ports.ts'

/**
 * A token that can not be replaced has ended: the status turns, nothing is sent. Answers false when there is
 * something to exchange.
 */
export async function settleEnded(
  { store, clock, log }: Pick<Ports, 'store' | 'clock' | 'log'>,
  { credential, token, leaseId, dueAt }: Claim,
): Promise<boolean> {
  const now = clock.now()
  const condition = endedCondition({ credential, token, dueAt }, now)
  if (condition === null) return false
  await store.tokens.saveOutcome({
    workspaceId: credential.workspaceId,
    credentialId: credential.id,
    expectedVersion: token.version,
    leaseId,
    intentId: token.intentId,
    claimableAt: null,
    expectedConfigRevision: credential.configRevision,
    failures: token.failures,
    journal: token.journal,
    keepIntent: token.intentId !== null,
    condition,
    announce: true,
    exchange: null,
    now,
  })
  log.warn('credential_ended', { credential: credential.name, reason: condition.reason?.code })
  return true
}

function endedCondition(
  { credential, token, dueAt }: Pick<Claim, 'credential' | 'token' | 'dueAt'>,
  now: number,
): Condition | null {
  const { status, reason, recipe } = credential
  const { consent, renewal } = grantOf(recipe)
  const ended = token.sealed !== null && token.expiresAt !== null && token.expiresAt <= now
  if (!ended) return null
  if (renewal === 'never') {
    // Made due behind its end: somebody has entered another.
    const isReplaced = dueAt !== null && dueAt > token.expiresAt!
    return isReplaced ? null : { status: 'broken', reason: ENDED(now) }
  }
  // A device sign-in may be under way; the exchange finds out.
  if (status !== 'degraded' || reason?.final !== true || consent === 'device') return null
  return { status: consent === 'none' ? 'broken' : 'needs_sign_in', reason }
}

const ENDED = (now: number): Reason => ({
  code: 'token.ended',
  detail: 'The token that was entered has ended, and it can not be renewed.',
  since: now,
  mender: 'admin',
  hint: 'Enter a new one: bursar credential update.',
  final: true,
})
