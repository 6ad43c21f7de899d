import type { Outcome } from '../store/store.ts'
import type { ExchangePorts } from './ports.ts'
import { type SaveEnd, saveOutcome } from './save-outcome.ts'

const LOOK_AGAIN_MS = 50

/**
 * Saves what a person brought where somebody has saved a token meanwhile: the late answer of an older exchange, or
 * that of a node which went on when this one was away for longer than its lease. What a person brings is newer than
 * either, and can not be had again. `fenced` when the credential is gone, or somebody holds it for too long.
 */
export async function keepConsent(ports: ExchangePorts, outcome: Outcome): Promise<SaveEnd> {
  const { store, clock, settings, random } = ports
  const { workspaceId, credentialId } = outcome
  const giveUpMs = clock.monotonicMs() + settings.waitSeconds * 1000
  const leaseId = random.text(12)
  for (;;) {
    const row = await store.tokens.get(workspaceId, credentialId)
    if (row === undefined) return 'fenced'
    if (row.leaseId === outcome.leaseId || row.leaseId === leaseId) {
      const saved = await saveOutcome(ports, {
        ...outcome,
        leaseId: row.leaseId,
        expectedVersion: row.version,
      })
      if (saved !== 'fenced') return saved
    } else {
      const { leaseSeconds } = settings
      const claim = await store.tokens.claim({
        workspaceId,
        credentialId,
        now: clock.now(),
        leaseSeconds,
        leaseId,
      })
      if (claim === null) return 'fenced'
      if (!('held' in claim)) continue
      if (clock.monotonicMs() > giveUpMs) return 'fenced'
      await clock.wait(LOOK_AGAIN_MS)
    }
  }
}
