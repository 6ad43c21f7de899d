import { describe, expect, test } from 'vitest'
import type { Bench } from '../describe-store.ts'
import { WORKSPACE } from '../rows.ts'

export function describeKeys(bench: Bench): void {
  const dataKey = (id: string, workspaceId = WORKSPACE) => ({
    workspaceId,
    id,
    wrapped: new Uint8Array([1, 2, 3]),
    keyId: 'ring-1',
    createdAt: 1_000,
  })

  describe('meta and data keys', () => {
    test('a value that is set once stays, whoever comes later', async () => {
      const other = await bench.openNode()
      const answers = await Promise.all(
        Array.from({ length: 10 }, (_, i) => (i % 2 ? bench.store : other).meta.setOnce('admin', String(i))),
      )
      expect(new Set(answers).size).toBe(1)
      expect(await bench.store.meta.setOnce('admin', 'late')).toBe(answers[0])
      await bench.store.meta.set('admin', 'changed')
      expect(await other.meta.get('admin')).toBe('changed')
      expect(await bench.store.meta.get('unknown')).toBeUndefined()
    })

    test('nodes that start at once agree on the first data key', async () => {
      const other = await bench.openNode()
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, i) =>
          (i % 2 ? bench.store : other).dataKeys.addFirst(dataKey(`k${i}`)),
        ),
      )
      expect(answers[0]).toHaveLength(1)
      for (const answer of answers) expect(answer).toEqual(answers[0])
      expect(await other.dataKeys.addFirst(dataKey('k', 'second'))).toEqual([dataKey('k', 'second')])
      expect(await other.dataKeys.list()).toHaveLength(2)
    })

    test('a data key is added and wrapped anew', async () => {
      const { dataKeys } = bench.store
      await dataKeys.addFirst(dataKey('k1'))
      await dataKeys.add({ ...dataKey('k2'), createdAt: 2_000 })
      await dataKeys.rewrap({ ...dataKey('k1'), wrapped: new Uint8Array([9]), keyId: 'ring-2' })
      expect(await dataKeys.list()).toEqual([
        { ...dataKey('k1'), wrapped: new Uint8Array([9]), keyId: 'ring-2' },
        { ...dataKey('k2'), createdAt: 2_000 },
      ])
    })
  })
}
