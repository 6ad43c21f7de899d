import { expect, test } from 'vitest'
import { describeFault } from '../src/fault.ts'

const shown = (fault: unknown) => JSON.stringify(describeFault(fault))

test('a fault is its name, its code and its place', () => {
  const fault = Object.assign(new RangeError('out of range'), { code: 'ERR_RANGE' })
  expect(describeFault(fault)).toEqual({
    error: 'RangeError',
    error_code: 'ERR_RANGE',
    stack: expect.arrayContaining([expect.stringMatching(/^at .*fault\.test\.ts:\d+:\d+\)?$/)]),
  })
})

test('nothing that somebody wrote into it is shown', () => {
  const secret = 'hunter2-hunter2'
  const changed = new Error(`first ${secret}`)
  changed.message = 'another'
  const faults: unknown[] = [
    new Error(secret),
    new Error(`two lines\n    at ${secret} (/x.ts:1:1)`),
    new Error('outer', { cause: new Error(secret) }),
    new AggregateError([new Error(secret)], secret),
    Object.assign(new Error('x'), { name: `not a name ${secret}`, code: `no code ${secret}`, sql: secret }),
    Object.assign(new Error('x'), { stack: secret }),
    changed,
    secret,
    { secret },
    null,
  ]
  for (const fault of faults) expect(shown(fault)).not.toContain(secret)
})
