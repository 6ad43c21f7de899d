import type { ResourceIdentifier } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { pageOf } from '@bursar/domain/reactor/json-api/query-values.ts'
import { LIBRARY, STATE_FACTS } from '@bursar/domain/reactor/library.ts'
import type { RevisionedType } from '@bursar/domain/reactor/revisioned.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { changeLibrary, getLibrary, libraryBody } from './libraries.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import { conflict, fieldOfRow, findResource, keyOf, listResources, type ResourcePage } from './resources.ts'
import { getRevisioned, revise, revisionedBody } from './revisions.ts'

export type LibraryChange = 'add' | 'replace' | 'remove'

/** Of one type in one library. */
const RESOURCES_AT_MOST = 1_000

/** Puts revisions into a library, sets which there are, or takes some out; answers those there are afterwards. */
export async function changeLibraryResources(
  ports: ReactorPorts,
  caller: Caller,
  libraryId: string,
  type: RevisionedType,
  how: LibraryChange,
  named: readonly ResourceIdentifier[],
): Promise<readonly string[]> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const library = await findResource(ports, workspaceId, 'libraries', libraryId)
  assertOpen(library)
  const found: DocumentRow[] = []
  for (const [index, { id }] of named.entries()) {
    found.push(await findResource(ports, workspaceId, type, id, `/data/${index}/id`))
  }
  if (how !== 'remove') refuseForeign(found, library)
  refuseTwice(found)
  const revisions = how === 'remove' ? found : await revisionsOf(ports, caller, type, found)
  const row = await changeLibrary(ports, caller, libraryId, how, async (before) => {
    assertOpen(before)
    const { resources } = libraryBody(before)
    const rest = how === 'replace' ? [] : await without(ports, workspaceId, type, resources[type], revisions)
    const ids = how === 'remove' ? rest : [...rest, ...revisions.map(({ id }) => id)]
    if (ids.length > RESOURCES_AT_MOST) {
      throw conflict('conflict', '/data', `A library has at most ${RESOURCES_AT_MOST} resources of a type.`)
    }
    const changed = ids.length !== resources[type].length || ids.some((id, at) => resources[type][at] !== id)
    const body = {
      ...before.body,
      resources: { ...resources, [type]: ids },
      ...(changed && { build_required: true }),
    }
    return { row: { ...before, body, updatedAt: ports.clock.now() }, updates: [] }
  })
  return libraryBody(row).resources[type]
}

function assertOpen(library: DocumentRow): void {
  const { state } = libraryBody(library)
  if (STATE_FACTS[state].open) return
  throw conflict('conflict', '/data', `A library that is ${state} stays as it is.`, 'Reject it first.')
}

function refuseForeign(found: readonly DocumentRow[], { parentId }: DocumentRow): void {
  for (const [index, row] of found.entries()) {
    const path = `/data/${index}/id`
    const { property_id, deleted_at } = revisionedBody(row)
    if (property_id !== parentId) {
      throw conflict('invalid-library', path, 'This resource is in another property.')
    }
    if (deleted_at !== null) throw conflict('deleted-resources', path, 'This resource was deleted.')
  }
}

function refuseTwice(found: readonly DocumentRow[]): void {
  const origins = new Set<string>()
  for (const [index, row] of found.entries()) {
    const { origin_id } = revisionedBody(row)
    if (origins.has(origin_id)) {
      const detail = 'Two revisions of one resource can not be in a library.'
      throw conflict('multiple-revisions', `/data/${index}/id`, detail)
    }
    origins.add(origin_id)
  }
}

/** A head goes in as its newest revision, which is made where it has changed since. */
async function revisionsOf(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  found: readonly DocumentRow[],
): Promise<DocumentRow[]> {
  const revisions: DocumentRow[] = []
  for (const row of found) {
    const { revision_number, dirty, last_revision } = revisionedBody(row)
    if (revision_number > 0) revisions.push(row)
    else if (dirty || last_revision === 0) revisions.push(await revise(ports, caller, type, row.id))
    else revisions.push(await newestRevision(ports, row))
  }
  return revisions
}

async function newestRevision({ store }: ReactorPorts, head: DocumentRow): Promise<DocumentRow> {
  const { found } = await store.documents.query({
    workspaceId: head.workspaceId,
    door: DOOR,
    kind: head.kind,
    parentId: head.id,
    where: [],
    order: [{ field: { member: 'revision_number', as: 'number' }, descending: true }],
    offset: 0,
    limit: 1,
  })
  return found[0]!.row
}

/** What stays when these, or other revisions of the same, make room. */
async function without(
  ports: ReactorPorts,
  workspaceId: string,
  type: RevisionedType,
  ids: readonly string[],
  leaving: readonly DocumentRow[],
): Promise<string[]> {
  const origins = new Set(leaving.map((row) => revisionedBody(row).origin_id))
  const rows = await loadRevisions(ports, workspaceId, type, ids)
  const stays = new Set(rows.filter((row) => !origins.has(revisionedBody(row).origin_id)).map(({ id }) => id))
  return ids.filter((id) => stays.has(id))
}

/** In the order of the ids; those that are gone are left out. */
export async function loadRevisions(
  { store }: ReactorPorts,
  workspaceId: string,
  type: RevisionedType,
  ids: readonly string[],
): Promise<DocumentRow[]> {
  const rows: DocumentRow[] = []
  for (const id of ids) {
    const row = await store.documents.get(keyOf(workspaceId, type, id))
    if (row !== undefined) rows.push(row)
  }
  return rows
}

export async function listLibraryResources(
  ports: ReactorPorts,
  caller: Caller,
  libraryId: string,
  type: RevisionedType,
  query: ListQuery,
): Promise<ResourcePage> {
  const library = await getLibrary(ports, caller, libraryId)
  return pageOfRevisions(ports, caller, type, libraryBody(library).resources[type], query)
}

/** A page of these revisions, in the order of the ids unless another is asked for. */
export async function pageOfRevisions(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  ids: readonly string[],
  query: ListQuery,
): Promise<ResourcePage> {
  if (query.filters.length > 0 || query.sort.length > 0) {
    return pageOf(await loadRevisions(ports, caller.workspaceId, type, ids), fieldOfRow, query)
  }
  const from = (query.pageNumber - 1) * query.pageSize
  const page = ids.slice(from, from + query.pageSize)
  const items = await loadRevisions(ports, caller.workspaceId, type, page)
  return { items, total: ids.length, pageNumber: query.pageNumber, pageSize: query.pageSize }
}

/** The libraries that have a revision, or any revision of a head. */
export async function listLibrariesOf(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  id: string,
  query: ListQuery,
): Promise<ResourcePage> {
  const { workspaceId } = caller
  const { property_id, revision_number } = revisionedBody(await getRevisioned(ports, caller, type, id))
  const at = { workspaceId, door: DOOR, kind: type, parentId: id }
  const revisions =
    revision_number > 0 ? [] : await ports.store.documents.list({ ...at, limit: RESOURCES_AT_MOST })
  const ids = revision_number > 0 ? [id] : revisions.map((row) => row.id)
  if (ids.length === 0) return { items: [], total: 0, pageNumber: query.pageNumber, pageSize: query.pageSize }
  const definition = { ...LIBRARY, fields: { ...LIBRARY.fields, resources: 'text' } as const }
  const any = ids.map((one) => ({ op: 'holds' as const, value: one }))
  const filters = [...query.filters, { name: 'resources', any, all: [] }]
  return listResources(ports, { workspaceId, parentId: property_id }, definition, { ...query, filters })
}
