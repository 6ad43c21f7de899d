import { z } from 'zod'

/** The rules that say when a token ends and when it is replaced. Part of every recipe. */
export const lifetimePolicy = z.strictObject({
  /** Seconds before the end at which the token is replaced. Wins over `refresh_share`. */
  refresh_before_seconds: z.int().min(0).optional(),
  /** Share of the life after which the token is replaced. */
  refresh_share: z.number().gt(0).lt(1).optional(),
  /** Life in seconds when neither the answer nor the token says. */
  default_expires_in: z.int().min(1).optional(),
  /** How `expires_in` is to be read. */
  expires_in_unit: z
    .enum(['seconds', 'milliseconds', 'epoch', 'epoch_milliseconds', 'date'])
    .default('seconds'),
  /** A token with less life than this many seconds fails the exchange. */
  minimum_expires_in: z.int().min(0).optional(),
  /** What the provider does with a refresh token that was used. Learned when absent. */
  refresh_token_rotation: z.enum(['rotating', 'reusable']).optional(),
  /** Seconds in which the provider accepts a rotated refresh token once more. */
  rotation_grace_seconds: z.int().min(0).default(0),
})
export type LifetimePolicy = z.infer<typeof lifetimePolicy>
