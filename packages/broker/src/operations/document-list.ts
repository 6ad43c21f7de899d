import { BursarError } from '@bursar/domain/error.ts'
import type { DocumentRow } from '../store/store.ts'
import type { Page } from './operations.ts'
import { pageOf, readLimit } from './page.ts'
import type { Ports } from './ports.ts'

export type PageQuery = { cursor?: string | undefined; limit?: number | undefined }

/** A page of documents, oldest first unless the newest are asked for. */
export async function listDocuments<T>(
  { store }: Pick<Ports, 'store'>,
  at: { workspaceId: string; door: string; kind: string; parentId?: string; newestFirst?: boolean },
  query: PageQuery,
  view: (row: DocumentRow) => T,
): Promise<Page<T>> {
  const limit = readLimit(query.limit)
  const after = query.cursor === undefined ? {} : { after: readCursor(query.cursor) }
  const rows = await store.documents.list({ ...at, limit: limit + 1, ...after })
  const page = pageOf(rows, limit, ({ createdAt, id }) => `${createdAt}.${id}`)
  return { items: page.items.map(view), nextCursor: page.nextCursor }
}

function readCursor(cursor: string): { createdAt: number; id: string } {
  const [, createdAt, id] = /^(\d{1,12})\.([\w-]{1,100})$/.exec(cursor) ?? []
  if (id !== undefined) return { createdAt: Number(createdAt), id }
  throw new BursarError('request.invalid', {
    path: '/query/cursor',
    detail: 'This is no cursor of this list.',
  })
}
