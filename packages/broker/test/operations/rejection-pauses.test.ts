import { expect, test } from 'vitest'
import { createRejectionPauses } from '../../src/operations/rejection-pauses.ts'

test('the pause after a rejected token doubles, up to an hour', () => {
  const pauses = createRejectionPauses()
  let now = 1_000
  const lasted: number[] = []
  for (let round = 0; round < 8; round += 1) {
    pauses.note('crm', now)
    let end = now
    while (pauses.isPaused('crm', end)) end += 1
    lasted.push(end - now)
    now = end
  }
  expect(lasted).toEqual([60, 120, 240, 480, 960, 1920, 3600, 3600])
})

test('a rejection long after the last pause is a new case', () => {
  const pauses = createRejectionPauses()
  pauses.note('crm', 0)
  pauses.note('crm', 60)
  pauses.note('crm', 60 + 240)
  expect([pauses.isPaused('crm', 359), pauses.isPaused('crm', 360)]).toEqual([true, false])
})

test('what is kept of rejections is bounded, and the oldest goes first', () => {
  const pauses = createRejectionPauses(3)
  for (const [at, name] of ['a', 'b', 'c'].entries()) pauses.note(name, at)
  pauses.note('a', 3)
  pauses.note('d', 4)
  expect(pauses.size).toBe(3)
  expect(['a', 'b', 'c', 'd'].map((name) => pauses.isPaused(name, 5))).toEqual([true, false, true, true])
})
