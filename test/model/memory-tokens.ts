import type {
  Claim,
  CredentialRow,
  Outcome,
  TokenRow,
  TokenTable,
} from '../../packages/broker/src/store/store.ts'

/** A token row with the columns that only the store sees. */
export interface KeptRow extends TokenRow {
  paused: boolean
  configRevision: number
  intentLeaseId: string | null
}

export interface KeptState {
  credential: CredentialRow
  token: KeptRow
}

type Verbs = {
  [V in
    | 'claimDue'
    | 'claim'
    | 'saveIntent'
    | 'saveJournal'
    | 'saveOutcome'
    | 'release'
    | 'makeDue'
    | 'nextDueAt']: (...at: Parameters<TokenTable[V]>) => Awaited<ReturnType<TokenTable[V]>>
}

/**
 * The token table of one credential in memory: what the statements of the store say, as plain code, each verb
 * in one step. `memory-tokens.test.ts` holds it equal to the real one.
 */
export class MemoryTokens implements Verbs {
  readonly state: KeptState

  constructor(state: KeptState) {
    this.state = state
  }

  get row(): TokenRow {
    const { paused: _, configRevision: __, intentLeaseId: ___, ...row } = this.state.token
    return row
  }

  claimDue(at: Parameters<TokenTable['claimDue']>[0]): Claim[] {
    const { token } = this.state
    const due = token.claimableAt !== null && token.claimableAt <= at.now
    if (!due || !this.#free(at.now) || at.limit < 1) return []
    return [this.#lease(at)]
  }

  claim(at: Parameters<TokenTable['claim']>[0]): Claim | { held: true; leaseUntil: number } | null {
    if (!this.#is(at)) return null
    if (this.#free(at.now)) return this.#lease(at)
    return this.state.token.leaseId === at.leaseId
      ? this.#claimed()
      : { held: true, leaseUntil: this.state.token.leaseUntil! }
  }

  saveIntent(at: Parameters<TokenTable['saveIntent']>[0]): boolean {
    const { token } = this.state
    if (!this.#is(at) || token.leaseId !== at.leaseId || token.version !== at.expectedVersion) return false
    if (token.leaseUntil === null || token.leaseUntil < at.now) return false
    if (token.intentId !== at.expectedIntentId) return false
    if (token.intentId !== at.intentId) {
      token.intentId = at.intentId
      token.intentAt = at.now
      token.intentLeaseId = at.leaseId
    }
    return true
  }

  saveJournal(at: Parameters<TokenTable['saveJournal']>[0]): boolean {
    const { token } = this.state
    const ours = token.leaseId === at.leaseId || (at.intentId !== null && token.intentId === at.intentId)
    if (!this.#is(at) || !ours) return false
    token.journal = at.journal
    return true
  }

  saveOutcome(outcome: Outcome): boolean {
    const { token, credential } = this.state
    const ours =
      token.leaseId === outcome.leaseId || (outcome.intentId !== null && token.intentId === outcome.intentId)
    if (!this.#is(outcome) || token.version !== outcome.expectedVersion || !ours) return false
    if (token.leaseId === outcome.leaseId) {
      token.leaseId = null
      token.leaseUntil = null
    }
    const changed = token.configRevision !== outcome.expectedConfigRevision
    token.claimableAt = token.paused ? null : changed ? outcome.now : outcome.claimableAt
    token.updatedAt = outcome.now
    token.failures = outcome.failures
    token.journal = outcome.journal
    if (!outcome.keepIntent) {
      token.intentId = null
      token.intentAt = null
      token.intentLeaseId = null
    }
    if (outcome.token) {
      const { rotates, ...fresh } = outcome.token
      Object.assign(token, fresh)
      token.version += 1
      token.rotates = rotates ?? token.rotates
    }
    if (outcome.condition && credential.status !== 'paused') Object.assign(credential, outcome.condition)
    return true
  }

  release(at: Parameters<TokenTable['release']>[0]): void {
    const { token } = this.state
    if (!this.#is(at) || token.leaseId !== at.leaseId) return
    token.leaseId = null
    token.leaseUntil = null
    token.claimableAt = token.paused ? null : at.claimableAt
    if (token.intentLeaseId === at.leaseId) {
      token.intentId = null
      token.intentAt = null
      token.intentLeaseId = null
    }
  }

  makeDue(at: Parameters<TokenTable['makeDue']>[0]): void {
    const { token } = this.state
    if (this.#is(at) && !token.paused) token.claimableAt = at.claimableAt
  }

  nextDueAt(): number | null {
    return this.state.token.claimableAt
  }

  #is(at: { workspaceId: string; credentialId: string }): boolean {
    const { token } = this.state
    return token.workspaceId === at.workspaceId && token.credentialId === at.credentialId
  }

  #free(now: number): boolean {
    const { leaseUntil } = this.state.token
    return leaseUntil === null || leaseUntil < now
  }

  #lease(at: { now: number; leaseSeconds: number; leaseId: string; intentId?: string }): Claim {
    const { token } = this.state
    token.leaseId = at.leaseId
    token.leaseUntil = at.now + at.leaseSeconds
    token.claimableAt = token.paused ? null : token.leaseUntil + 1
    if (token.intentId === null && at.intentId !== undefined) {
      token.intentId = at.intentId
      token.intentAt = at.now
      token.intentLeaseId = at.leaseId
    }
    return this.#claimed()
  }

  #claimed(): Claim {
    const { credential, token } = this.state
    const claim = { credential, token: this.row, leaseId: token.leaseId!, leaseUntil: token.leaseUntil! }
    return structuredClone(claim)
  }
}
