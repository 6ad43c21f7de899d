import type { Outcome, TokenTable } from '../../packages/broker/src/store/store.ts'
import { MemoryTokens } from './memory-tokens.ts'

/** Faults that are put in on purpose, to see that the search finds them. */
export type Plant = 'fencing' | 'journal' | 'spool' | 'lease'

/** Whoever writes last wins. */
class Unfenced extends MemoryTokens {
  override saveOutcome(outcome: Outcome): boolean {
    const { token } = this.state
    if (outcome.token && token.version !== outcome.expectedVersion) token.version = outcome.expectedVersion
    return super.saveOutcome({
      ...outcome,
      expectedVersion: token.version,
      leaseId: token.leaseId ?? outcome.leaseId,
      intentId: token.intentId ?? outcome.intentId,
    })
  }

  override saveIntent(at: Parameters<TokenTable['saveIntent']>[0]): boolean {
    const { token } = this.state
    token.leaseId ??= at.leaseId
    token.leaseUntil ??= at.now
    return super.saveIntent({
      ...at,
      leaseId: token.leaseId,
      expectedVersion: token.version,
      expectedIntentId: token.intentId,
    })
  }
}

/** Nothing is written down before a refresh token is spent. */
class Unjournalled extends MemoryTokens {
  override saveIntent(): boolean {
    return true
  }
}

/** Those that live in the store; the other two live in the node. */
export const PLANTED: Partial<Record<Plant, typeof MemoryTokens>> = {
  fencing: Unfenced,
  journal: Unjournalled,
}
