import type { Claim } from '../store/store.ts'
import { nothingSent } from './nothing-sent.ts'
import type { ExchangePorts } from './ports.ts'
import { saveOutcome } from './save-outcome.ts'

/**
 * Written before a refresh token is spent. False where the lease is over, or somebody has said more meanwhile.
 * Throws while the database is away; nothing is sent then.
 */
export async function writeIntent(
  ports: ExchangePorts,
  claim: Claim,
  /** The intent that stands; null where nothing is in doubt. */
  standing: string | null,
  intentId: string,
): Promise<boolean> {
  const { credential, token, leaseId } = claim
  const { workspaceId, id: credentialId } = credential
  const now = ports.clock.now()
  const expected = { expectedVersion: token.version, expectedIntentId: standing }
  try {
    return await ports.store.tokens.saveIntent({
      workspaceId,
      credentialId,
      leaseId,
      ...expected,
      intentId,
      now,
    })
  } catch (error) {
    // It may be written all the same; yet nothing was sent, so nobody is to take it for a doubt.
    if (standing === null) await saveOutcome(ports, nothingSent(claim, intentId, now))
    throw error
  }
}

/** A refresh token that may be spent again: no intent is needed, nothing can be in doubt. */
export function isReusable({ credential, token }: Claim): boolean {
  const said = credential.recipe.lifetime.refresh_token_rotation
  return said === 'reusable' || (said === undefined && token.rotates === false)
}
