import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import type { Bench } from '../describe-store.ts'
import { auditOf, WORKSPACE } from '../rows.ts'

const SWAP = `UPDATE audit SET seq = 99 WHERE seq = 4;
  UPDATE audit SET seq = 4 WHERE seq = 5;
  UPDATE audit SET seq = 5 WHERE seq = 99`

export function describeAudit(bench: Bench): void {
  async function givenEntries(count: number): Promise<void> {
    for (let i = 1; i <= count; i += 1) {
      await bench.store.audit.append(
        auditOf(`s${i}`, { at: i, detail: { z: i, a: { y: 'ü', b: [1.5, null] } } }),
      )
    }
  }

  describe('audit', () => {
    test('each entry is hashed over the one before, with the same bytes on every engine', async () => {
      await bench.store.audit.append(auditOf('a', { detail: { z: 1, a: { y: 'ü', b: [1.5, null] } } }))
      await bench.store.audit.append(auditOf('b'))
      const [second, first] = await bench.store.audit.list({ workspaceId: WORKSPACE, limit: 10 })
      const sha256 = (...parts: Array<Uint8Array | string>) => {
        const hash = createHash('sha256')
        for (const part of parts) hash.update(part)
        return hash.digest()
      }
      const one = sha256(
        new Uint8Array(32),
        '{"action":"credential.changed","actor":"system","at":1000,"detail":{"a":{"b":[1.5,null],"y":"ü"},"z":1},' +
          '"subject":"a","workspaceId":"default"}',
      )
      const two = sha256(
        one,
        '{"action":"credential.changed","actor":"system","at":1000,"detail":{},"subject":"b","workspaceId":"default"}',
      )
      expect([first?.hash, second?.hash]).toEqual([one.toString('hex'), two.toString('hex')])
    })

    test('entries of many nodes at once make one chain without a gap', async () => {
      const other = await bench.openNode()
      await Promise.all(
        Array.from({ length: 60 }, (_, i) => (i % 2 ? bench.store : other).audit.append(auditOf(`s${i}`))),
      )
      const rows = await bench.store.audit.list({ workspaceId: WORKSPACE, limit: 100 })
      expect(rows.map(({ seq }) => seq)).toEqual(Array.from({ length: 60 }, (_, i) => 60 - i))
      expect(await bench.store.audit.verify(WORKSPACE)).toBeNull()
    })

    test('pages go back in time, and workspaces have chains of their own', async () => {
      await givenEntries(5)
      await bench.store.audit.append(auditOf('x', { workspaceId: 'other' }))
      const page = await bench.store.audit.list({ workspaceId: WORKSPACE, before: 4, limit: 2 })
      expect(page.map(({ seq, subject }) => [seq, subject])).toEqual([
        [3, 's3'],
        [2, 's2'],
      ])
      expect(await bench.store.audit.list({ workspaceId: 'other', limit: 5 })).toHaveLength(1)
      expect(await bench.store.audit.verify('other')).toBeNull()
      expect(await bench.store.audit.verify('empty')).toBeNull()
    })

    test.each([
      ['an entry that was altered', `UPDATE audit SET actor = 'nobody' WHERE seq = 3`, 3],
      ['a detail that was altered', `UPDATE audit SET detail = '{}' WHERE seq = 2`, 2],
      ['an entry that was removed', 'DELETE FROM audit WHERE seq = 3', 3],
      ['a last entry that was removed', 'DELETE FROM audit WHERE seq = 5', 5],
      ['a whole chain that was removed', 'DELETE FROM audit', 1],
      ['entries that changed places', SWAP, 4],
    ])('%s breaks the chain', async (_, sql, broken) => {
      await givenEntries(5)
      expect(await bench.store.audit.verify(WORKSPACE)).toBeNull()
      await bench.sql(sql)
      expect(await bench.store.audit.verify(WORKSPACE)).toBe(broken)
    })

    test('events are found by property, kind, time and name, and counted; other entries are none', async () => {
      const event = (seq: number, property: string, event: string, name: string) =>
        bench.store.audit.append(auditOf(name, { at: seq * 10, detail: { event, property, name } }))
      await event(1, 'PR1', 'rule.created', 'a')
      await bench.store.audit.append(auditOf('no event', { detail: { property: 'PR1' } }))
      await event(3, 'PR2', 'rule.created', 'b')
      await event(4, 'PR1', 'rule.deleted', 'A')
      const PR1 = {
        field: { member: 'property', as: 'text' },
        any: [{ op: 'eq', value: 'PR1' }],
        all: [],
      } as const
      const all = { workspaceId: WORKSPACE, where: [], order: [], offset: 0, limit: 10 }
      const seqs = async (query: Partial<Parameters<typeof bench.store.audit.events>[0]>) => {
        const { rows, total } = await bench.store.audit.events({ ...all, ...query })
        return [rows.map(({ seq }) => seq), total]
      }
      expect(await seqs({})).toEqual([[4, 3, 1], 3])
      expect(await seqs({ where: [PR1] })).toEqual([[4, 1], 2])
      expect(await seqs({ where: [PR1], offset: 1, limit: 1 })).toEqual([[1], 2])
      expect(await seqs({ offset: 9 })).toEqual([[], 3])
      const byName = { field: { member: 'name', as: 'text' } } as const
      expect(await seqs({ order: [{ ...byName, descending: false }] })).toEqual([[4, 1, 3], 3])
      const named = { ...byName, any: [{ op: 'contains', value: 'a' }], all: [] } as const
      expect(await seqs({ where: [named] })).toEqual([[4, 1], 2])
      const early = { field: { column: 'created_at' }, any: [{ op: 'lt', value: 40 }], all: [] } as const
      expect(await seqs({ where: [early] })).toEqual([[3, 1], 2])
      expect((await bench.store.audit.events({ ...all, workspaceId: 'other' })).total).toBe(0)
    })

    test('events after a number come in the order of the chain, of all properties or of one', async () => {
      for (const [index, property] of ['PR1', 'PR2', 'PR1', 'PR1'].entries())
        await bench.store.audit.append(auditOf(`s${index}`, { detail: { event: 'rule.created', property } }))
      await bench.store.audit.append(auditOf('no event'))
      const seqs = async (at: { property?: string; after: number; limit: number }) =>
        (await bench.store.audit.eventsAfter({ workspaceId: WORKSPACE, ...at })).map(({ seq }) => seq)
      expect(await seqs({ after: 0, limit: 10 })).toEqual([1, 2, 3, 4])
      expect(await seqs({ after: 1, limit: 2 })).toEqual([2, 3])
      expect(await seqs({ property: 'PR1', after: 1, limit: 10 })).toEqual([3, 4])
      expect(await seqs({ property: 'PR3', after: 0, limit: 10 })).toEqual([])
    })

    test('a chain that is longer than a page of the walk is verified to its end', async () => {
      await Promise.all(Array.from({ length: 1_005 }, (_, i) => bench.store.audit.append(auditOf(`s${i}`))))
      expect(await bench.store.audit.verify(WORKSPACE)).toBeNull()
      await bench.sql(`UPDATE audit SET actor = 'nobody' WHERE seq = 1004`)
      expect(await bench.store.audit.verify(WORKSPACE)).toBe(1_004)
    })
  })
}
