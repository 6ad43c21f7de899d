import { describe, expect, test } from 'vitest'
import type { Bench } from '../describe-store.ts'
import { WORKSPACE } from '../rows.ts'

export function describeExchanges(bench: Bench): void {
  const record = (id: string, startedAt: number, credentialId = 'c') => ({
    workspaceId: WORKSPACE,
    id,
    credentialId,
    credentialName: 'crm',
    startedAt,
    durationMs: 7,
    trigger: 'due',
    kind: 'token',
    record: { id },
  })

  describe('exchanges', () => {
    test('records are listed newest first, page by page', async () => {
      const { exchanges } = bench.store
      for (const [id, at] of [
        ['a', 1],
        ['b', 3],
        ['d', 2],
        ['c', 2],
      ] as const)
        await exchanges.insert(record(id, at))
      await exchanges.insert(record('other', 9, 'other'))
      const page = async (before?: string) =>
        (
          await exchanges.list({
            workspaceId: WORKSPACE,
            credentialId: 'c',
            limit: 2,
            ...(before && { before }),
          })
        ).map(({ id }) => id)
      expect(await page()).toEqual(['b', 'd'])
      expect(await page('d')).toEqual(['c', 'a'])
      expect(await page('a')).toEqual([])
      expect(await exchanges.last(WORKSPACE, 'c')).toEqual(record('b', 3))
      expect(await exchanges.last(WORKSPACE, 'none')).toBeUndefined()
    })

    test('old records go, a bounded number at a time', async () => {
      const { exchanges } = bench.store
      for (let i = 0; i < 5; i += 1) await exchanges.insert(record(`e${i}`, i))
      expect(await exchanges.prune(4, 3)).toBe(3)
      expect(await exchanges.prune(4, 3)).toBe(1)
      expect(await exchanges.prune(4, 3)).toBe(0)
      expect(await exchanges.last(WORKSPACE, 'c')).toEqual(record('e4', 4))
    })

    test('a fraction of a millisecond is no reason to refuse a record', async () => {
      await bench.store.exchanges.insert({ ...record('a', 1), durationMs: 6.6 })
      expect((await bench.store.exchanges.last(WORKSPACE, 'c'))?.durationMs).toBe(7)
    })
  })
}
