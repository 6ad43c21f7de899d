import { BursarError } from '@bursar/domain/error.ts'
import type { Filter, ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import type { FieldValue } from '@bursar/domain/reactor/json-api/query-values.ts'
import type { ResourceDefinition } from '@bursar/domain/reactor/resource-fields.ts'
import { isResourceId, type ResourceType, resourceId, wordsOf } from '@bursar/domain/reactor/resource-type.ts'
import type { DocumentCondition, DocumentField } from '../../store/document-filter.ts'
import type { DocumentRow, FoundDocument } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import { DOOR } from './ports.ts'

type StorePorts = Pick<Ports, 'store'>

/** A page of a list, and how many resources there are on all pages. */
export interface ResourcePage<T = DocumentRow> {
  items: readonly T[]
  total: number
  pageNumber: number
  pageSize: number
}

export const keyOf = (workspaceId: string, type: ResourceType, id: string) => ({
  workspaceId,
  door: DOOR,
  kind: type,
  id,
})

export const resourceNotFound = (type: ResourceType, path?: string): BursarError => {
  const detail = `There is no ${wordsOf(type)} with this id.`
  return new BursarError('reactor.not_found', {
    detail,
    ...(path !== undefined && { problems: [{ path, code: 'not-found', detail }] }),
  })
}

/** A refusal that has to do with what is there already. */
export const conflict = (code: string, path: string, detail: string, hint?: string): BursarError =>
  new BursarError(code === 'not-unique' ? 'reactor.not_unique' : 'reactor.conflict', {
    detail,
    problems: [{ path, code, detail, ...(hint !== undefined && { hint }) }],
  })

/** The resource of this id; throws `reactor.not_found`, at `path` where the id stands in a document. */
export async function findResource(
  { store }: StorePorts,
  workspaceId: string,
  type: ResourceType,
  id: string,
  path?: string,
): Promise<DocumentRow> {
  const row = isResourceId(type, id) ? await store.documents.get(keyOf(workspaceId, type, id)) : undefined
  if (row === undefined) throw resourceNotFound(type, path)
  return row
}

/** A new resource as it is stored; it has to be inserted. */
export function newResource(
  { random, clock }: Pick<Ports, 'random' | 'clock'>,
  at: { workspaceId: string; parentId: string; groupId?: string },
  definition: Pick<ResourceDefinition, 'type' | 'uniqueNames'>,
  body: Record<string, unknown>,
): DocumentRow {
  const now = clock.now()
  return {
    ...keyOf(at.workspaceId, definition.type, resourceId(definition.type, random.id())),
    parentId: at.parentId,
    ...(at.groupId !== undefined && { groupId: at.groupId }),
    name: nameIn(definition, body),
    body,
    sealed: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }
}

/** The name by which a resource is unique; null where names may repeat. */
export const nameIn = (
  { uniqueNames }: Pick<ResourceDefinition, 'uniqueNames'>,
  body: Record<string, unknown>,
): string | null => (uniqueNames ? (body.name as string) : null)

const ATTEMPTS = 5

/** Reads, changes and saves a resource; once more when somebody else changed it in between. */
export async function changeResource<T>(
  load: () => Promise<T>,
  change: (before: T) => Promise<T | null>,
): Promise<T> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const changed = await change(await load())
    if (changed !== null) return changed
  }
  throw conflict('conflict', '/data', 'Somebody else is changing this resource; read it again.')
}

/** Where the fields of a list are kept: in a column, else in the body. */
const COLUMNS: Readonly<Record<string, DocumentField>> = {
  created_at: { column: 'created_at' },
  updated_at: { column: 'updated_at' },
}

function fieldOf(definition: ResourceDefinition, name: string, own: Own): DocumentField {
  if (Object.hasOwn(own, name)) return own[name]!
  if (Object.hasOwn(COLUMNS, name)) return COLUMNS[name]!
  if (name === 'name' && definition.uniqueNames) return { column: 'name' }
  const kind = definition.fields[name]!
  return { member: name, as: kind === 'instant' ? 'number' : kind }
}

/** The same of a row that is at hand. */
export function fieldOfRow(row: DocumentRow, name: string): FieldValue {
  if (name === 'created_at') return row.createdAt
  if (name === 'updated_at') return row.updatedAt
  return row.body[name] as FieldValue
}

type Own = Readonly<Record<string, DocumentField>>
type ResourcePlace = { workspaceId: string; parentId?: string; groupId?: string; withParent?: boolean }

/** A page of resources below a parent or in a group, filtered and sorted by the database. */
export async function queryResources(
  { store }: StorePorts,
  at: ResourcePlace & { withCredential?: boolean },
  definition: ResourceDefinition,
  query: ListQuery,
  /** Fields of this type that are kept elsewhere. */
  own: Own = {},
): Promise<ResourcePage<FoundDocument>> {
  const condition = ({ name, any, all }: Filter): DocumentCondition => ({
    field: fieldOf(definition, name, own),
    any,
    all,
  })
  const { found, total } = await store.documents.query({
    ...at,
    door: DOOR,
    kind: definition.type,
    where: query.filters.map(condition),
    order: query.sort.map(({ name, descending }) => ({ field: fieldOf(definition, name, own), descending })),
    offset: (query.pageNumber - 1) * query.pageSize,
    limit: query.pageSize,
  })
  return { items: found, total, pageNumber: query.pageNumber, pageSize: query.pageSize }
}

/** The same without what credentials have come to. */
export async function listResources(
  ports: StorePorts,
  at: ResourcePlace,
  definition: ResourceDefinition,
  query: ListQuery,
): Promise<ResourcePage> {
  const page = await queryResources(ports, at, definition, query)
  return { ...page, items: page.items.map(({ row }) => row) }
}

const AT_ONCE = 100

/**
 * Everything of a type below a parent, a few at a time; what is done with one has to take it out of the list. Answers
 * whether there was any.
 */
export async function eachBelow(
  { store }: StorePorts,
  at: { workspaceId: string; parentId: string },
  kind: string,
  take: (rows: readonly DocumentRow[]) => Promise<void>,
): Promise<boolean> {
  for (let any = false; ; any = true) {
    const rows = await store.documents.list({ ...at, door: DOOR, kind, limit: AT_ONCE })
    if (rows.length === 0) return any
    await take(rows)
  }
}

/** Removes everything of these types below a parent; answers whether there was any. */
export async function removeBelow(
  ports: StorePorts,
  at: { workspaceId: string; parentId: string },
  kinds: readonly string[],
): Promise<boolean> {
  let any = false
  for (const kind of kinds) {
    const found = await eachBelow(ports, at, kind, async (rows) => {
      // One that somebody else removed meanwhile undoes the unit: the next look does without it.
      await ports.store.documents.save({ deletes: rows }, null)
    })
    any ||= found
  }
  return any
}

/**
 * Deletes a resource after what belongs to it, so that a deletion that broke off is finished by another. What
 * appears meanwhile goes as well; what was begun while the resource was still there, and ended later, too.
 */
export async function deleteLast(
  /** Takes away what belongs to it; answers whether there was any. */
  clear: () => Promise<boolean>,
  remove: () => Promise<void>,
): Promise<void> {
  while (await clear());
  await remove()
  await clear()
}
