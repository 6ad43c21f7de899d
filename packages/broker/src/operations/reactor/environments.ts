import { BursarError } from '@bursar/domain/error.ts'
import { ENVIRONMENT, SINGLE_STAGES, type Stage } from '@bursar/domain/reactor/environment.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { changeAttributes, readAttributes } from '@bursar/domain/reactor/resource-fields.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { DEPLOYMENTS } from './builds.ts'
import { eventEntry } from './event-detail.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import { releaseSecrets } from './release-secrets.ts'
import {
  changeResource,
  conflict,
  deleteLast,
  findResource,
  listResources,
  newResource,
  type ResourcePage,
  removeBelow,
  resourceNotFound,
} from './resources.ts'

/** Holds the place of the one staging and the one production environment of a property. */
const STAGE = 'stages'
const stageKey = (workspaceId: string, propertyId: string, stage: Stage) => ({
  workspaceId,
  door: DOOR,
  kind: STAGE,
  id: `${propertyId}/${stage}`,
})

export async function createEnvironment(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes, relationships }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  const written = readAttributes(ENVIRONMENT, attributes)
  const host_id = await hostIn(ports, property, relationships)
  const row = newResource(ports, { workspaceId, parentId: property.id }, ENVIRONMENT, {
    ...written,
    host_id,
    token: ports.random.text(9),
    status: 'succeeded',
  })
  const place = SINGLE_STAGES.includes(written.stage)
    ? [{ ...row, ...stageKey(workspaceId, property.id, written.stage), name: null, body: {} }]
    : []
  const audit = eventEntry(caller, row.createdAt, 'reactor.environment.create', 'created', row)
  if (!(await ports.store.documents.save({ inserts: [row, ...place] }, audit))) {
    const detail = `The property has a ${written.stage} environment already; there can be one only.`
    throw conflict('not-unique', '/data/attributes/stage', detail)
  }
  return row
}

/** The host that is named, which has to be one of the property; null where none is. */
async function hostIn(
  ports: ReactorPorts,
  property: DocumentRow,
  relationships: ResourceInput['relationships'],
): Promise<string | null> {
  const host = relationships.host
  if (host === undefined || host === null || 'length' in host) return null
  const path = '/data/relationships/host/data/id'
  const row = await findResource(ports, property.workspaceId, 'hosts', host.id, path)
  if (row.parentId === property.id) return row.id
  const detail = 'This host belongs to another property.'
  throw new BursarError('request.invalid', {
    detail,
    problems: [{ path, code: 'invalid-environment', detail }],
  })
}

export async function listEnvironments(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  return listResources(ports, { workspaceId, parentId: property.id }, ENVIRONMENT, query)
}

export async function getEnvironment(ports: ReactorPorts, caller: Caller, id: string): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  return findResource(ports, caller.workspaceId, 'environments', id)
}

export async function updateEnvironment(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  { attributes, relationships }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock } = ports
  return changeResource(
    () => findResource(ports, caller.workspaceId, 'environments', id),
    async (before) => {
      const property = await findResource(ports, caller.workspaceId, 'properties', before.parentId)
      const written = changeAttributes(ENVIRONMENT, before.body, attributes)
      const host =
        relationships.host === undefined ? {} : { host_id: await hostIn(ports, property, relationships) }
      const row = { ...before, body: { ...before.body, ...written, ...host }, updatedAt: clock.now() }
      const audit = eventEntry(caller, clock.now(), 'reactor.environment.update', 'updated', row)
      return (await store.documents.update(row, before.revision, audit)) ? row : null
    },
  )
}

/** Its secrets are set free and may be given another environment; their artifacts are gone at once. */
export async function deleteEnvironment(ports: ReactorPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const row = await findResource(ports, workspaceId, 'environments', id)
  const stage = row.body.stage as Stage
  const place = SINGLE_STAGES.includes(stage) ? [stageKey(workspaceId, row.parentId, stage)] : []
  const audit = eventEntry(caller, ports.clock.now(), 'reactor.environment.delete', 'deleted', row)
  const clear = async () => {
    const released = await releaseSecrets(ports, caller, id)
    return (await removeBelow(ports, { workspaceId, parentId: id }, ['notes', DEPLOYMENTS])) || released
  }
  await deleteLast(clear, async () => {
    if (!(await ports.store.documents.save({ deletes: [row, ...place] }, audit))) {
      throw resourceNotFound('environments')
    }
  })
}
