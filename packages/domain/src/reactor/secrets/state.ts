import type { Reason, Status } from '../../state.ts'

export const SECRET_STATUSES = ['pending', 'succeeded', 'failed', 'manual_authorization'] as const
export type SecretStatus = (typeof SECRET_STATUSES)[number]
export type RefreshStatus = 'pending' | 'succeeded' | 'failed'

/** What a secret is derived from: its credential, and the versions at which the secret was changed. */
export interface SecretFacts {
  status: Status
  reason: Reason | null
  /** Of the token. */
  version: number
  issuedAt: number | null
  expiresAt: number | null
  refreshDueAt: number | null
  /** The version when it was made, changed or retried last: only a newer token is what came of that. */
  sinceVersion: number
  /** The version when it was given its environment; null without one. */
  boundVersion: number | null
}

export interface SecretState {
  status: SecretStatus
  activatedAt: number | null
  expiresAt: number | null
  refreshAt: number | null
  /** Null before the first refresh. */
  refreshStatus: RefreshStatus | null
  /** An exchange failed, and that is why the status is what it is. */
  failing: boolean
}

/** What came of the exchange after the last change. `STATE` of the store says the same in SQL. */
export function sinceChange({ status, reason, version, sinceVersion }: SecretFacts): SecretStatus {
  if (version > sinceVersion) return 'succeeded'
  if (status === 'needs_sign_in' && reason?.code === 'consent.missing') return 'manual_authorization'
  return reason === null || status === 'paused' ? 'pending' : 'failed'
}

/** The state of a secret as Reactor has it; a refresh that fails leaves a succeeded secret succeeded. */
export function deriveSecretState(facts: SecretFacts): SecretState {
  const { version, sinceVersion, boundVersion, reason } = facts
  const status = sinceChange(facts)
  const hasToken = version > 0
  const failing = reason !== null && facts.status !== 'paused' && reason.code !== 'consent.missing'
  return {
    status,
    activatedAt: boundVersion !== null && version > boundVersion ? facts.issuedAt : null,
    expiresAt: hasToken ? facts.expiresAt : null,
    refreshAt: hasToken ? facts.refreshDueAt : null,
    refreshStatus: status === 'succeeded' ? refreshStatus(failing, reason, version - sinceVersion) : null,
    failing,
  }
}

function refreshStatus(failing: boolean, reason: Reason | null, tokens: number): RefreshStatus | null {
  if (failing) return reason?.retries === undefined ? 'failed' : 'pending'
  return tokens > 1 ? 'succeeded' : null
}
