export const STATUSES = ['pending', 'active', 'degraded', 'broken', 'needs_sign_in', 'paused'] as const
export type Status = (typeof STATUSES)[number]

/** Who can mend it. */
export type Mender = 'nobody' | 'provider' | 'admin' | 'person' | 'operator'

/** Why a credential is in its status. */
export interface Reason {
  code: string
  /** One sentence for a person at 3 a.m. */
  detail: string
  /** Unix seconds since when. */
  since: number
  mender: Mender
  exchangeId?: string
  /** What to do next. */
  hint?: string
  /** Asking again will not help until somebody has mended it: no more attempts. */
  final?: boolean
}

export interface Condition {
  status: Status
  reason: Reason | null
}
