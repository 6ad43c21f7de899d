import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openStore } from '../../packages/broker/src/store/open.ts'
import type { Claim, CredentialRow, Outcome, Store } from '../../packages/broker/src/store/store.ts'
import { MemoryTokens } from './memory-tokens.ts'
import { firstState } from './world.ts'

let store: Store
let folder: string
const NOW = 1_000_000

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'bursar-model-'))
  store = await openStore({ dataDir: folder }, { now: () => NOW, pollSeconds: 60, log: () => {} })
})
afterAll(async () => {
  await store.close()
  rmSync(folder, { recursive: true, force: true })
})

const small = fc.integer({ min: 0, max: 3 })
const name = fc.constantFrom('a', 'b', 'c')
const now = small.map((n) => NOW + 5 * n)
const step = fc.oneof(
  fc.record({ verb: fc.constant('claimDue' as const), now, leaseId: name }),
  fc.record({ verb: fc.constant('claim' as const), now, leaseId: name }),
  fc.record({
    verb: fc.constant('saveIntent' as const),
    now,
    leaseId: name,
    intentId: name,
    expectedIntentId: fc.option(name),
    version: small,
  }),
  fc.record({ verb: fc.constant('release' as const), now, leaseId: name, claimableAt: fc.option(now) }),
  fc.record({
    verb: fc.constant('update' as const),
    now,
    paused: fc.boolean(),
    enters: fc.boolean(),
    due: fc.boolean(),
    version: fc.option(small),
  }),
  fc.record({
    verb: fc.constant('saveOutcome' as const),
    now,
    leaseId: name,
    intentId: fc.option(name),
    version: small,
    token: fc.boolean(),
    keepIntent: fc.boolean(),
  }),
)

test('the token table of the model answers and keeps what the real one does', async () => {
  let runs = 0
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 14 }), async (steps) => {
      runs += 1
      const first = firstState({ graceSeconds: 0 })
      const id = `c${runs}`
      first.credential = { ...first.credential, id, name: id }
      first.token = { ...first.token, credentialId: id }
      const at = { workspaceId: 'default', credentialId: id }
      first.token.workspaceId = 'default'
      first.credential.workspaceId = 'default'
      const model = new MemoryTokens(first)
      const audit = { workspaceId: 'default', at: NOW, actor: 'system', action: 'x', subject: id, detail: {} }
      const born = { claimableAt: NOW, leaseId: null, leaseUntil: null }
      expect(await store.credentials.insert(structuredClone(first.credential), born, audit)).toBe(true)
      const claims: Claim[] = []
      for (const each of steps) {
        const { verb } = each
        if (verb === 'claimDue') {
          const claim = { now: each.now, leaseSeconds: 10, leaseId: each.leaseId, limit: 1 }
          const [real] = await store.tokens.claimDue(claim)
          const [mine] = model.claimDue(claim)
          expect([real?.token, real?.dueAt]).toEqual([mine?.token, mine?.dueAt])
          if (mine) claims.push(mine)
        } else if (verb === 'claim') {
          const claim = { ...at, now: each.now, leaseSeconds: 10, leaseId: each.leaseId }
          const real = await store.tokens.claim(claim)
          const mine = model.claim(claim)
          expect(real && 'held' in real).toBe(mine && 'held' in mine)
          if (mine !== null && !('held' in mine)) {
            expect(real).toMatchObject({ dueAt: mine.dueAt })
            claims.push(mine)
          }
        } else if (verb === 'saveIntent') {
          const intent = { ...at, ...each, expectedVersion: each.version }
          expect(await store.tokens.saveIntent(intent)).toBe(model.saveIntent(intent))
        } else if (verb === 'release') {
          const claim = claims.findLast(({ leaseId }) => leaseId === each.leaseId)
          if (claim === undefined) continue
          const next = { claimableAt: each.claimableAt, now: each.now }
          await store.tokens.release(structuredClone(claim), next)
          model.release(claim, next)
        } else if (verb === 'update') {
          const row = changed(model.state.credential, each)
          const token = {
            ...(each.due && { claimableAt: each.now }),
            ...(each.enters && { sealed: new Uint8Array([7]), clearIntent: true }),
            ...(each.version !== null && { expectedVersion: each.version }),
          }
          const { revision } = model.state.credential
          const real = await store.credentials.update(structuredClone(row), revision, token, audit)
          expect(real).toBe(model.updateCredential(row, revision, token))
        } else {
          const outcome = outcomeOf(at, each)
          expect(await store.tokens.saveOutcome(structuredClone(outcome))).toBe(model.saveOutcome(outcome))
        }
        expect(await store.tokens.get('default', id)).toEqual(model.row)
      }
      await store.credentials.delete('default', id, audit)
    }),
    { numRuns: 120 },
  )
})

function changed(
  credential: CredentialRow,
  { now, paused, enters }: { now: number; paused: boolean; enters: boolean },
): CredentialRow {
  return {
    ...credential,
    status: paused ? 'paused' : 'active',
    revision: credential.revision + 1,
    configRevision: credential.configRevision + Number(enters),
    updatedAt: now,
  }
}

function outcomeOf(
  at: { workspaceId: string; credentialId: string },
  {
    now,
    leaseId,
    intentId,
    version,
    token,
    keepIntent,
  }: {
    now: number
    leaseId: string
    intentId: string | null
    version: number
    token: boolean
    keepIntent: boolean
  },
): Outcome {
  const fresh = {
    sealed: new Uint8Array([version, 1, 2]),
    tokenType: 'Bearer',
    issuedAt: now,
    expiresAt: now + 60,
    expiresFrom: 'response' as const,
    refreshDueAt: now + 30,
    rotates: true,
  }
  return {
    ...at,
    expectedVersion: version,
    leaseId,
    intentId,
    ...(token && { token: fresh }),
    claimableAt: now + 3,
    expectedConfigRevision: 1,
    failures: 1,
    journal: null,
    keepIntent,
    condition: null,
    announce: false,
    exchange: null,
    now,
  }
}
