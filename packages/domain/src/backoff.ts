import { MAX_RETRY_AFTER_SECONDS } from './retry-after.ts'

const BASE_SECONDS = 2
const CAP_SECONDS = 900
/** Two attempts are never closer than this. */
const FLOOR_SECONDS = 1
/** How far those who were told the same `Retry-After` are spread behind it. */
const RETRY_AFTER_SPREAD_SECONDS = 30

export interface Attempts {
  /** Failures in a row, this one included. */
  failures: number
  now: number
  /** From 0 to 1. */
  random: number
  retryAfterSeconds?: number | undefined
  /** When the token that is still served ends. */
  expiresAt?: number | null | undefined
}

/**
 * When to ask again: exponential with full jitter. A `Retry-After` is never undercut. While the token still
 * lives, half of what remains of it is waited at most, so that attempts grow denser towards its end.
 */
export function nextAttemptAt({ failures, now, random, retryAfterSeconds, expiresAt }: Attempts): number {
  if (retryAfterSeconds !== undefined && retryAfterSeconds > 0) {
    const asked = Math.min(retryAfterSeconds, MAX_RETRY_AFTER_SECONDS)
    const spread = random * Math.min(RETRY_AFTER_SPREAD_SECONDS, asked / 4)
    return now + Math.max(FLOOR_SECONDS, Math.ceil(asked + spread))
  }
  // 2 ** 1024 is Infinity, which the cap takes; a negative count would make the first wait a fraction.
  const ceiling = Math.min(CAP_SECONDS, BASE_SECONDS * 2 ** Math.max(0, failures - 1))
  const remaining = expiresAt != null && expiresAt > now ? expiresAt - now : Number.POSITIVE_INFINITY
  const wait = Math.min(Math.ceil(random * ceiling), Math.floor(remaining / 2))
  return now + Math.max(FLOOR_SECONDS, wait)
}
