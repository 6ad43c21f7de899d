import { BursarError } from '@bursar/domain/error.ts'
import { ACTIONS, type ActionOf } from '@bursar/domain/reactor/actions.ts'
import { SECRET_ELEMENT } from '@bursar/domain/reactor/delegates.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { type ResourceDefinition, refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import { resourceId, wordsOf } from '@bursar/domain/reactor/resource-type.ts'
import {
  DATA_ELEMENT,
  EXTENSION,
  type RevisionedType,
  type RevisionFacts,
  RULE,
} from '@bursar/domain/reactor/revisioned.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { eventDetail, eventEntry } from './event-detail.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import {
  changeResource,
  conflict,
  findResource,
  listResources,
  newResource,
  type ResourcePage,
  resourceNotFound,
} from './resources.ts'

export const DEFINITIONS: Readonly<Record<RevisionedType, ResourceDefinition>> = {
  data_elements: DATA_ELEMENT,
  extensions: EXTENSION,
  rules: RULE,
}

/** What stands in the body of a head or revision, besides its attributes. */
export interface RevisionedBody extends RevisionFacts {
  property_id: string
  /** Number of the newest revision, at the head. */
  last_revision: number
}
export const revisionedBody = (row: DocumentRow): RevisionedBody & Record<string, unknown> =>
  row.body as unknown as RevisionedBody & Record<string, unknown>

/** A head that nobody has revised yet. */
export function newHead(
  ports: ReactorPorts,
  property: DocumentRow,
  type: RevisionedType,
  body: Record<string, unknown>,
): DocumentRow {
  const { workspaceId, id } = property
  const row = newResource(ports, { workspaceId, parentId: id }, DEFINITIONS[type], body)
  const facts: RevisionedBody = {
    property_id: id,
    revision_number: 0,
    last_revision: 0,
    origin_id: row.id,
    dirty: true,
    published: false,
    published_at: null,
    deleted_at: null,
  }
  return { ...row, body: { ...body, ...facts } }
}

export async function insertHead(
  ports: ReactorPorts,
  caller: Caller,
  row: DocumentRow,
): Promise<DocumentRow> {
  const audit = eventEntry(caller, row.createdAt, `reactor.${row.kind}.create`, 'created', row)
  if (await ports.store.documents.insert(row, audit)) return row
  throw conflict(
    'not-unique',
    '/data/attributes/name',
    `The property has another of this name: "${String(row.name)}".`,
  )
}

/** The heads of a property. */
export async function listHeads(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  propertyId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  return listResources(ports, { workspaceId, parentId: property.id }, DEFINITIONS[type], query)
}

/** The heads of data elements that name a secret, for any stage. */
export async function listElementsOfSecret(
  ports: ReactorPorts,
  caller: Caller,
  secretId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const { parentId } = await findResource(ports, workspaceId, 'secrets', secretId)
  const definition = {
    ...DATA_ELEMENT,
    fields: { ...DATA_ELEMENT.fields, settings: 'text', delegate_descriptor_id: 'text' } as const,
  }
  const filters: ListQuery['filters'] = [
    ...query.filters,
    { name: 'delegate_descriptor_id', any: [{ op: 'eq', value: SECRET_ELEMENT }], all: [] },
    { name: 'settings', any: [{ op: 'holds', value: `"${secretId}"` }], all: [] },
  ]
  return listResources(ports, { workspaceId, parentId }, definition, { ...query, filters })
}

export async function getRevisioned(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  id: string,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  return findResource(ports, caller.workspaceId, type, id)
}

/** Every revision of the resource that this is one of, the head first. */
export async function listRevisions(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  id: string,
  query: ListQuery,
): Promise<ResourcePage> {
  const row = await getRevisioned(ports, caller, type, id)
  const at = { workspaceId: caller.workspaceId, parentId: revisionedBody(row).origin_id, withParent: true }
  // Names are not unique among revisions, so they are kept with the other attributes.
  return listResources(ports, at, { ...DEFINITIONS[type], uniqueNames: false }, query)
}

export const originOf = async (
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  id: string,
): Promise<DocumentRow> =>
  getRevisioned(ports, caller, type, revisionedBody(await getRevisioned(ports, caller, type, id)).origin_id)

/** The head of this id, to be changed: a revision is not, and nothing that was deleted. */
export async function findHead(
  ports: ReactorPorts,
  workspaceId: string,
  type: RevisionedType,
  id: string,
  path = '/data',
): Promise<DocumentRow> {
  const row = await findResource(ports, workspaceId, type, id, path === '/data' ? undefined : path)
  const { revision_number, deleted_at, origin_id } = revisionedBody(row)
  if (deleted_at !== null) throw conflict('deleted-resources', path, `This ${wordsOf(type)} was deleted.`)
  if (revision_number === 0) return row
  throw conflict('read-only', path, 'A revision stays as it is.', `Change its head, ${origin_id}.`)
}

/** What the `meta` of an update asks for; anything unknown is refused. */
export function actionIn<T extends keyof typeof ACTIONS>(
  { meta }: ResourceInput,
  type: T,
): ActionOf<T> | null {
  if (meta.action === undefined) return null
  const known: ReadonlyArray<ActionOf<T>> = ACTIONS[type]
  const action = known.find((one) => one === meta.action)
  if (action === undefined) {
    const detail = `The actions here are ${known.join(', ')}.`
    refuseInvalid(type, [{ path: '/data/meta/action', code: 'field.invalid', detail }])
  }
  return action ?? null
}

/** Changes a head; answers the head, or with `revise` the new revision of it. */
export async function changeHead(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  id: string,
  input: ResourceInput,
  change: (head: DocumentRow) => Promise<Record<string, unknown>>,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock } = ports
  const action = actionIn(input, type)
  const changes = Object.keys(input.attributes).length > 0 || Object.keys(input.relationships).length > 0
  const load = () => findHead(ports, caller.workspaceId, type, id)
  const head =
    !changes && action !== null
      ? await load()
      : await changeResource(load, async (before) => {
          const written = await change(before)
          const body = { ...before.body, ...written, dirty: true }
          const name = DEFINITIONS[type].uniqueNames && 'name' in written ? String(written.name) : before.name
          const row = { ...before, name, body, updatedAt: clock.now() }
          const audit = eventEntry(caller, clock.now(), `reactor.${type}.update`, 'updated', row)
          if (await store.documents.update(row, before.revision, audit)) {
            return { ...row, revision: before.revision + 1 }
          }
          await refuseTakenName(ports, row)
          return null
        })
  return action === 'revise' ? revise(ports, caller, type, id) : head
}

async function refuseTakenName({ store }: ReactorPorts, row: DocumentRow): Promise<void> {
  if (row.name === null) return
  const { workspaceId, kind, parentId, name } = row
  const taken = await store.documents.getByName({ workspaceId, door: DOOR, kind, parentId, name })
  if (taken === undefined || taken.id === row.id) return
  throw conflict('not-unique', '/data/attributes/name', `The property has another of this name: "${name}".`)
}

/** Components of a rule, as a revision of the rule keeps them. */
export interface FrozenComponent {
  id: string
  createdAt: number
  updatedAt: number
  body: Record<string, unknown>
}

/** Freezes a head as its next revision. */
export async function revise(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  headId: string,
): Promise<DocumentRow> {
  const { store, clock, random } = ports
  const { workspaceId } = caller
  let revision: DocumentRow | null = null
  await changeResource(
    () => findHead(ports, workspaceId, type, headId),
    async (head) => {
      const now = clock.now()
      const body = revisionedBody(head)
      const revision_number = body.last_revision + 1
      const components = type === 'rules' ? { components: await componentsOf(ports, head) } : {}
      revision = {
        ...head,
        id: resourceId(type, random.id()),
        parentId: head.id,
        groupId: body.property_id,
        name: null,
        body: { ...body, ...components, revision_number, dirty: false, published: false, published_at: null },
        revision: 1,
        createdAt: now,
        updatedAt: now,
      }
      const changed = { ...head, body: { ...body, last_revision: revision_number, dirty: false } }
      const audit = eventEntry(caller, now, `reactor.${type}.revise`, 'updated', head)
      const unit = { inserts: [revision], updates: [{ row: changed, expectedRevision: head.revision }] }
      return (await store.documents.save(unit, audit)) ? changed : null
    },
  )
  return revision!
}

const COMPONENTS_AT_MOST = 500

/** The components of the head of a rule, in the order in which they run. */
export async function componentsOf({ store }: ReactorPorts, rule: DocumentRow): Promise<FrozenComponent[]> {
  const { workspaceId, id } = rule
  const at = { workspaceId, door: DOOR, kind: 'rule_components', parentId: id }
  const rows = await store.documents.list({ ...at, limit: COMPONENTS_AT_MOST + 1 })
  if (rows.length > COMPONENTS_AT_MOST) {
    const detail = `A rule has at most ${COMPONENTS_AT_MOST} components.`
    throw new BursarError('reactor.conflict', {
      detail,
      problems: [{ path: '/data', code: 'conflict', detail }],
    })
  }
  return rows
    .toSorted((a, b) => Number(a.body.order) - Number(b.body.order))
    .map(({ id: component, body, createdAt, updatedAt }) => ({ id: component, body, createdAt, updatedAt }))
}

/** Revisions stay where libraries have them; the head is marked, and out of every list. */
export async function deleteHead(
  ports: ReactorPorts,
  caller: Caller,
  type: RevisionedType,
  id: string,
): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock } = ports
  await changeResource(
    async () => {
      const row = await findResource(ports, caller.workspaceId, type, id)
      if (revisionedBody(row).deleted_at !== null) throw resourceNotFound(type)
      return findHead(ports, caller.workspaceId, type, id)
    },
    async (head) => {
      const now = clock.now()
      const body = { ...head.body, deleted_at: now }
      const row = { ...head, parentId: '', groupId: head.parentId, name: null, body, updatedAt: now }
      const audit = auditEntry(caller, now, `reactor.${type}.delete`, id, eventDetail('deleted', head))
      return (await store.documents.update(row, head.revision, audit)) ? row : null
    },
  )
}
