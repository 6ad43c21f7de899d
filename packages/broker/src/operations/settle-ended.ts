import { grantOf } from '@bursar/domain/grants/table.ts'
import type { Claim } from '../store/store.ts'
import type { ExchangeTrigger } from './exchange-record.ts'
import type { Ports } from './ports.ts'

/**
 * A credential that lives on a token it can not replace, now that this token ends: the status turns, nothing
 * is sent. Answers false when there is something to exchange.
 */
export async function settleEnded(
  { store, clock, log }: Pick<Ports, 'store' | 'clock' | 'log'>,
  { credential, token, leaseId }: Claim,
  trigger: ExchangeTrigger,
): Promise<boolean> {
  const { reason, status } = credential
  if (trigger !== 'due' || reason === null || reason.final !== true) return false
  const consents = grantOf(credential.recipe).consent !== 'none'
  const now = clock.now()
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
    condition: status === 'degraded' ? { status: consents ? 'needs_sign_in' : 'broken', reason } : null,
    announce: true,
    exchange: null,
    now,
  })
  log.warn('credential_ended', { credential: credential.name, reason: reason.code })
  return true
}
