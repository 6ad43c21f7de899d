import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { nextAttemptAt } from '../src/backoff.ts'

const NOW = 1_800_000_000
const SEED = { seed: 900 }
const random = fc.double({ min: 0, max: 1, noNaN: true })
const failures = fc.oneof(fc.integer({ min: 1, max: 12 }), fc.integer({ min: -1, max: 1_000_000 }))

describe('the next attempt', () => {
  test.each([
    [1, 2],
    [2, 4],
    [5, 32],
    [9, 512],
    [10, 900],
    [5000, 900],
  ])('after %i failures comes within %i seconds', (count, ceiling) => {
    expect(nextAttemptAt({ failures: count, now: NOW, random: 1 })).toBe(NOW + ceiling)
    expect(nextAttemptAt({ failures: count, now: NOW, random: 0 })).toBe(NOW + 1)
  })

  test('always lies ahead, and never beyond the cap', () => {
    fc.assert(
      fc.property(failures, random, (count, chance) => {
        const at = nextAttemptAt({ failures: count, now: NOW, random: chance })
        expect(Number.isInteger(at)).toBe(true)
        expect(at).toBeGreaterThan(NOW)
        expect(at).toBeLessThanOrEqual(NOW + 900)
      }),
      SEED,
    )
  })

  test('never undercuts Retry-After, which is believed for a day at most', () => {
    fc.assert(
      fc.property(failures, random, fc.integer({ min: 1, max: 10_000_000 }), (count, chance, asked) => {
        const at = nextAttemptAt({ failures: count, now: NOW, random: chance, retryAfterSeconds: asked })
        expect(at).toBeGreaterThanOrEqual(NOW + Math.min(asked, 86_400))
        expect(at).toBeLessThanOrEqual(NOW + 86_400 + 30)
      }),
      SEED,
    )
  })

  test('comes before the end of a token that still lives', () => {
    fc.assert(
      fc.property(failures, random, fc.integer({ min: 2, max: 100_000 }), (count, chance, remaining) => {
        const expiresAt = NOW + remaining
        const at = nextAttemptAt({ failures: count, now: NOW, random: chance, expiresAt })
        expect(at).toBeLessThan(expiresAt)
      }),
      SEED,
    )
  })

  test('is not hurried by a token that has ended', () => {
    expect(nextAttemptAt({ failures: 10, now: NOW, random: 1, expiresAt: NOW - 5 })).toBe(NOW + 900)
    expect(nextAttemptAt({ failures: 10, now: NOW, random: 1, expiresAt: null })).toBe(NOW + 900)
  })
})
