import { expect, test } from 'vitest'
import { type EarlierToken, learnLife, nextLearnedLife } from '../src/learned-life.ts'

const NOW = 1_800_000_000

/** A token that came so many seconds ago and was taken to live so long. */
const token = (
  ageSeconds: number,
  life: number | null,
  expiresFrom: EarlierToken['expiresFrom'] = 'learned',
): EarlierToken => {
  const issuedAt = NOW - ageSeconds
  return {
    issuedAt,
    expiresAt: life === null ? null : issuedAt + life,
    expiresFrom,
    refreshDueAt: life === null ? null : issuedAt + Math.floor(life * 0.8),
  }
}
const ENDLESS = token(600, null, 'none')

test('a life that was seen once is doubtful', () => {
  expect(learnLife(null, ENDLESS, 600)).toBe(-600)
})

test.each([
  [1_200, 600, 600],
  [1_200, 640, 600],
  [1_200, 560, 560],
  [4_800, 610, 600],
])('a token taken to live %i s that is rejected after %i s makes 600 s certain', (life, lived, learned) => {
  expect(learnLife(-600, token(lived, life), lived)).toBe(learned)
})

test('the same 401 seen by another node makes nothing certain', () => {
  expect(learnLife(-600, ENDLESS, 601)).toBe(-600)
  expect(learnLife(-700, token(701, 1_200), 701)).toBe(-700)
})

test.each([-600, 600])('another age takes the place of what was known (%i), and is doubtful', (known) => {
  expect(learnLife(known, token(100, 600), 100)).toBe(-100)
  expect(learnLife(known, token(2_000, 2_400), 2_000)).toBe(-2_000)
})

test('what is certain stays, and is corrected downwards only a little', () => {
  expect(nextLearnedLife(600, token(500, 600), NOW)).toBe(600)
  expect(learnLife(600, token(590, 600), 590)).toBe(590)
})

test('what is doubtful doubles with each token that reached its replacement', () => {
  expect(nextLearnedLife(-600, ENDLESS, NOW)).toBe(600)
  expect(nextLearnedLife(-600, token(480, 600), NOW)).toBe(1_200)
  expect(nextLearnedLife(-600, token(960, 1_200), NOW)).toBe(2_400)
  expect(nextLearnedLife(-600, token(1_200, 1_500, 'default'), NOW)).toBe(3_000)
})

test('a token that was replaced before its time says nothing', () => {
  expect(nextLearnedLife(-600, token(610, 1_200), NOW)).toBe(600)
  expect(nextLearnedLife(-600, token(100, 600), NOW)).toBe(600)
  expect(nextLearnedLife(-600, token(3_000, 3_600, 'response'), NOW)).toBe(600)
  expect(nextLearnedLife(-600, null, NOW)).toBe(600)
})
