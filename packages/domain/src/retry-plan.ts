import { z } from 'zod'

/** How often, and until when, a renewal that failed is tried again: instead of asking until the token ends. */
export const retryPolicy = z
  .strictObject({
    attempts: z.int().min(0).max(100).describe('Attempts after the one that failed, spread evenly.'),
    last_before_end_seconds: z
      .int()
      .min(0)
      .describe('The last of them is made this many seconds before the token ends …'),
    least_seconds: z
      .int()
      .min(0)
      .describe('… where at least this many are left at the first failure; with less, …'),
    last_share: z.number().gt(0).lt(1).describe('… it is made after this share of what is left.'),
  })
  .describe('Renewals that failed are tried again this often. A first exchange is not repeated at all.')
export type RetryPolicy = z.infer<typeof retryPolicy>

/** What is still to come of the attempts after a failure. */
export interface RetryPlan {
  /** Attempts that are left. */
  left: number
  /** Unix seconds of the last one. */
  lastAt: number
}

/**
 * The next attempt after a failure at `now`, and the plan it is part of; null when none is left. `before` is
 * the plan of the failure before this one, of the same token.
 */
export function planRetry(
  policy: RetryPolicy,
  { now, expiresAt, before }: { now: number; expiresAt: number; before: RetryPlan | undefined },
): { at: number; plan: RetryPlan } | null {
  const plan =
    before === undefined
      ? { left: policy.attempts, lastAt: lastAttemptAt(policy, now, expiresAt) }
      : { ...before, left: before.left - 1 }
  if (plan.left <= 0 || expiresAt - now <= 1) return null
  // Who was away past the last one makes what is left in the life that remains.
  const lastAt = plan.lastAt > now ? plan.lastAt : now + Math.floor(policy.last_share * (expiresAt - now))
  return { at: now + Math.max(1, Math.floor((lastAt - now) / plan.left)), plan: { ...plan, lastAt } }
}

function lastAttemptAt(policy: RetryPolicy, now: number, expiresAt: number): number {
  const left = expiresAt - now
  return left >= policy.least_seconds
    ? expiresAt - policy.last_before_end_seconds
    : now + Math.floor(policy.last_share * left)
}
