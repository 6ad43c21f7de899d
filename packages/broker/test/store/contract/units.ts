import { BursarError } from '@bursar/domain/error.ts'
import { describe, expect, test } from 'vitest'
import type { Bench } from '../describe-store.ts'
import { auditOf, credentialOf, givenCredential, WORKSPACE } from '../rows.ts'

const NEW_TOKEN_ROW = { claimableAt: null, leaseId: null, leaseUntil: null }

export function describeUnits(bench: Bench): void {
  describe('units', () => {
    test('units that share a commit succeed and fail each on its own', async () => {
      await givenCredential(bench.store, 'taken')
      const inserted = await Promise.all(
        Array.from({ length: 40 }, (_, i) => {
          const row = credentialOf(i % 4 === 0 ? 'taken' : `free ${i}`)
          return bench.store.credentials.insert(row, NEW_TOKEN_ROW, auditOf(`unit ${i}`))
        }),
      )
      expect(inserted).toEqual(inserted.map((_, i) => i % 4 !== 0))
      const names = await bench.store.credentials.list({ workspaceId: WORKSPACE, limit: 100 })
      expect(names).toHaveLength(31)
    })

    test('a unit that fails leaves nothing behind, not even its entry in the audit', async () => {
      const row = await givenCredential(bench.store, 'one')
      const before = await bench.store.audit.list({ workspaceId: WORKSPACE, limit: 10 })
      expect(await bench.store.credentials.insert(credentialOf('one'), NEW_TOKEN_ROW, auditOf('again'))).toBe(
        false,
      )
      expect(
        await bench.store.credentials.update(
          { ...row, labels: { a: 'b' } },
          7,
          { claimableAt: 5 },
          auditOf('late'),
        ),
      ).toBe(false)
      expect(await bench.store.audit.list({ workspaceId: WORKSPACE, limit: 10 })).toEqual(before)
      expect(await bench.store.credentials.getById(WORKSPACE, row.id)).toEqual(row)
      expect(await bench.store.tokens.nextDueAt()).toBe(1_000)
    })

    test('of many updates of one revision a single one is saved', async () => {
      const row = await givenCredential(bench.store, 'one')
      const other = await bench.openNode()
      const saved = await Promise.all(
        Array.from({ length: 16 }, (_, i) =>
          (i % 2 ? bench.store : other).credentials.update(
            { ...row, revision: 2, labels: { by: String(i) } },
            1,
            {},
            auditOf(row.id),
          ),
        ),
      )
      expect(saved.filter(Boolean)).toHaveLength(1)
      const winner = saved.indexOf(true)
      expect((await other.credentials.get(WORKSPACE, 'one'))?.labels).toEqual({ by: String(winner) })
    })

    test('a statement that the database refuses is an error of its own, and its neighbours are saved', async () => {
      const caller = (id: string, createdAt: number) => ({
        workspaceId: WORKSPACE,
        id,
        name: id,
        keyHash: `hash of ${id}`,
        scopes: [],
        expiresAt: null,
        lastUsedAt: null,
        createdAt,
      })
      const results = await Promise.allSettled([
        bench.store.callers.insert(caller('a', 1_000), auditOf('a')),
        bench.store.callers.insert(caller('b', 0.5), auditOf('b')),
        bench.store.callers.insert(caller('c', 1_000), auditOf('c')),
      ])
      expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
      const reason = results[1]?.status === 'rejected' ? results[1].reason : undefined
      expect(reason).toBeInstanceOf(BursarError)
      expect(reason.code).toBe('internal')
      expect(await bench.store.callers.count()).toBe(2)
    })

    test('what was acknowledged is read by every node', async () => {
      const other = await bench.openNode()
      for (let i = 0; i < 20; i += 1) {
        await bench.store.meta.set('counter', String(i))
        expect(await other.meta.get('counter')).toBe(String(i))
      }
    })

    test('a closed store answers that it is not available', async () => {
      const node = await bench.openNode()
      await node.ping()
      await node.close()
      await expect(node.ping()).rejects.toMatchObject({ code: 'store.unavailable' })
      await expect(node.meta.set('a', 'b')).rejects.toMatchObject({ code: 'store.unavailable' })
      await node.close()
    })
  })
}
