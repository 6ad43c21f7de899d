import { expect, test } from 'vitest'
import { deriveSecretState, type SecretFacts } from '../../src/reactor/secrets/state.ts'
import type { Reason } from '../../src/state.ts'

const reasonOf = (code: string, more: Partial<Reason> = {}): Reason => ({
  code,
  detail: code,
  since: 1,
  mender: 'admin',
  ...more,
})
const stateOf = (facts: Partial<SecretFacts>) =>
  deriveSecretState({
    status: 'active',
    reason: null,
    version: 1,
    issuedAt: 100,
    expiresAt: 200,
    refreshDueAt: 150,
    sinceVersion: 0,
    boundVersion: 0,
    ...facts,
  })

test('what was just made is pending, and has no instants', () => {
  expect(stateOf({ status: 'pending', version: 0 })).toEqual({
    status: 'pending',
    activatedAt: null,
    expiresAt: null,
    refreshAt: null,
    refreshStatus: null,
    failing: false,
  })
})

test('a token that is newer than the last change is a success, whatever comes later', () => {
  expect(stateOf({})).toMatchObject({ status: 'succeeded', activatedAt: 100, refreshStatus: null })
  expect(stateOf({ version: 2 })).toMatchObject({ status: 'succeeded', refreshStatus: 'succeeded' })
  const degraded = { status: 'degraded' as const, version: 2 }
  const pending = reasonOf('provider.unavailable', { retries: { left: 1, lastAt: 9 } })
  expect(stateOf({ ...degraded, reason: pending })).toMatchObject({
    status: 'succeeded',
    refreshStatus: 'pending',
  })
  const final = reasonOf('provider.unavailable', { final: true })
  expect(stateOf({ ...degraded, reason: final })).toMatchObject({
    status: 'succeeded',
    refreshStatus: 'failed',
  })
})

test('after a change only a newer token counts, though the old one is served', () => {
  const changed = { sinceVersion: 3, version: 3, status: 'pending' as const }
  expect(stateOf(changed)).toMatchObject({ status: 'pending', activatedAt: 100, expiresAt: 200 })
  const refused = { ...changed, status: 'degraded' as const, reason: reasonOf('provider.invalid_client') }
  expect(stateOf(refused)).toMatchObject({ status: 'failed', failing: true, activatedAt: 100 })
  expect(stateOf({ ...changed, version: 4 })).toMatchObject({ status: 'succeeded', refreshStatus: null })
})

test('a person who has to consent is waited for; one who refused has failed it', () => {
  const waiting = { status: 'needs_sign_in' as const, version: 0 }
  expect(stateOf({ ...waiting, reason: reasonOf('consent.missing') }).status).toBe('manual_authorization')
  expect(stateOf({ ...waiting, reason: reasonOf('consent.refused') }).status).toBe('failed')
})

test('a pause is no failure', () => {
  const paused = { status: 'paused' as const, reason: reasonOf('paused') }
  expect(stateOf(paused)).toMatchObject({ status: 'succeeded', failing: false })
  expect(stateOf({ ...paused, version: 0 })).toMatchObject({ status: 'pending', failing: false })
})

test('an artifact counts from when the secret had its environment', () => {
  expect(stateOf({ boundVersion: null }).activatedAt).toBeNull()
  expect(stateOf({ boundVersion: 1, sinceVersion: 1 }).activatedAt).toBeNull()
  expect(stateOf({ boundVersion: 1, version: 2 }).activatedAt).toBe(100)
})
