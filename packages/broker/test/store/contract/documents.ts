import { describe, expect, test } from 'vitest'
import type { DocumentField, DocumentQuery, DocumentTest } from '../../../src/store/document-filter.ts'
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

    test('a long list comes back as it was put, with bytes in it and without', async () => {
      const { documents } = bench.store
      const body = { text: '"quoted" \\ zażółć 🦊\n', number: 0.1 + 0.2, nothing: null, list: [[], {}] }
      const rows = Array.from({ length: 40 }, (_, index) =>
        documentOf(`${index}`.padStart(3, '0'), `${index}`, { parentId: 'long', body }),
      )
      for (const row of rows) expect(await documents.insert(row, null)).toBe(true)
      const { workspaceId, door, kind } = rows[0]!
      const at = { workspaceId, door, kind, parentId: 'long', limit: 100 }
      expect(await documents.list(at)).toEqual(rows)
      const sealed = documentOf('zzz', 'sealed', { parentId: 'long', body, sealed: new Uint8Array([0, 255]) })
      expect(await documents.insert(sealed, null)).toBe(true)
      const listed = await documents.list(at)
      expect(listed.slice(0, -1)).toEqual(rows)
      expect({ ...listed.at(-1), sealed: [...listed.at(-1)!.sealed!] }).toEqual({
        ...sealed,
        sealed: [0, 255],
      })
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

    test('a unit of documents is written as a whole or not at all', async () => {
      const { documents } = bench.store
      const [old, gone] = [documentOf('a', 'old'), documentOf('b', 'gone')]
      expect(await documents.save({ inserts: [old, gone] }, auditOf('a'))).toBe(true)
      const unit = {
        inserts: [documentOf('c', 'gone')],
        updates: [{ row: { ...old, name: 'new' }, expectedRevision: 1 }],
        deletes: [keyOf(gone)],
      }
      expect(await documents.save({ ...unit, inserts: [documentOf('a', 'taken')] }, auditOf('a'))).toBe(false)
      expect(await documents.get(keyOf(gone))).toEqual(gone)
      expect(await documents.save(unit, auditOf('a'))).toBe(true)
      expect(await documents.get(keyOf(gone))).toBeUndefined()
      expect(await documents.get(keyOf(old))).toMatchObject({ name: 'new', revision: 2 })
      // What is to be deleted is gone.
      expect(await documents.save(unit, null)).toBe(false)
    })

    test('lines of a log are there only where the documents of their unit are', async () => {
      const { documents, entries } = bench.store
      const row = documentOf('a', 'fenced')
      expect(await documents.insert(row, null)).toBe(true)
      const at = { workspaceId: WORKSPACE, door: 'apps', kind: 'fenced' }
      const entry = (id: string) => ({ ...at, id, subject: 'a', at: 100, body: {} })
      const unit = (id: string) => ({ updates: [{ row, expectedRevision: 1 }], entries: [entry(id)] })
      expect(await documents.save(unit('1'), null)).toBe(true)
      expect(await documents.save(unit('2'), null)).toBe(false)
      expect((await entries.list({ ...at, limit: 9 })).map(({ id }) => id)).toEqual(['1'])
    })

    test('are filtered, sorted, counted and paged by columns and members', async () => {
      const { documents } = bench.store
      const bodies = [
        { size: 2, on: true, text: 'Straße' },
        { size: 10, on: false, text: 'a%b' },
        { size: 2.5, text: 'ab' },
        { on: true, text: null },
      ]
      for (const [nth, body] of bodies.entries()) {
        const groupId = nth < 2 ? { groupId: 'g' } : {}
        await documents.insert(
          documentOf(`d${nth}`, `n${3 - nth}`, { body, createdAt: nth, ...groupId }),
          null,
        )
      }
      const at = {
        workspaceId: WORKSPACE,
        door: 'apps',
        kind: 'app',
        where: [],
        order: [],
        offset: 0,
        limit: 9,
      }
      const find = async (query: Partial<DocumentQuery>) => {
        const { found, total } = await documents.query({ ...at, ...query })
        return [found.map(({ row }) => row.id).join(' '), total]
      }
      const size = { member: 'size', as: 'number' } as const
      const text = { member: 'text', as: 'text' } as const
      const on = { member: 'on', as: 'boolean' } as const
      const where = (field: DocumentField, ...any: DocumentTest[]) => ({ where: [{ field, any, all: [] }] })
      expect(await find({})).toEqual(['d0 d1 d2 d3', 4])
      expect(await find({ limit: 2, offset: 1 })).toEqual(['d1 d2', 4])
      expect(await find({ groupId: 'g' })).toEqual(['d0 d1', 2])
      expect(await find({ groupId: '' })).toEqual(['', 0])
      expect(await find({ order: [{ field: { column: 'name' }, descending: false }] })).toEqual([
        'd3 d2 d1 d0',
        4,
      ])
      expect(
        await find({ ...where(size, { op: 'gt', value: 2 }), order: [{ field: size, descending: true }] }),
      ).toEqual(['d1 d2', 2])
      expect(await find(where(size, { op: 'between', from: 2, to: 2.5 }))).toEqual(['d0 d2', 2])
      expect(await find(where(on, { op: 'eq', value: 'true' }))).toEqual(['d0 d3', 2])
      expect(await find(where(on, { op: 'null' }))).toEqual(['d2', 1])
      expect(await find(where(text, { op: 'contains', value: '%' }))).toEqual(['d1', 1])
      expect(await find(where(text, { op: 'contains', value: 'STRASSE' }))).toEqual(['', 0])
      expect(await find(where(text, { op: 'eq', value: 'Straße' }, { op: 'eq', value: 'ab' }))).toEqual([
        'd0 d2',
        2,
      ])
      const neither = [{ op: 'not', value: 'ab' } as const, { op: 'not', value: 'a%b' } as const]
      expect(await find({ where: [{ field: text, any: [], all: neither }] })).toEqual(['d0 d3', 2])
      expect(await find(where({ column: 'created_at' }, { op: 'lt', value: 1.5 }))).toEqual(['d0 d1', 2])
      expect(await find(where({ column: 'group_id' }, { op: 'null' }))).toEqual(['d2 d3', 2])
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
