import type {
  Claim,
  CredentialRow,
  CredentialTable,
  ExchangeRow,
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
  /** Of the exchanges that brought a token, as far as anybody asks. */
  exchanges?: Array<Pick<ExchangeRow, 'id' | 'startedAt' | 'record'>>
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

  /** Newest first. */
  get exchanges(): NonNullable<KeptState['exchanges']> {
    return (this.state.exchanges ?? []).toSorted((a, b) => b.startedAt - a.startedAt)
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
      ? this.#claimed(this.state.token.claimableAt)
      : { held: true, leaseUntil: this.state.token.leaseUntil! }
  }

  saveIntent(at: Parameters<TokenTable['saveIntent']>[0]): boolean {
    const { token } = this.state
    if (!this.#is(at) || token.leaseId !== at.leaseId || token.version !== at.expectedVersion) return false
    if (token.leaseUntil === null || token.leaseUntil < at.now) return false
    if (token.intentId !== at.expectedIntentId) return false
    if (token.intentId === at.intentId) token.failures += 1
    else {
      token.intentId = at.intentId
      token.intentAt = at.now
    }
    token.intentLeaseId = at.leaseId
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
    const ours = this.#isOurs(outcome)
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
    if (!outcome.keepIntent || outcome.token) {
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
    if (outcome.token && outcome.exchange) {
      const { id, startedAt } = outcome.exchange
      this.state.exchanges = [{ id, startedAt, record: { token: {} } }, ...this.exchanges]
    }
    if (outcome.condition && credential.status !== 'paused') Object.assign(credential, outcome.condition)
    return true
  }

  release({ credential, token: claimed, leaseId }: Claim, at: Parameters<TokenTable['release']>[1]): void {
    const { token } = this.state
    if (!this.#is(claimed) || token.leaseId !== leaseId) return
    token.leaseId = null
    token.leaseUntil = null
    if (token.paused) token.claimableAt = null
    else if (token.configRevision !== credential.configRevision) token.claimableAt = at.now
    else if (token.claimableAt === claimed.claimableAt) token.claimableAt = at.claimableAt
  }

  makeDue(at: Parameters<TokenTable['makeDue']>[0]): void {
    const { token } = this.state
    if (this.#is(at) && !token.paused) token.claimableAt = at.claimableAt
  }

  /** As `CredentialTable.update`, for the one credential there is. */
  updateCredential(
    row: CredentialRow,
    expectedRevision: number,
    next: Parameters<CredentialTable['update']>[2],
  ): boolean {
    const { token, credential } = this.state
    if (credential.revision !== expectedRevision) return false
    if (next.expectedVersion !== undefined && next.expectedVersion !== token.version) return false
    Object.assign(credential, structuredClone(row))
    token.configRevision = row.configRevision
    token.updatedAt = row.updatedAt
    token.paused = row.status === 'paused'
    const at = token.paused ? null : next.claimableAt
    if (at === null) token.claimableAt = null
    else if (at !== undefined) {
      const isLeased = token.leaseUntil !== null && token.leaseUntil >= at
      token.claimableAt = isLeased ? token.leaseUntil! + 1 : at
    }
    if (next.sealed !== undefined) token.sealed = next.sealed
    if (next.clearIntent) {
      token.intentId = null
      token.intentAt = null
      token.intentLeaseId = null
      token.journal = null
      if (token.leaseId !== null) token.leaseId = 'fenced-off'
    }
    return true
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

  #isOurs({ leaseId, intentId, keepIntent, token: fresh }: Outcome): boolean {
    const { token } = this.state
    const hasLease = token.leaseId === leaseId
    const stands = intentId !== null && token.intentId === intentId
    if (fresh) return hasLease || stands
    if (keepIntent) return stands && (hasLease || token.intentLeaseId === leaseId)
    return hasLease || (stands && token.intentLeaseId === leaseId)
  }

  #lease(at: { now: number; leaseSeconds: number; leaseId: string }): Claim {
    const { token } = this.state
    const dueAt = token.claimableAt
    token.leaseId = at.leaseId
    token.leaseUntil = at.now + at.leaseSeconds
    token.claimableAt = token.paused ? null : token.leaseUntil + 1
    return this.#claimed(dueAt)
  }

  #claimed(dueAt: number | null): Claim {
    const { credential, token } = this.state
    const { leaseId, leaseUntil } = token
    return structuredClone({
      credential,
      token: this.row,
      leaseId: leaseId!,
      leaseUntil: leaseUntil!,
      dueAt,
    })
  }
}
