import { describe, expect, test } from 'vitest'
import type { Claim, CredentialRow } from '../../../src/store/store.ts'
import type { Bench } from '../describe-store.ts'
import { auditOf, givenCredential, leaseOf, NEW_TOKEN, outcomeOf, WORKSPACE } from '../rows.ts'

export function describeOutcomes(bench: Bench): void {
  async function givenClaim(leaseId = 'mine', now = 1_000): Promise<Claim> {
    const { id } = await givenCredential(bench.store, 'one')
    return claimAgain(id, leaseId, now)
  }
  const claimAgain = (id: string, leaseId: string, now: number) => leaseOf(bench.store, id, leaseId, now)
  const tokenOf = (claim: Claim) => bench.store.tokens.get(WORKSPACE, claim.credential.id)
  const credentialOf = (claim: Claim) => bench.store.credentials.getById(WORKSPACE, claim.credential.id)
  const saveIntent = (claim: Claim, intentId: string) =>
    bench.store.tokens.saveIntent({
      workspaceId: WORKSPACE,
      credentialId: claim.credential.id,
      leaseId: claim.leaseId,
      expectedVersion: claim.token.version,
      expectedIntentId: claim.token.intentId,
      intentId,
      now: claim.leaseUntil - 60,
    })

  describe('outcomes', () => {
    test('a token is saved with all its facts, and the lease ends with it', async () => {
      const claim = await givenClaim()
      await saveIntent(claim, 'i1')
      expect(
        await bench.store.tokens.saveOutcome(outcomeOf(claim, { token: { ...NEW_TOKEN, rotates: true } })),
      ).toBe(true)
      expect(await tokenOf(claim)).toEqual({
        ...claim.token,
        ...NEW_TOKEN,
        version: 1,
        rotates: true,
        claimableAt: 4_000,
        leaseId: null,
        leaseUntil: null,
        intentId: null,
        intentAt: null,
        updatedAt: 1_001,
      })
    })

    test('a failure keeps the token, counts, and tells why', async () => {
      const first = await givenClaim()
      await bench.store.tokens.saveOutcome(outcomeOf(first))
      const claim = await claimAgain(first.credential.id, 'second', 4_000)
      const reason = {
        code: 'exchange.unavailable',
        detail: 'It answered 503.',
        since: 4_000,
        mender: 'provider',
      } as const
      const { token: _, ...failed } = outcomeOf(claim, {
        failures: 3,
        claimableAt: 4_030,
        condition: { status: 'degraded', reason },
        journal: new Uint8Array([1]),
        now: 4_001,
      })
      expect(await bench.store.tokens.saveOutcome(failed)).toBe(true)
      expect(await tokenOf(claim)).toMatchObject({
        ...NEW_TOKEN,
        version: 1,
        failures: 3,
        claimableAt: 4_030,
        journal: new Uint8Array([1]),
        leaseId: null,
      })
      expect(await credentialOf(claim)).toMatchObject({ status: 'degraded', reason })
    })

    test('what was learned about rotation is not forgotten by an answer that says nothing', async () => {
      const claim = await givenClaim()
      await bench.store.tokens.saveOutcome(outcomeOf(claim, { token: { ...NEW_TOKEN, rotates: true } }))
      const second = await claimAgain(claim.credential.id, 'second', 4_000)
      await bench.store.tokens.saveOutcome(outcomeOf(second))
      expect(await tokenOf(claim)).toMatchObject({ version: 2, rotates: true })
    })

    test('an owner who is late is fenced off once another has the lease', async () => {
      const late = await givenClaim('late')
      const next = await claimAgain(late.credential.id, 'next', 1_061)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(late))).toBe(false)
      expect(await tokenOf(late)).toEqual(next.token)
    })

    test('an outcome for a version that has passed is refused', async () => {
      const claim = await givenClaim()
      await bench.store.tokens.saveOutcome(outcomeOf(claim))
      const second = await claimAgain(claim.credential.id, 'second', 4_000)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(second, { expectedVersion: 0 }))).toBe(false)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(second, { expectedVersion: 2 }))).toBe(false)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(second))).toBe(true)
    })

    test('a late answer is saved by its intent, and leaves the lease of the next one alone', async () => {
      const late = await givenClaim('late')
      await saveIntent(late, 'i1')
      const next = await claimAgain(late.credential.id, 'next', 1_061)
      expect(next.token.intentId).toBe('i1')
      expect(await bench.store.tokens.saveOutcome(outcomeOf(late, { intentId: 'other' }))).toBe(false)
      const saved = outcomeOf(late, { intentId: 'i1', claimableAt: 1_070 })
      expect(await bench.store.tokens.saveOutcome(saved)).toBe(true)
      // Due again, but the lease of the next one still runs.
      expect(
        await bench.store.tokens.claimDue({ now: 1_100, leaseSeconds: 60, leaseId: 'c', limit: 9 }),
      ).toEqual([])
      expect(await tokenOf(late)).toMatchObject({
        version: 1,
        intentId: null,
        leaseId: 'next',
        leaseUntil: 1_121,
      })
      expect(await bench.store.tokens.saveOutcome(outcomeOf(next))).toBe(false)
    })

    test('a late answer without a token ends its own intent, and none that was written again', async () => {
      const late = await givenClaim('late')
      await saveIntent(late, 'i1')
      const next = await claimAgain(late.credential.id, 'next', 1_061)
      expect(await saveIntent(next, 'i1')).toBe(true)
      const { token: _, ...nothing } = outcomeOf(late, { intentId: 'i1' })
      expect(await bench.store.tokens.saveOutcome(nothing)).toBe(false)
      expect(await tokenOf(late)).toMatchObject({ intentId: 'i1', leaseId: 'next' })
      expect(await bench.store.tokens.saveOutcome({ ...nothing, leaseId: 'next' })).toBe(true)
      expect(await tokenOf(late)).toMatchObject({ intentId: null, leaseId: null })
    })

    test('a doubt that a late answer has ended is not kept', async () => {
      const late = await givenClaim('late')
      await saveIntent(late, 'i1')
      const next = await claimAgain(late.credential.id, 'next', 1_061)
      const { token: _, ...nothing } = outcomeOf(late, { intentId: 'i1', claimableAt: 1_070 })
      expect(await bench.store.tokens.saveOutcome(nothing)).toBe(true)
      const { token: __, ...doubt } = outcomeOf(next, { intentId: 'i1', keepIntent: true })
      expect(await bench.store.tokens.saveOutcome(doubt)).toBe(false)
      expect(await tokenOf(late)).toMatchObject({ intentId: null, claimableAt: 1_070 })
    })

    test('a token ends the doubt, also where it comes late', async () => {
      const late = await givenClaim('late')
      await saveIntent(late, 'i1')
      await claimAgain(late.credential.id, 'next', 1_061)
      const saved = outcomeOf(late, { intentId: 'i1', keepIntent: true })
      expect(await bench.store.tokens.saveOutcome(saved)).toBe(true)
      expect(await tokenOf(late)).toMatchObject({ version: 1, intentId: null })
    })

    test('a lease that ran out without a successor still saves', async () => {
      const claim = await givenClaim()
      expect(await bench.store.tokens.saveOutcome(outcomeOf(claim, { now: 1_500 }))).toBe(true)
    })

    test('an intent is kept when the answer never came, and the row becomes due again', async () => {
      const claim = await givenClaim()
      await saveIntent(claim, 'i1')
      const { token: _, ...lost } = outcomeOf(claim, {
        intentId: 'i1',
        keepIntent: true,
        claimableAt: 1_100,
      })
      await bench.store.tokens.saveOutcome(lost)
      expect(await tokenOf(claim)).toMatchObject({ intentId: 'i1', leaseId: null, version: 0 })
      const [doubtful] = await bench.store.tokens.claimDue({
        now: 1_100,
        leaseSeconds: 60,
        leaseId: 'b',
        limit: 9,
      })
      expect(doubtful?.token).toMatchObject({ intentId: 'i1', intentAt: 1_000 })
    })

    test('a crash behind the intent leaves a row that is claimed with its intent', async () => {
      const claim = await givenClaim()
      await saveIntent(claim, 'i1')
      const [found] = await bench.store.tokens.claimDue({
        now: 1_061,
        leaseSeconds: 60,
        leaseId: 'b',
        limit: 9,
      })
      expect(found?.token).toMatchObject({ intentId: 'i1', leaseId: 'b' })
    })

    async function update(claim: Claim, fields: Partial<CredentialRow>, token = {}): Promise<boolean> {
      const row = await credentialOf(claim)
      if (!row) throw new Error('gone')
      return bench.store.credentials.update(
        { ...row, ...fields, revision: row.revision + 1 },
        row.revision,
        token,
        auditOf(row.id),
      )
    }

    test('an exchange under way saves nothing once a refresh token is entered by hand', async () => {
      const claim = await givenClaim()
      await saveIntent(claim, 'i1')
      expect(await update(claim, { configRevision: 2 }, { claimableAt: 1_010, clearIntent: true })).toBe(true)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(claim, { intentId: 'i1' }))).toBe(false)
      // It may still be on the wire: nobody asks beside it.
      const next = { now: 1_060, leaseSeconds: 60, leaseId: 'next', limit: 9 }
      expect(await bench.store.tokens.claimDue(next)).toEqual([])
      expect(await bench.store.tokens.claimDue({ ...next, now: 1_061 })).toHaveLength(1)
    })

    test('an exchange under way whose lease is ended saves nothing, and another begins at once', async () => {
      const claim = await givenClaim()
      expect(await update(claim, { configRevision: 2 }, { claimableAt: 1_010, endLease: true })).toBe(true)
      expect(await saveIntent(claim, 'i1')).toBe(false)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(claim))).toBe(false)
      const next = { now: 1_010, leaseSeconds: 60, leaseId: 'next', limit: 9 }
      expect(await bench.store.tokens.claimDue(next)).toHaveLength(1)
    })

    test('an exchange under way that has written an intent keeps its lease', async () => {
      const claim = await givenClaim()
      await saveIntent(claim, 'i1')
      await update(claim, { configRevision: 2 }, { claimableAt: 1_010, endLease: true })
      const next = { now: 1_060, leaseSeconds: 60, leaseId: 'next', limit: 9 }
      expect(await bench.store.tokens.claimDue(next)).toEqual([])
      expect(await bench.store.tokens.saveOutcome(outcomeOf(claim, { intentId: 'i1' }))).toBe(true)
    })

    test('a pause under way keeps the token that comes, and stops the next refresh', async () => {
      const claim = await givenClaim()
      await update(claim, { status: 'paused' })
      expect(await bench.store.tokens.saveOutcome(outcomeOf(claim))).toBe(true)
      expect(await tokenOf(claim)).toMatchObject({ version: 1, claimableAt: null })
      expect((await credentialOf(claim))?.status).toBe('paused')
      expect(
        await bench.store.tokens.claimDue({ now: 9_999, leaseSeconds: 60, leaseId: 'b', limit: 9 }),
      ).toEqual([])
    })

    test('nothing makes a paused credential due until it is resumed', async () => {
      const claim = await givenClaim()
      await update(claim, { status: 'paused' })
      const key = { workspaceId: WORKSPACE, credentialId: claim.credential.id }
      await bench.store.tokens.release(claim, { claimableAt: 1_000, now: 1_000 })
      await bench.store.tokens.makeDue({ ...key, claimableAt: 1_000 })
      await update(claim, { labels: { a: 'b' } }, { claimableAt: 1_000 })
      const forced = await claimAgain(claim.credential.id, 'forced', 1_000)
      expect(await bench.store.tokens.nextDueAt()).toBeNull()
      await bench.store.tokens.release(forced, { claimableAt: 1_000, now: 1_000 })
      await update(claim, { status: 'active' }, { claimableAt: 1_000 })
      expect(await bench.store.tokens.nextDueAt()).toBe(1_000)
    })

    test('a configuration that changes under way makes the token due at once', async () => {
      const claim = await givenClaim()
      await update(claim, { configRevision: 2 })
      expect(await bench.store.tokens.saveOutcome(outcomeOf(claim, { now: 1_007 }))).toBe(true)
      expect(await tokenOf(claim)).toMatchObject({ version: 1, claimableAt: 1_007 })
    })

    test('what becomes due under a lease is not forgotten when the lease is given back', async () => {
      const changed = await givenClaim()
      await update(changed, { configRevision: 2 }, { claimableAt: 1_000 })
      await bench.store.tokens.release(changed, { claimableAt: 5_000, now: 1_007 })
      expect(await tokenOf(changed)).toMatchObject({ leaseId: null, claimableAt: 1_007 })

      await update(changed, { status: 'paused' })
      const paused = await claimAgain(changed.credential.id, 'forced', 1_010)
      await update(changed, { status: 'active' }, { claimableAt: 5_000 })
      await bench.store.tokens.release(paused, { claimableAt: null, now: 1_010 })
      expect(await tokenOf(changed)).toMatchObject({ leaseId: null, claimableAt: 5_000 })
    })

    test('what an update makes due waits for the lease that is held', async () => {
      const claim = await givenClaim()
      await update(claim, { configRevision: 2 }, { claimableAt: 1_000 })
      expect(await bench.store.tokens.nextDueAt()).toBe(1_061)
    })

    test('a deletion under way wins', async () => {
      const claim = await givenClaim()
      const last = await bench.store.credentials.delete(WORKSPACE, claim.credential.id, auditOf('one'))
      expect(last?.leaseId).toBe('mine')
      const exchange = exchangeOf(claim)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(claim, { exchange }))).toBe(false)
      expect(await bench.store.exchanges.last(WORKSPACE, claim.credential.id)).toBeUndefined()
      expect(await tokenOf(claim)).toBeUndefined()
    })

    test('the exchange record is saved with the outcome, once', async () => {
      const claim = await givenClaim()
      const exchange = exchangeOf(claim)
      await bench.store.tokens.saveOutcome(outcomeOf(claim, { exchange }))
      expect(await bench.store.exchanges.last(WORKSPACE, claim.credential.id)).toEqual(exchange)
      const second = await claimAgain(claim.credential.id, 'second', 4_000)
      expect(await bench.store.tokens.saveOutcome(outcomeOf(second, { exchange }))).toBe(true)
      expect(await tokenOf(claim)).toMatchObject({ version: 2 })
    })

    test('text that no database keeps is replaced, never a reason to lose the token', async () => {
      const claim = await givenClaim()
      const exchange = { ...exchangeOf(claim), record: { 'a\0': 'b\0c', d: ['\ud800', '\\u0000', 'ü'] } }
      const detail = 'It said \0 and \udfff.'
      const reason = { code: 'x', detail, since: 1, mender: 'nobody' } as const
      const saved = await bench.store.tokens.saveOutcome(
        outcomeOf(claim, {
          token: { ...NEW_TOKEN, tokenType: 'Bea\0rer' },
          exchange,
          condition: { status: 'degraded', reason },
        }),
      )
      expect(saved).toBe(true)
      expect((await tokenOf(claim))?.tokenType).toBe('Bea\ufffdrer')
      expect((await bench.store.exchanges.last(WORKSPACE, claim.credential.id))?.record).toEqual({
        'a\ufffd': 'b\ufffdc',
        d: ['\ufffd', '\\u0000', 'ü'],
      })
      expect((await credentialOf(claim))?.reason?.detail).toBe('It said \ufffd and \ufffd.')
    })

    test('many outcomes at once are saved each by its own merit', async () => {
      const claims = await Promise.all(
        Array.from({ length: 150 }, async (_, i) => {
          const { id } = await givenCredential(bench.store, `c${i}`)
          return claimAgain(id, `lease-${i}`, 1_000)
        }),
      )
      const saved = await Promise.all(
        claims.map((claim, i) =>
          bench.store.tokens.saveOutcome(
            outcomeOf(claim, {
              ...(i % 3 === 0 && { leaseId: 'stolen' }),
              token: { ...NEW_TOKEN, sealed: new Uint8Array(2_500).fill(i) },
              exchange: exchangeOf(claim),
            }),
          ),
        ),
      )
      expect(saved).toEqual(claims.map((_, i) => i % 3 !== 0))
      const tokens = await Promise.all(claims.map(tokenOf))
      expect(tokens.map((token) => token?.version)).toEqual(claims.map((_, i) => (i % 3 === 0 ? 0 : 1)))
      expect(tokens[100]?.sealed).toEqual(new Uint8Array(2_500).fill(100))
    })

    test('of many outcomes for one token a single one is saved', async () => {
      const claim = await givenClaim()
      const saved = await Promise.all(
        Array.from({ length: 30 }, () => bench.store.tokens.saveOutcome(outcomeOf(claim))),
      )
      expect(saved.filter(Boolean)).toHaveLength(1)
      expect((await tokenOf(claim))?.version).toBe(1)
    })
  })
}

function exchangeOf(claim: Claim) {
  return {
    workspaceId: WORKSPACE,
    id: `exchange of ${claim.credential.id}`,
    credentialId: claim.credential.id,
    credentialName: claim.credential.name,
    startedAt: 1_000,
    durationMs: 12,
    trigger: 'due',
    kind: 'token',
    record: { status: 200 },
  }
}
