import { describe, expect, test } from 'vitest'
import type { DocumentRow } from '../../../src/store/store.ts'
import type { Bench } from '../describe-store.ts'
import { auditOf, WORKSPACE } from '../rows.ts'

const documentOf = (id: string, name: string | null, more: Partial<DocumentRow> = {}): DocumentRow => ({
  workspaceId: WORKSPACE,
  door: 'apps',
  kind: 'app',
  id,
  parentId: '',
  name,
  body: { of: id },
  sealed: null,
  revision: 1,
  createdAt: 100,
  updatedAt: 100,
  ...more,
})
const keyOf = ({ workspaceId, door, kind, id }: DocumentRow) => ({ workspaceId, door, kind, id })

export function describeDocuments(bench: Bench): void {
  describe('documents', () => {
    test('come back as they were put, sealed bytes included', async () => {
      const { documents } = bench.store
      const row = documentOf('a', 'first', { sealed: new Uint8Array([0, 1, 255]), parentId: 'p' })
      expect(await documents.insert(row, auditOf('a'))).toBe(true)
      const found = await documents.get(keyOf(row))
      expect({ ...found, sealed: [...(found?.sealed ?? [])] }).toEqual({ ...row, sealed: [0, 1, 255] })
      expect(await documents.getByName({ ...keyOf(row), parentId: 'p', name: 'first' })).toEqual(found)
      expect(await documents.getByName({ ...keyOf(row), parentId: 'q', name: 'first' })).toBeUndefined()
    })

    test('names are unique below a parent, and free where there is none', async () => {
      const { documents } = bench.store
      expect(await documents.insert(documentOf('a', 'n'), null)).toBe(true)
      expect(await documents.insert(documentOf('b', 'n'), null)).toBe(false)
      expect(await documents.insert(documentOf('a', 'other'), null)).toBe(false)
      expect(await documents.insert(documentOf('c', 'n', { parentId: 'p' }), null)).toBe(true)
      expect(await documents.insert(documentOf('d', null), null)).toBe(true)
      expect(await documents.insert(documentOf('e', null), null)).toBe(true)
    })

    test('an update holds only for the revision it was read at', async () => {
      const { documents } = bench.store
      const row = documentOf('a', 'n')
      await documents.insert(row, null)
      expect(await documents.update({ ...row, body: { new: 1 }, updatedAt: 200 }, 1, auditOf('a'))).toBe(true)
      expect(await documents.update({ ...row, body: { late: 1 } }, 1, auditOf('a'))).toBe(false)
      expect(await documents.get(keyOf(row))).toMatchObject({ body: { new: 1 }, revision: 2, updatedAt: 200 })
    })

    test('lists go page by page, oldest first, below a parent or over all', async () => {
      const { documents } = bench.store
      for (const [id, parentId, createdAt] of [
        ['c', 'p', 1],
        ['a', 'p', 2],
        ['b', 'p', 2],
        ['x', 'q', 3],
      ] as const) {
        await documents.insert(documentOf(id, null, { parentId, createdAt }), null)
      }
      const at = { workspaceId: WORKSPACE, door: 'apps', kind: 'app' }
      const ids = (rows: DocumentRow[]) => rows.map(({ id }) => id)
      expect(ids(await documents.list({ ...at, limit: 10 }))).toEqual(['c', 'a', 'b', 'x'])
      expect(ids(await documents.list({ ...at, parentId: 'p', limit: 2 }))).toEqual(['c', 'a'])
      const after = { createdAt: 2, id: 'a' }
      expect(ids(await documents.list({ ...at, parentId: 'p', after, limit: 2 }))).toEqual(['b'])
    })

    test('what is deleted is gone once', async () => {
      const { documents } = bench.store
      const row = documentOf('a', 'n')
      await documents.insert(row, null)
      expect(await documents.delete(keyOf(row), auditOf('a'))).toBe(true)
      expect(await documents.delete(keyOf(row), auditOf('a'))).toBe(false)
      expect(await documents.get(keyOf(row))).toBeUndefined()
    })
  })

  describe('entries', () => {
    const entry = (id: string, subject: string, at: number) => ({
      workspaceId: WORKSPACE,
      door: 'apps',
      kind: 'request',
      id,
      subject,
      at,
      body: { id },
    })
    const ids = (rows: Array<{ id: string }>) => rows.map(({ id }) => id)

    test('are listed newest first, by subject or all, and pruned by age', async () => {
      const { entries } = bench.store
      await entries.append([entry('1', 'x', 10), entry('2', 'y', 20), entry('3', 'x', 30)])
      const at = { workspaceId: WORKSPACE, door: 'apps', kind: 'request', limit: 10 }
      expect(ids(await entries.list(at))).toEqual(['3', '2', '1'])
      expect(ids(await entries.list({ ...at, subject: 'x' }))).toEqual(['3', '1'])
      expect(ids(await entries.list({ ...at, before: '3', limit: 1 }))).toEqual(['2'])
      expect(await entries.prune(30, 1)).toBe(1)
      expect(await entries.prune(30, 10)).toBe(1)
      expect(ids(await entries.list(at))).toEqual(['3'])
    })
  })
}
