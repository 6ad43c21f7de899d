import { z } from 'zod'

/** The knobs of `arguments.execute`, with the bounds they are judged by. */
export const RANGES = {
  timeout: { least: 1_000, most: 100_000, standard: 60_000, unit: 'ms' },
  retryCount: { least: 0, most: 5, standard: 0, unit: 'retries' },
  retryDelay: { least: 0, most: 10_000, standard: 1_000, unit: 'ms' },
  concurrentRequests: { least: 1, most: 50, standard: 1, unit: 'requests' },
} as const

export type Knob = keyof typeof RANGES

/** One knob, at its standard where it is not set. */
export function knob(name: Knob) {
  const { least, most, standard, unit } = RANGES[name]
  const sentence = `${name} is a whole number from ${least} to ${most} (${unit}).`
  return z.int(sentence).min(least, sentence).max(most, sentence).default(standard)
}
