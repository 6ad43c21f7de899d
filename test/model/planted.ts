import type { Outcome, TokenTable } from '../../packages/broker/src/store/store.ts'
import { MemoryTokens } from './memory-tokens.ts'

/** Faults that are put in on purpose, to see that the search finds them. */
export type Plant = 'fencing' | 'journal' | 'spool' | 'lease' | 'doubt' | 'pause' | 'entering' | 'overlap'

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

/** A doubt is written down although somebody has ended it meanwhile. */
class Doubting extends MemoryTokens {
  override saveOutcome(outcome: Outcome): boolean {
    const { token } = this.state
    const isOver = outcome.keepIntent && token.intentId === null
    return super.saveOutcome(isOver ? { ...outcome, keepIntent: false } : outcome)
  }
}

/** What comes of an exchange overrules a pause. */
class Unpaused extends MemoryTokens {
  override saveOutcome(outcome: Outcome): boolean {
    const saved = super.saveOutcome(outcome)
    if (saved && outcome.condition) Object.assign(this.state.credential, outcome.condition)
    return saved
  }
}

/** Whoever spends the old refresh token while another is entered by hand may still save. */
class Overruling extends MemoryTokens {
  override updateCredential(...at: Parameters<MemoryTokens['updateCredential']>): boolean {
    const { leaseId } = this.state.token
    const updated = super.updateCredential(...at)
    this.state.token.leaseId = leaseId
    return updated
  }
}

/** Those that live in the store; the others live in the node. */
export const PLANTED: Partial<Record<Plant, typeof MemoryTokens>> = {
  fencing: Unfenced,
  journal: Unjournalled,
  doubt: Doubting,
  pause: Unpaused,
  entering: Overruling,
}
