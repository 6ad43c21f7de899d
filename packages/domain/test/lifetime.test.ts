import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TokenOutputs } from '../src/exchange.ts'
import { readJwtTimes } from '../src/jwt-claims.ts'
import { type LifetimeMoment, lifetimePolicy, planLifetime } from '../src/lifetime.ts'
import { Secret } from '../src/secret.ts'

const NOW = 1_800_000_000
const SEED = { seed: 3600 }

const jwt = (claims: unknown, header: unknown = { alg: 'RS256' }) =>
  `${[header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')}.c2ln`

function plan(
  outputs: Partial<Omit<TokenOutputs, 'accessToken'>> & { accessToken?: string } = {},
  policy: Record<string, unknown> = {},
  at: Partial<LifetimeMoment> = {},
) {
  const { accessToken = 'opaque', ...rest } = outputs
  return planLifetime(
    { accessToken: new Secret(accessToken), tokenType: 'Bearer', others: {}, ...rest },
    lifetimePolicy.parse(policy),
    { now: NOW, random: 0.5, ...at },
  )
}

function times(...args: Parameters<typeof plan>) {
  const planned = plan(...args)
  if ('refused' in planned) throw new Error('refused')
  return {
    ...planned.times,
    life: planned.times.expiresAt === null ? null : planned.times.expiresAt - NOW,
    notes: planned.notes,
  }
}

describe('the end of a token', () => {
  test.each([
    [3600, 3600],
    ['3600', 3600],
    [' 3600 ', 3600],
    [3599.9, 3599],
    ['3599.9', 3599],
    [0.4, 1],
    [1, 1],
    ['3.6e3', 3600],
    [315_360_000, 315_360_000],
  ])('follows expires_in %j', (expiresIn, life) => {
    expect(times({ expiresIn })).toMatchObject({ life, expiresFrom: 'response', notes: [] })
  })

  test.each([
    [0, 'expires_in.not_positive'],
    ['0', 'expires_in.not_positive'],
    [-1, 'expires_in.not_positive'],
    ['-3600', 'expires_in.not_positive'],
    [1_800_003_600, 'expires_in.huge'],
    ['9223372036854775807', 'expires_in.huge'],
    [Number.POSITIVE_INFINITY, 'expires_in.huge'],
    [Number.NaN, 'expires_in.unreadable'],
    ['never', 'expires_in.unreadable'],
    ['0x10', 'expires_in.unreadable'],
    ['2030-01-01T00:00:00Z', 'expires_in.unreadable'],
  ])('ignores expires_in %j and notes %s', (expiresIn, code) => {
    const { expiresFrom, notes } = times({ expiresIn })
    expect(expiresFrom).toBe('none')
    expect(notes.map((note) => note.code)).toEqual([code])
    expect(times({ expiresIn }, { default_expires_in: 60 })).toMatchObject({
      life: 60,
      expiresFrom: 'default',
    })
  })

  test.each([
    ['milliseconds', 3_600_000],
    ['epoch', NOW + 3600],
    ['epoch', String(NOW + 3600)],
    ['epoch_milliseconds', (NOW + 3600) * 1000],
    ['date', new Date((NOW + 3600) * 1000).toISOString()],
    ['date', new Date((NOW + 3600) * 1000).toUTCString()],
  ])('reads %s', (unit, expiresIn) => {
    expect(times({ expiresIn }, { expires_in_unit: unit }).life).toBe(3600)
  })

  test('of an absolute unit is corrected by the measured skew', () => {
    const policy = { expires_in_unit: 'epoch' }
    expect(times({ expiresIn: NOW + 3600 }, policy, { skewSeconds: 100 }).life).toBe(3500)
  })

  test('is taken from the first source that knows', () => {
    const accessToken = jwt({ exp: NOW + 1000 })
    const policy = { default_expires_in: 50 }
    const at = { learnedSeconds: 200 }
    expect(times({ accessToken, expiresIn: 30 }, policy, at)).toMatchObject({
      life: 30,
      expiresFrom: 'response',
    })
    expect(times({ accessToken }, policy, at)).toMatchObject({ life: 1000, expiresFrom: 'jwt' })
    expect(times({}, policy, at)).toMatchObject({ life: 200, expiresFrom: 'learned' })
    expect(times({}, policy)).toMatchObject({ life: 50, expiresFrom: 'default' })
    expect(times()).toMatchObject({ expiresAt: null, refreshDueAt: null, expiresFrom: 'none' })
    expect(times({ expiresAt: NOW + 9, expiresIn: 30 }, policy)).toMatchObject({
      life: 9,
      expiresFrom: 'default',
    })
  })

  test('of a JWT issued just now does not depend on the provider clock', () => {
    for (const skew of [-50, 0, 40, 7200]) {
      const accessToken = jwt({ iat: NOW + skew, exp: NOW + skew + 600 })
      expect(times({ accessToken }).life).toBe(600)
    }
  })

  test('of a JWT the provider had kept is its exp', () => {
    const accessToken = jwt({ iat: NOW - 900, exp: NOW + 300 })
    expect(times({ accessToken }).life).toBe(300)
    expect(times({ accessToken }, {}, { skewSeconds: 10 }).life).toBe(290)
  })

  test('of a JWT follows a measured skew before any guess', () => {
    const accessToken = jwt({ iat: NOW - 20, exp: NOW + 100 })
    expect(times({ accessToken }, {}, { skewSeconds: 0 }).life).toBe(100)
    expect(times({ accessToken }).life).toBe(120)
  })

  test('below the minimum of the recipe refuses the token', () => {
    expect(plan({ expiresIn: 59 }, { minimum_expires_in: 60 })).toMatchObject({
      refused: { kind: 'refused', error: 'token_too_short' },
    })
    expect(plan({ expiresIn: 60 }, { minimum_expires_in: 60 })).toHaveProperty('times')
    expect(plan({}, { minimum_expires_in: 60 })).toHaveProperty('times')
  })

  test('that the answer does not say refuses the token where the recipe demands that it does', () => {
    const accessToken = jwt({ iat: NOW, exp: NOW + 300 })
    for (const outputs of [{}, { accessToken }, { expiresIn: 'soon' }, { expiresIn: 0 }])
      expect(plan(outputs, { expires_in_required: true, default_expires_in: 60 })).toMatchObject({
        refused: { kind: 'refused', error: 'expires_in_missing' },
      })
    expect(plan({ expiresIn: '60' }, { expires_in_required: true })).toHaveProperty('times')
  })
})

describe('the replacement of a token', () => {
  const due = (...args: Parameters<typeof plan>) => times(...args).refreshDueAt! - NOW

  test('is due after four fifths of its life, give or take a tenth of the rest', () => {
    expect(due({ expiresIn: 3600 }, {}, { random: 0 })).toBe(2808)
    expect(due({ expiresIn: 3600 })).toBe(2880)
    expect(due({ expiresIn: 3600 }, {}, { random: 1 })).toBe(2952)
  })

  test('follows the share of the recipe, and the offset before all', () => {
    expect(due({ expiresIn: 1000 }, { refresh_share: 0.5 })).toBe(500)
    expect(due({ expiresIn: 1000 }, { refresh_share: 0.5, refresh_before_seconds: 100 }, { random: 0 })).toBe(
      900,
    )
  })

  test('falls back to the share when the offset is longer than the life', () => {
    const planned = times({ expiresIn: 300 }, { refresh_before_seconds: 600 })
    expect(planned.refreshDueAt! - NOW).toBe(240)
    expect(planned.notes.map((note) => note.code)).toEqual(['refresh_before.too_long'])
  })

  test('lies after a floor and not after the end, whatever the provider says', () => {
    const chance = fc.double({ min: 0, max: 1, noNaN: true })
    const policy = fc.record(
      {
        refresh_before_seconds: fc.nat(10_000),
        refresh_share: fc.double({ min: 0.01, max: 0.99, noNaN: true }),
        default_expires_in: fc.integer({ min: 1, max: 1_000_000 }),
        expires_in_unit: fc.constantFrom('seconds', 'milliseconds', 'epoch', 'epoch_milliseconds', 'date'),
      },
      { requiredKeys: [] },
    )
    const expiresIn = fc.oneof(fc.double(), fc.integer(), fc.nat(100_000), fc.string(), fc.nat().map(String))
    fc.assert(
      fc.property(expiresIn, policy, chance, fc.integer(), (written, rules, random, skewSeconds) => {
        const { expiresAt, refreshDueAt } = times({ expiresIn: written }, rules, { random, skewSeconds })
        if (expiresAt === null) {
          expect(refreshDueAt).toBeNull()
          return
        }
        expect(Number.isInteger(expiresAt) && Number.isInteger(refreshDueAt)).toBe(true)
        expect(expiresAt).toBeGreaterThan(NOW)
        expect(refreshDueAt).toBeLessThanOrEqual(expiresAt)
        expect(refreshDueAt).toBeGreaterThanOrEqual(Math.min(expiresAt, NOW + 2))
      }),
      SEED,
    )
  })
})

describe('the times of a JWT', () => {
  test('are read without any key', () => {
    expect(readJwtTimes(jwt({ exp: 10.7, iat: 5 }))).toEqual({ exp: 10, iat: 5 })
    expect(readJwtTimes(jwt({ exp: '10' }))).toEqual({})
  })

  test.each([
    '',
    'opaque',
    'a.b',
    'a.b.c',
    'a.b.c.d',
    `${'a'.repeat(20_000)}.b.c`,
    jwt([]).slice(3),
    jwt(null),
  ])('are not read from other tokens', (token) => {
    expect(readJwtTimes(token)).toBeUndefined()
  })

  test('are not read without an algorithm, and no token makes the reader throw', () => {
    expect(readJwtTimes(jwt({ exp: 1 }, {}))).toBeUndefined()
    fc.assert(
      fc.property(fc.string(), fc.json(), (noise, json) => {
        readJwtTimes(noise)
        readJwtTimes(jwt(JSON.parse(json)))
      }),
      SEED,
    )
  })
})
