import type { Claim, Outcome } from '../store/store.ts'

/** What is left of an attempt that ended before its request: it is due again, and no intent of it stands. */
export function nothingSent({ credential, token, leaseId }: Claim, intentId: string, now: number): Outcome {
  return {
    workspaceId: credential.workspaceId,
    credentialId: credential.id,
    expectedVersion: token.version,
    leaseId,
    intentId,
    claimableAt: now,
    expectedConfigRevision: credential.configRevision,
    failures: token.failures,
    journal: token.journal,
    keepIntent: false,
    condition: null,
    announce: false,
    exchange: null,
    now,
  }
}
