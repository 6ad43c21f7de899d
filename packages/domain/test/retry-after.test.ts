import { describe, expect, test } from 'vitest'
import { parseInstant } from '../src/instant.ts'
import { parseRetryAfter } from '../src/retry-after.ts'

const NOW = 784_111_777 // Sun, 06 Nov 1994 08:49:37 GMT

describe('an instant', () => {
  test.each([
    'Sun, 06 Nov 1994 08:49:37 GMT',
    'Sunday, 06-Nov-94 08:49:37 GMT',
    'Sun Nov  6 08:49:37 1994',
    '1994-11-06T08:49:37Z',
    '1994-11-06T09:49:37.250+01:00',
    '1994-11-06T03:49:37-0500',
    '1994-11-06 08:49:37',
  ])('is read from %s', (text) => {
    expect(parseInstant(text)).toBe(NOW)
  })

  test('without a time is midnight UTC', () => {
    expect(parseInstant('1970-01-02')).toBe(86_400)
  })

  test.each([
    '',
    'soon',
    '1994-13-01',
    '1994-02-30',
    '1994-11-06T25:00:00Z',
    '32 Foo 1994 00:00:00 GMT',
    '1',
    '2024',
  ])('is not read from %j', (text) => {
    expect(parseInstant(text)).toBeUndefined()
  })
})

describe('Retry-After', () => {
  test.each([
    ['120', 120],
    [' 7 ', 7],
    ['1.2', 2],
    ['0', 0],
    ['999999999', 86_400],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60],
    ['Sun, 06 Nov 1994 08:00:00 GMT', 0],
  ])('%j is %i seconds', (value, seconds) => {
    expect(parseRetryAfter(value, NOW)).toBe(seconds)
  })

  test.each([undefined, '', 'later', '-5', '1e9', 'NaN'])('%j says nothing', (value) => {
    expect(parseRetryAfter(value, NOW)).toBeUndefined()
  })
})
