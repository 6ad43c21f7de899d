import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type SavePorts, saveNewest } from '../../src/operations/save-newest.ts'
import { openStore } from '../../src/store/open.ts'
import type { Claim, ExchangeRow, Outcome, Store } from '../../src/store/store.ts'
import { auditOf, claimOf, givenCredential, leaseOf, NEW_TOKEN, outcomeOf, WORKSPACE } from '../store/rows.ts'

/** Two exchanges of one credential overlap, since a node was away for longer than its lease: the newer one counts. */
let dir: string
let store: Store
let credentialId: string
let nowMs: number
/** What else happens whenever somebody waits for a lease. */
let meanwhile: () => Promise<unknown>
beforeEach(async () => {
  nowMs = 1_000_000
  dir = mkdtempSync(join(tmpdir(), 'bursar-newest-'))
  store = await openStore({ dataDir: dir }, { now: () => nowMs / 1000, pollSeconds: 60, log: () => {} })
  meanwhile = async () => {}
  credentialId = (await givenCredential(store, 'one')).id
})
afterEach(async () => {
  await store.close()
  rmSync(dir, { recursive: true, force: true })
})

const save = (outcome: Outcome, patienceMs = 1_000) => {
  const clock = {
    now: () => Math.floor(nowMs / 1000),
    monotonicMs: () => nowMs,
    wait: async (ms: number) => {
      nowMs += ms
      await meanwhile()
    },
  }
  const ports = { store, clock, settings: { leaseSeconds: 60 }, random: { text: () => 'again' } }
  return saveNewest(ports as unknown as SavePorts, outcome, patienceMs)
}

const claimAt = (leaseId: string, now: number) => leaseOf(store, credentialId, leaseId, now)
const intend = ({ leaseId, token, leaseUntil }: Claim, intentId: string) => {
  const expected = { expectedVersion: token.version, expectedIntentId: token.intentId }
  const at = { workspaceId: WORKSPACE, credentialId, leaseId, ...expected, intentId, now: leaseUntil - 60 }
  return store.tokens.saveIntent(at)
}
const row = async () => (await store.tokens.get(WORKSPACE, credentialId))!

/** The end of an exchange that began with its claim and brought the token `byte`. */
function endOf(claim: Claim, byte: number, fields: Partial<Outcome> = {}): Outcome {
  const startedAt = claim.leaseUntil - 60
  const exchange: ExchangeRow = {
    workspaceId: WORKSPACE,
    id: `exchange-${byte}`,
    credentialId,
    credentialName: 'one',
    startedAt,
    durationMs: 10,
    trigger: 'due',
    kind: 'token',
    record: { token: {} },
  }
  const token = { ...NEW_TOKEN, sealed: new Uint8Array([byte]) }
  return outcomeOf(claim, { token, exchange, replaces: 'older', ...fields })
}

/** One node spent a refresh token and was away; another, behind its lease, signed in. */
async function overlap(): Promise<{ late: Outcome; signIn: Outcome; second: Claim }> {
  const first = await claimAt('first', 1_000)
  await intend(first, 'intent')
  const second = await claimAt('second', 1_061)
  nowMs = 1_062_000
  return { late: endOf(first, 1, { intentId: 'intent' }), signIn: endOf(second, 2), second }
}

test('what a late answer has saved is replaced by the token of who still holds the lease', async () => {
  const { late, signIn } = await overlap()
  expect(await save(late)).toBe('saved')
  expect(await save(signIn)).toBe('saved')
  expect(await row()).toMatchObject({ sealed: new Uint8Array([2]), version: 2, leaseId: null })
})

test('so it is where the lease has run out as well, and nobody has brought anything since', async () => {
  const { late, signIn } = await overlap()
  await save(late)
  const third = await claimAt('third', 1_130)
  await store.tokens.release(third, { claimableAt: third.dueAt, now: 1_131 })
  nowMs = 1_132_000
  expect(await save(signIn)).toBe('saved')
  expect((await row()).sealed).toEqual(new Uint8Array([2]))
})

test('a token that came of a later exchange stays, and the row is due when it was', async () => {
  const { late, signIn } = await overlap()
  await save(late)
  const third = await claimAt('third', 1_130)
  await save(endOf(third, 3))
  expect(await save(signIn)).toBe('fenced')
  expect(await row()).toMatchObject({ sealed: new Uint8Array([3]), leaseId: null, claimableAt: 4_000 })
})

test('a later exchange that brought nothing changes nothing of that', async () => {
  const { late, signIn } = await overlap()
  await save(late)
  const third = await claimAt('third', 1_130)
  const { token: _, ...refused } = endOf(third, 3)
  await save({ ...refused, exchange: { ...refused.exchange!, kind: 'refused', record: {} } })
  expect(await save(signIn)).toBe('saved')
})

test('a later exchange that is under way is waited for', async () => {
  const { late, signIn } = await overlap()
  await save(late)
  const third = await claimAt('third', 1_130)
  nowMs = 1_131_000
  meanwhile = () => store.tokens.saveOutcome(endOf(third, 3))
  expect(await save(signIn)).toBe('fenced')
  expect((await row()).sealed).toEqual(new Uint8Array([3]))
})

test('who holds the credential for longer than one waits is left alone, and it may be saved later', async () => {
  const { late, signIn } = await overlap()
  await save(late)
  await claimAt('third', 1_130)
  nowMs = 1_131_000
  expect(await save(signIn)).toBe('held')
  nowMs = 1_200_000
  expect(await save(signIn, 0)).toBe('saved')
})

test('what was saved before, unknown to who saved it, is not saved over what came of it', async () => {
  const { signIn } = await overlap()
  expect(await save(signIn)).toBe('saved')
  const third = await claimAt('third', 1_130)
  await intend(third, 'spends the new one')
  await store.tokens.release(third, { claimableAt: 1_131, now: 1_131 })
  expect(await save(signIn)).toBe('fenced')
  expect((await row()).intentId).toBe('spends the new one')
})

test('what a person has entered meanwhile stays; what a person brought replaces whatever came of an exchange', async () => {
  const { late, signIn, second } = await overlap()
  await save(late)
  const { credential } = second
  const entered = { ...credential, revision: credential.revision + 1, configRevision: 2 }
  const next = { sealed: null, clearIntent: true, claimableAt: 1_062 }
  await store.credentials.update(entered, credential.revision, next, auditOf(credentialId))
  nowMs = 1_130_000
  expect(await save(signIn)).toBe('fenced')
  expect((await row()).sealed).toBeNull()
  expect(await save({ ...signIn, replaces: 'any' })).toBe('saved')
})

test('without a refresh token of its own, or of a credential that is gone, it is let go', async () => {
  const { late, signIn } = await overlap()
  await save(late)
  const { replaces: _, ...bare } = signIn
  expect(await save(bare)).toBe('fenced')
  await store.credentials.delete(WORKSPACE, credentialId, auditOf(credentialId))
  expect(await save(signIn)).toBe('fenced')
  expect(await claimOf(store, credentialId, 'any', 2_000)).toBeNull()
})
