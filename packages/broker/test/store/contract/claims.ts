import { describe, expect, test } from 'vitest'
import type { Bench } from '../describe-store.ts'
import { claimOf, givenCredential, isClaim, leaseOf, outcomeOf, WORKSPACE } from '../rows.ts'

const dueClaim = (leaseId: string, now: number, limit = 100) => ({ now, leaseSeconds: 60, leaseId, limit })

export function describeClaims(bench: Bench): void {
  describe('claims', () => {
    test('a due token is claimed by one of many claimers only', async () => {
      const nodes = [bench.store, await bench.openNode(), await bench.openNode()]
      const ids = await Promise.all(
        Array.from({ length: 60 }, async (_, i) => (await givenCredential(bench.store, `c${i}`)).id),
      )
      const claimed: string[] = []
      await Promise.all(
        nodes.flatMap((node, n) =>
          Array.from({ length: 5 }, async (_, claimer) => {
            for (let round = 0; ; round += 1) {
              const claims = await node.tokens.claimDue(dueClaim(`${n}-${claimer}-${round}`, 1_000, 7))
              if (claims.length === 0) return
              claimed.push(...claims.map((claim) => claim.credential.id))
            }
          }),
        ),
      )
      // Those that were passed over while others held their rows are still there for the next round.
      for (;;) {
        const claims = await bench.store.tokens.claimDue(dueClaim('last', 1_000))
        if (claims.length === 0) break
        claimed.push(...claims.map((claim) => claim.credential.id))
      }
      expect(claimed.sort()).toEqual(ids.sort())
    })

    test('a single credential is leased to one of many who ask at once', async () => {
      const other = await bench.openNode()
      const { id } = await givenCredential(bench.store, 'one')
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => claimOf(i % 2 ? bench.store : other, id, `lease-${i}`, 1_000)),
      )
      expect(answers.filter(isClaim)).toHaveLength(1)
      expect(answers.filter((answer) => answer && !isClaim(answer))).toEqual(
        Array(19).fill({ held: true, leaseUntil: 1_060 }),
      )
    })

    test('the oldest due come first, with their credentials, and not more than asked for', async () => {
      await givenCredential(bench.store, 'later', 900)
      await givenCredential(bench.store, 'first', 700)
      await givenCredential(bench.store, 'second', 800)
      await givenCredential(bench.store, 'not yet', 1_001)
      await givenCredential(bench.store, 'never', null)
      const two = await bench.store.tokens.claimDue(dueClaim('a', 1_000, 2))
      expect(two.map((claim) => claim.credential.name)).toEqual(['first', 'second'])
      expect(two[0]).toMatchObject({ leaseId: 'a', leaseUntil: 1_060 })
      const rest = await bench.store.tokens.claimDue(dueClaim('b', 1_000))
      expect(rest.map((claim) => claim.credential.name)).toEqual(['later'])
      expect(rest[0]?.token).toEqual(await bench.store.tokens.get(WORKSPACE, rest[0]!.credential.id))
    })

    test('a claim is out of the way until its lease has run out, then it is due again', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      await bench.store.tokens.claimDue(dueClaim('a', 1_000))
      expect(await bench.store.tokens.nextDueAt()).toBe(1_061)
      expect(await bench.store.tokens.claimDue(dueClaim('b', 1_060))).toEqual([])
      expect(await claimOf(bench.store, id, 'b', 1_060)).toEqual({ held: true, leaseUntil: 1_060 })
      const [again] = await bench.store.tokens.claimDue(dueClaim('b', 1_061))
      expect(again?.credential.id).toBe(id)
    })

    test('a doubt outlives a lease that is given back', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      const mine = await leaseOf(bench.store, id, 'mine', 1_000)
      const expected = { expectedVersion: 0, expectedIntentId: null }
      await bench.store.tokens.saveIntent({
        ...keyOf(id),
        ...expected,
        leaseId: 'mine',
        intentId: 'i1',
        now: 1_010,
      })
      await bench.store.tokens.release(mine, { claimableAt: 1_020, now: 1_010 })
      expect(await bench.store.tokens.get(WORKSPACE, id)).toMatchObject({ leaseId: null, intentId: 'i1' })
      const [claim] = await bench.store.tokens.claimDue(dueClaim('next', 1_020))
      expect(claim?.token).toMatchObject({ intentId: 'i1', intentAt: 1_010 })
    })

    test('a credential that is born under a lease is not due for others', async () => {
      const { id } = await givenCredential(
        bench.store,
        'one',
        1_061,
        {},
        { leaseId: 'creator', leaseUntil: 1_060 },
      )
      expect(await claimOf(bench.store, id, 'b', 1_000)).toEqual({ held: true, leaseUntil: 1_060 })
    })

    test('a lease is given back by its holder only', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      const mine = await leaseOf(bench.store, id, 'mine', 1_000)
      await bench.store.tokens.release({ ...mine, leaseId: 'other' }, { claimableAt: 5, now: 1_000 })
      expect(await bench.store.tokens.get(WORKSPACE, id)).toMatchObject({
        leaseId: 'mine',
        claimableAt: 1_061,
      })
      await bench.store.tokens.release(mine, { claimableAt: 1_500, now: 1_000 })
      expect(await bench.store.tokens.get(WORKSPACE, id)).toMatchObject({
        leaseId: null,
        leaseUntil: null,
        claimableAt: 1_500,
      })
    })

    test('a claim says when the token was due', async () => {
      const { id } = await givenCredential(bench.store, 'one', 900)
      const { id: later } = await givenCredential(bench.store, 'two', 5_000)
      const { id: never } = await givenCredential(bench.store, 'three', null)
      const [due] = await bench.store.tokens.claimDue(dueClaim('a', 1_000))
      expect(due).toMatchObject({ dueAt: 900, token: { credentialId: id, claimableAt: 1_061 } })
      expect(await claimOf(bench.store, later, 'b', 1_000)).toMatchObject({ dueAt: 5_000 })
      expect(await claimOf(bench.store, never, 'c', 1_000)).toMatchObject({ dueAt: null })
      // Nobody ended the first lease: from then on it is due again.
      expect(await claimOf(bench.store, id, 'd', 1_100)).toMatchObject({ dueAt: 1_061 })
    })

    test('a token is made due at once unless somebody is at it', async () => {
      const { id } = await givenCredential(bench.store, 'one', 3_000)
      await bench.store.tokens.makeDue({ ...keyOf(id), claimableAt: 1_000 })
      expect(await bench.store.tokens.nextDueAt()).toBe(1_000)
      await claimOf(bench.store, id, 'mine', 1_000)
      await bench.store.tokens.makeDue({ ...keyOf(id), claimableAt: 1_000 })
      expect(await bench.store.tokens.nextDueAt()).toBe(1_061)
      bench.clock.now = 1_100
      await bench.store.tokens.makeDue({ ...keyOf(id), claimableAt: 1_100 })
      expect(await bench.store.tokens.nextDueAt()).toBe(1_100)
    })

    test('a claim of what is not there is null', async () => {
      expect(await claimOf(bench.store, 'unknown', 'a', 1_000)).toBeNull()
      expect(await bench.store.tokens.nextDueAt()).toBeNull()
    })

    test('an intent needs the lease while it runs, and the version that was read', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      await claimOf(bench.store, id, 'mine', 1_000)
      const expected = { expectedVersion: 0, expectedIntentId: null }
      const intent = { ...keyOf(id), leaseId: 'mine', ...expected, intentId: 'i1', now: 1_010 }
      expect(await bench.store.tokens.saveIntent({ ...intent, expectedIntentId: 'i0' })).toBe(false)
      expect(await bench.store.tokens.saveIntent({ ...intent, leaseId: 'other' })).toBe(false)
      expect(await bench.store.tokens.saveIntent({ ...intent, expectedVersion: 1 })).toBe(false)
      expect(await bench.store.tokens.saveIntent({ ...intent, now: 1_061 })).toBe(false)
      expect(await bench.store.tokens.saveIntent(intent)).toBe(true)
      expect(await bench.store.tokens.get(WORKSPACE, id)).toMatchObject({ intentId: 'i1', intentAt: 1_010 })
    })

    test('of intents that are written at once one stands, and its holder may write it again', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      await claimOf(bench.store, id, 'mine', 1_000)
      const intent = { ...keyOf(id), leaseId: 'mine', expectedVersion: 0, expectedIntentId: null }
      const names = ['i1', 'i2', 'i3']
      const saved = await Promise.all(
        names.map((intentId) => bench.store.tokens.saveIntent({ ...intent, intentId, now: 1_010 })),
      )
      expect(saved.filter(Boolean)).toHaveLength(1)
      const first = names[saved.indexOf(true)]!
      const again = { ...intent, expectedIntentId: first, intentId: first, now: 1_020 }
      expect(await bench.store.tokens.saveIntent(again)).toBe(true)
      expect(await bench.store.tokens.get(WORKSPACE, id)).toMatchObject({
        intentId: first,
        intentAt: 1_010,
        failures: 1,
      })
    })

    test('an intent that a late answer has ended is not written again', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      await claimOf(bench.store, id, 'late', 1_000)
      const expected = { expectedVersion: 0, expectedIntentId: null }
      const intent = { ...keyOf(id), ...expected, intentId: 'i1', leaseId: 'late', now: 1_010 }
      expect(await bench.store.tokens.saveIntent(intent)).toBe(true)
      const next = await claimOf(bench.store, id, 'next', 1_061)
      if (!isClaim(next)) throw new Error('not claimed')
      const { token: _, ...refused } = outcomeOf(
        { ...next, leaseId: 'late' },
        { intentId: 'i1', keepIntent: false },
      )
      expect(await bench.store.tokens.saveOutcome(refused)).toBe(true)
      const again = { ...intent, leaseId: 'next', expectedIntentId: 'i1', now: 1_062 }
      expect(await bench.store.tokens.saveIntent(again)).toBe(false)
      expect(await bench.store.tokens.get(WORKSPACE, id)).toMatchObject({ intentId: null, leaseId: 'next' })
    })

    test('a journal is kept by the holder of the lease or of the intent', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      await claimOf(bench.store, id, 'mine', 1_000)
      await bench.store.tokens.saveIntent({
        ...keyOf(id),
        leaseId: 'mine',
        expectedVersion: 0,
        expectedIntentId: null,
        intentId: 'i1',
        now: 1_010,
      })
      const journal = new Uint8Array([4, 5])
      expect(
        await bench.store.tokens.saveJournal({ ...keyOf(id), leaseId: 'other', intentId: null, journal }),
      ).toBe(false)
      expect(
        await bench.store.tokens.saveJournal({ ...keyOf(id), leaseId: 'other', intentId: 'i1', journal }),
      ).toBe(true)
      expect((await bench.store.tokens.get(WORKSPACE, id))?.journal).toEqual(journal)
      const claim = await claimOf(bench.store, id, 'next', 1_100)
      if (!isClaim(claim)) throw new Error('not claimed')
      await bench.store.tokens.saveOutcome(outcomeOf(claim))
      expect((await bench.store.tokens.get(WORKSPACE, id))?.journal).toBeNull()
    })

    test('a learned life is remembered', async () => {
      const { id } = await givenCredential(bench.store, 'one')
      await bench.store.tokens.saveLearned({ ...keyOf(id), learnedSeconds: 1_800 })
      expect((await bench.store.tokens.get(WORKSPACE, id))?.learnedSeconds).toBe(1_800)
    })
  })
}

const keyOf = (credentialId: string) => ({ workspaceId: WORKSPACE, credentialId })
