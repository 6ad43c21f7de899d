import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { KNOWN_OAUTH_ERRORS } from '../src/oauth-error.ts'
import { Secret } from '../src/secret.ts'
import {
  afterExchange,
  type Condition,
  display,
  type ExchangeEvent,
  type ExchangeOutcome,
  initialCondition,
  mayPass,
  STATUSES,
  type Status,
} from '../src/state.ts'

const NOW = 1_800_000_000
const TOKEN: ExchangeOutcome = {
  kind: 'token',
  outputs: { accessToken: new Secret('t'), tokenType: 'Bearer', others: {} },
  notes: [],
}
const UNAVAILABLE: ExchangeOutcome = {
  kind: 'unavailable',
  code: 'http_503',
  detail: 'The provider answered 503.',
}
const UNREADABLE: ExchangeOutcome = { kind: 'unreadable', detail: 'The answer is a web page.' }
const TIMEOUT: ExchangeOutcome = {
  kind: 'no_answer',
  code: 'outbound.timeout',
  detail: 'No answer in 10 s.',
  sent: true,
}
const BLOCKED: ExchangeOutcome = {
  kind: 'no_answer',
  code: 'outbound.blocked',
  detail: '10.0.0.7 is private.',
  sent: false,
}
const UNRESOLVED: ExchangeOutcome = { kind: 'unresolved', secret: 'client_secret' }
const IN_DOUBT: ExchangeOutcome = { kind: 'in_doubt' }
const refused = (error: string): ExchangeOutcome => ({ kind: 'refused', error })

const condition = (status: Status): Condition => ({
  status,
  reason: status === 'active' ? null : { code: 'x', detail: 'x', since: 1, mender: 'nobody' },
})

const after = (status: Status, outcome: ExchangeOutcome, more: Partial<ExchangeEvent> = {}) =>
  afterExchange(condition(status), { outcome, hasLiveToken: false, consent: 'none', ...more }, NOW)

describe('after an exchange a credential', () => {
  test.each([
    ['pending', TOKEN, 'active'],
    ['degraded', TOKEN, 'active'],
    ['broken', TOKEN, 'active'],
    ['needs_sign_in', TOKEN, 'active'],
    ['pending', UNAVAILABLE, 'pending'],
    ['pending', TIMEOUT, 'pending'],
    ['pending', UNREADABLE, 'broken'],
    ['pending', BLOCKED, 'broken'],
    ['pending', UNRESOLVED, 'broken'],
    ['pending', refused('invalid_client'), 'broken'],
    ['active', UNAVAILABLE, 'broken'],
    ['degraded', UNAVAILABLE, 'broken'],
    ['active', refused('invalid_grant'), 'broken'],
    ['active', IN_DOUBT, 'broken'],
  ] as const)('that was %s and has no live token after %j is %s', (before, outcome, status) => {
    expect(after(before, outcome).status).toBe(status)
  })

  test.each([UNAVAILABLE, UNREADABLE, TIMEOUT, BLOCKED, UNRESOLVED, IN_DOUBT, refused('invalid_grant')])(
    'with a live token is degraded by %j',
    (outcome) => {
      expect(after('active', outcome, { hasLiveToken: true })).toMatchObject({ status: 'degraded' })
    },
  )

  test.each(['redirect', 'device'] as const)(
    'of a %s grant needs a sign-in when the refresh token is dead',
    (consent) => {
      const dead = after('active', refused('invalid_grant'), { consent })
      expect(dead).toMatchObject({
        status: 'needs_sign_in',
        reason: { code: 'provider.invalid_grant', mender: 'person' },
      })
      expect(after('active', refused('invalid_grant'), { consent, hasLiveToken: true })).toMatchObject({
        status: 'degraded',
        reason: { mender: 'person' },
      })
      expect(after('active', refused('invalid_client'), { consent }).status).toBe('broken')
      expect(after('active', UNAVAILABLE, { consent }).status).toBe('broken')
      expect(after('needs_sign_in', UNAVAILABLE, { consent }).status).toBe('needs_sign_in')
    },
  )

  test('of a device grant waits unchanged while the person has not finished', () => {
    const before = initialCondition('device', 1)
    const event: ExchangeEvent = {
      outcome: { kind: 'awaiting', slowDown: true },
      hasLiveToken: false,
      consent: 'device',
    }
    expect(afterExchange(before, event, NOW)).toBe(before)
  })

  test('without a person is told apart: nobody is asked to sign in', () => {
    for (const error of [...KNOWN_OAUTH_ERRORS, 'something_else']) {
      const { status, reason } = after('active', refused(error))
      expect(status).toBe('broken')
      expect(reason?.mender).not.toBe('person')
    }
  })

  test('keeps the instant since when while the cause stays the same', () => {
    const event: ExchangeEvent = {
      outcome: UNAVAILABLE,
      hasLiveToken: true,
      consent: 'none',
      exchangeId: 'e1',
    }
    const first = afterExchange({ status: 'active', reason: null }, event, NOW)
    const second = afterExchange(first, { ...event, exchangeId: 'e2' }, NOW + 60)
    expect(second.reason).toMatchObject({ since: NOW, exchangeId: 'e2' })
    expect(afterExchange(second, { ...event, outcome: UNREADABLE }, NOW + 90).reason?.since).toBe(NOW + 90)
  })

  test('has a reason that says who mends it and how', () => {
    expect(after('active', refused('invalid_client')).reason).toMatchObject({
      mender: 'admin',
      hint: expect.stringContaining('client_auth'),
    })
    expect(after('active', UNRESOLVED).reason).toMatchObject({
      code: 'secret.unresolved',
      mender: 'operator',
    })
    expect(after('active', IN_DOUBT).reason).toMatchObject({ code: 'in_doubt' })
    expect(after('active', BLOCKED).reason).toMatchObject({ code: 'outbound.blocked', mender: 'operator' })
  })
})

describe('through any history', () => {
  const outcome = fc.oneof(
    fc.constantFrom(TOKEN, UNAVAILABLE, UNREADABLE, TIMEOUT, BLOCKED, UNRESOLVED, IN_DOUBT),
    fc.constantFrom(...KNOWN_OAUTH_ERRORS).map(refused),
    fc.string().map(refused),
    fc.boolean().map((slowDown): ExchangeOutcome => ({ kind: 'awaiting', slowDown })),
  )
  const consent = fc.constantFrom('none' as const, 'redirect' as const, 'device' as const)
  const step = fc.record({ outcome, hasLiveToken: fc.boolean() })

  test('the status tells the truth', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...STATUSES),
        consent,
        fc.array(step, { minLength: 1 }),
        (status, kind, steps) => {
          let current = condition(status)
          for (const [index, { outcome: ended, hasLiveToken }] of steps.entries()) {
            const before = current
            current = afterExchange(before, { outcome: ended, hasLiveToken, consent: kind }, NOW + index)
            if (before.status === 'paused') expect(current).toBe(before)
            else if (ended.kind === 'token') expect(current).toEqual({ status: 'active', reason: null })
            else if (current !== before) {
              expect(current.reason).toMatchObject({
                code: expect.stringMatching(/./),
                detail: expect.stringMatching(/\.$/),
              })
              if (hasLiveToken) expect(current.status).toBe('degraded')
              else expect(['pending', 'broken', 'needs_sign_in']).toContain(current.status)
              if (current.status === 'needs_sign_in') expect(kind).not.toBe('none')
              if (current.status === 'pending') expect(before.status).toBe('pending')
            }
          }
        },
      ),
      { seed: 3, numRuns: 1000 },
    )
  })

  test('what may pass is never a refusal or a token', () => {
    fc.assert(
      fc.property(outcome, (ended) => {
        if (ended.kind === 'refused' || ended.kind === 'token' || ended.kind === 'in_doubt')
          expect(mayPass(ended)).toBe(false)
        if (ended.kind === 'unavailable') expect(mayPass(ended)).toBe(true)
      }),
    )
    expect(mayPass(TIMEOUT)).toBe(true)
    expect(mayPass(BLOCKED)).toBe(false)
  })
})

describe('what is shown', () => {
  const token = { expiresAt: NOW + 100, refreshDueAt: NOW + 80 }

  test('is derived for an active credential only', () => {
    const active = condition('active')
    expect(display(active, token, NOW)).toBe('active')
    expect(display(active, token, NOW + 80)).toBe('expiring')
    expect(display(active, { ...token, leaseUntil: NOW + 90 }, NOW + 85)).toBe('refreshing')
    expect(display(active, { ...token, leaseUntil: NOW + 84 }, NOW + 85)).toBe('expiring')
    expect(display(active, { expiresAt: null, refreshDueAt: null }, NOW)).toBe('active')
    expect(display(active, null, NOW)).toBe('active')
    expect(display(condition('degraded'), token, NOW + 80)).toBe('degraded')
  })
})

test('a credential begins pending, or waiting for a person', () => {
  expect(initialCondition('none', NOW)).toEqual({ status: 'pending', reason: null })
  expect(initialCondition('redirect', NOW)).toMatchObject({
    status: 'needs_sign_in',
    reason: { mender: 'person' },
  })
})
