import fc from 'fast-check'
import { expect, test } from 'vitest'
import { planRetry, type RetryPlan } from '../src/retry-plan.ts'

const POLICY = { attempts: 3, last_before_end_seconds: 7_200, least_seconds: 9_000, last_share: 0.9 }

/** When attempts are made that all fail, in seconds after the first one, and how many there are. */
function attemptsOf(life: number, lateness = 0): number[] {
  const at: number[] = []
  let before: RetryPlan | undefined
  for (let now = 0; ; ) {
    const next = planRetry(POLICY, { now, expiresAt: life, before })
    if (next === null) return at
    before = next.plan
    now = next.at + lateness
    at.push(now)
  }
}

test('the attempts are spread evenly, the last one two hours before the end', () => {
  expect(attemptsOf(14_400)).toEqual([2_400, 4_800, 7_200])
  expect(attemptsOf(9_000)).toEqual([600, 1_200, 1_800])
  // The rule is that of the first failure, also when less is left later.
  expect(attemptsOf(10_000)).toEqual([933, 1_866, 2_800])
})

test('with less than two and a half hours left they go up to nine tenths of that', () => {
  expect(attemptsOf(8_999)).toEqual([2_699, 5_399, 8_099])
  expect(attemptsOf(1_800)).toEqual([540, 1_080, 1_620])
  expect(attemptsOf(10)).toEqual([3, 6, 9])
})

test('nothing is planned for a token that has ended, nor without attempts', () => {
  expect(attemptsOf(1)).toEqual([])
  expect(attemptsOf(-5)).toEqual([])
  expect(planRetry({ ...POLICY, attempts: 0 }, { now: 0, expiresAt: 9_999, before: undefined })).toBeNull()
})

test('there are never more than the policy has, each later than the one before, and all within the life', () => {
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 400_000 }), fc.integer({ min: 0, max: 9_000 }), (life, late) => {
      const at = attemptsOf(life, late)
      expect(at.length).toBeLessThanOrEqual(3)
      expect(at).toEqual(at.toSorted((a, b) => a - b))
      if (late === 0) expect(at.every((each) => each < life)).toBe(true)
      if (late === 0 && life >= 9_000) expect(at.at(-1)).toBe(life - 7_200)
    }),
  )
})
