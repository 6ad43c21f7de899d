import { describe, expect, test } from 'vitest'
import type { Bench } from '../describe-store.ts'
import { auditOf, WORKSPACE } from '../rows.ts'

export function describeCallers(bench: Bench): void {
  const caller = (id: string) => ({
    workspaceId: WORKSPACE,
    id,
    name: `caller ${id}`,
    keyHash: `hash of ${id}`,
    scopes: ['token:read', 'credential:*'],
    expiresAt: 9_000,
    lastUsedAt: null,
    createdAt: 1_000,
  })

  describe('callers', () => {
    test('a caller is found by the hash of its key until it is deleted', async () => {
      const { callers } = bench.store
      await callers.insert(caller('a'), auditOf('a'))
      expect(await callers.findByHash('hash of a')).toEqual(caller('a'))
      expect(await callers.findByHash('hash of b')).toBeUndefined()
      expect(await callers.get(WORKSPACE, 'a')).toEqual(caller('a'))
      expect(await callers.get('other', 'a')).toBeUndefined()
      expect(await callers.count()).toBe(1)
      expect(await callers.delete('other', 'a', auditOf('a'))).toBe(false)
      expect(await callers.delete(WORKSPACE, 'a', auditOf('a'))).toBe(true)
      expect(await callers.delete(WORKSPACE, 'a', auditOf('a'))).toBe(false)
      expect(await callers.findByHash('hash of a')).toBeUndefined()
    })

    test('the last use only moves forward', async () => {
      const { callers } = bench.store
      await callers.insert(caller('a'), auditOf('a'))
      await callers.insert(caller('b'), auditOf('b'))
      await callers.touch([])
      await callers.touch([
        { workspaceId: WORKSPACE, id: 'a', at: 2_000 },
        { workspaceId: WORKSPACE, id: 'gone', at: 2_000 },
      ])
      await callers.touch([{ workspaceId: WORKSPACE, id: 'a', at: 1_500 }])
      expect((await callers.list(WORKSPACE)).map(({ id, lastUsedAt }) => [id, lastUsedAt])).toEqual([
        ['a', 2_000],
        ['b', null],
      ])
    })

    test('an id that is taken is an error, not a success', async () => {
      await bench.store.callers.insert(caller('a'), auditOf('a'))
      await expect(bench.store.callers.insert(caller('a'), auditOf('a'))).rejects.toMatchObject({
        code: 'internal',
      })
    })
  })
}
