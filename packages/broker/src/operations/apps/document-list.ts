import type { DocumentRow } from '../../store/store.ts'
import { listDocuments as listDocumentsOf, type PageQuery } from '../document-list.ts'
import type { Page } from '../operations.ts'
import type { Ports } from '../ports.ts'
import type { Kind } from './app-documents.ts'
import { DOOR } from './door-name.ts'

export type { PageQuery }

/** A page of documents, oldest first. */
export const listDocuments = <T>(
  ports: Pick<Ports, 'store'>,
  at: { workspaceId: string; kind: Kind; parentId?: string },
  query: PageQuery,
  view: (row: DocumentRow) => T,
): Promise<Page<T>> => listDocumentsOf(ports, { ...at, door: DOOR }, query, view)
