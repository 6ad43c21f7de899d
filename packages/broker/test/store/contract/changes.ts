import { describe, expect, test } from 'vitest'
import type { Change, Store } from '../../../src/store/store.ts'
import type { Bench } from '../describe-store.ts'
import { auditOf, claimOf, givenCredential, isClaim, outcomeOf, until, WORKSPACE } from '../rows.ts'

export function describeChanges(bench: Bench): void {
  function hear(store: Store): Change[] {
    const heard: Change[] = []
    store.onChange((changes) => heard.push(...changes))
    return heard
  }
  const about = (heard: readonly Change[], subject: string) =>
    heard.filter((change) => change.subject === subject)

  describe('changes', () => {
    test('a node hears its own changes at once and another soon, each once', async () => {
      const other = await bench.openNode()
      const [own, foreign] = [hear(bench.store), hear(other)]
      const { id } = await givenCredential(bench.store, 'one')
      const change = { kind: 'credential', workspaceId: WORKSPACE, subject: id }
      expect(own).toEqual([change])
      await until(() => about(foreign, id).length > 0, 'the other node hears of the credential')
      await givenCredential(other, 'two')
      await until(() => own.length > 1, 'the first node hears of the second credential')
      expect(about(own, id)).toEqual([change])
      expect(about(foreign, id)).toEqual([change])
    })

    test('callers, providers and deletions are told', async () => {
      const other = await bench.openNode()
      const heard = hear(other)
      const { id } = await givenCredential(bench.store, 'one')
      await bench.store.credentials.delete(WORKSPACE, id, auditOf(id))
      await bench.store.providers.insert(
        { workspaceId: WORKSPACE, name: 'p', recipe: {}, title: null, createdAt: 1 },
        auditOf('p'),
      )
      const caller = {
        id: 'c',
        name: 'c',
        keyHash: 'h',
        scopes: [],
        expiresAt: null,
        lastUsedAt: null,
        createdAt: 1,
      }
      await bench.store.callers.insert({ workspaceId: WORKSPACE, ...caller }, auditOf('c'))
      await bench.store.callers.delete(WORKSPACE, 'c', auditOf('c'))
      await until(() => heard.length >= 5, 'all five changes are heard')
      expect(heard.map(({ kind, subject }) => [kind, subject])).toEqual([
        ['credential', id],
        ['credential', id],
        ['provider', 'p'],
        ['caller', 'c'],
        ['caller', 'c'],
      ])
    })

    test('an outcome is announced when it must be, and a unit that is undone tells nothing', async () => {
      const other = await bench.openNode()
      const { id } = await givenCredential(bench.store, 'one')
      const [own, foreign] = [hear(bench.store), hear(other)]
      const claim = await claimOf(bench.store, id, 'mine', 1_000)
      if (!isClaim(claim)) throw new Error('not claimed')
      await bench.store.tokens.saveOutcome(outcomeOf(claim, { leaseId: 'stolen', announce: true }))
      expect(own).toEqual([])
      await bench.store.tokens.saveOutcome(outcomeOf(claim, { announce: true }))
      expect(own).toEqual([{ kind: 'token', workspaceId: WORKSPACE, subject: id }])
      await until(() => foreign.some(({ kind }) => kind === 'token'), 'the other node hears of the token')
    })

    test('what stands in no other table is told to every node', async () => {
      const other = await bench.openNode()
      const [own, foreign] = [hear(bench.store), hear(other)]
      const change = { kind: 'pause', workspaceId: WORKSPACE, subject: 'somebody 1000' } as const
      await bench.store.announce(change)
      expect(own).toEqual([change])
      await until(() => foreign.length > 0, 'the other node hears of it')
      expect(foreign).toEqual([change])
    })

    test('a listener that fails does not keep others from hearing', async () => {
      bench.store.onChange(() => {
        throw new Error('broken listener')
      })
      const heard = hear(bench.store)
      await givenCredential(bench.store, 'one')
      expect(heard).toHaveLength(1)
    })

    test('who no longer listens is not called', async () => {
      const heard: Change[] = []
      const stop = bench.store.onChange((changes) => heard.push(...changes))
      stop()
      await givenCredential(bench.store, 'one')
      expect(heard).toEqual([])
    })

    test('the contact follows the clock while the database answers', async () => {
      bench.clock.now = 1_234
      await until(() => bench.store.lastContactAt === 1_234, 'a poll under the new time')
    })

    test('a node that was away for too long is told to forget everything', async () => {
      const heard = hear(bench.store)
      bench.clock.now += 3_300
      await until(() => heard.some(({ kind }) => kind === 'reset'), 'the reset')
      const { id } = await givenCredential(await bench.openNode(), 'after')
      await until(() => about(heard, id).length > 0, 'the feed goes on')
    })

    test('a database that was set back to an older state is noticed', async () => {
      const other = await bench.openNode()
      const heard = hear(other)
      for (let i = 0; i < 3; i += 1) await givenCredential(bench.store, `c${i}`)
      await until(() => heard.length === 3, 'the three credentials')
      const polled = other.lastContactAt
      bench.clock.now += 1
      await until(() => other.lastContactAt > polled, 'a poll that has seen them')
      await bench.sql('DELETE FROM changes WHERE seq > 1')
      await until(() => heard.some(({ kind }) => kind === 'reset'), 'the reset')
    })

    test('old changes are forgotten, but never the newest', async () => {
      await bench.sql(`INSERT INTO changes (workspace_id, kind, subject, at)
        VALUES ('w', 'token', 'old', 1), ('w', 'token', 'newest', 2)`)
      const other = await bench.openNode()
      bench.clock.now = 5_000
      await until(() => other.lastContactAt === 5_000, 'a poll under the new time')
      await bench.sql('CREATE TABLE probe (n integer PRIMARY KEY)')
      await until(async () => {
        // Fails until only the newest is left.
        const left = `INSERT INTO probe SELECT 1 FROM changes WHERE subject = 'old' UNION ALL SELECT 1`
        return bench.sql(`${left}; DELETE FROM probe`).then(
          () => true,
          () => false,
        )
      }, 'the old change is gone')
    })
  })
}
