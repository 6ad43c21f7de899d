import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { NOTE } from '@bursar/domain/reactor/note.ts'
import { readAttributes } from '@bursar/domain/reactor/resource-fields.ts'
import type { ResourceType } from '@bursar/domain/reactor/resource-type.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { ReactorPorts } from './ports.ts'
import { findResource, listResources, newResource, type ResourcePage } from './resources.ts'

/** What a note is about. */
export interface Noted {
  type: ResourceType
  id: string
}

export async function createNote(
  ports: ReactorPorts,
  caller: Caller,
  about: Noted,
  { attributes }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const owner = await findResource(ports, workspaceId, about.type, about.id)
  const { text } = readAttributes(NOTE, attributes)
  const body = { text, author: caller.name, about: about.type }
  const row = newResource(ports, { workspaceId, parentId: owner.id }, NOTE, body)
  await ports.store.documents.insert(row, auditEntry(caller, row.createdAt, 'reactor.note.create', owner.id))
  return row
}

export async function listNotes(
  ports: ReactorPorts,
  caller: Caller,
  about: Noted,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const owner = await findResource(ports, workspaceId, about.type, about.id)
  return listResources(ports, { workspaceId, parentId: owner.id }, NOTE, query)
}

export async function getNote(ports: ReactorPorts, caller: Caller, id: string): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  return findResource(ports, caller.workspaceId, 'notes', id)
}
