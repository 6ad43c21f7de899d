import { HOST, type HostAttributes } from '@bursar/domain/reactor/host.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { changeAttributes, readAttributes } from '@bursar/domain/reactor/resource-fields.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { eventEntry } from './event-detail.ts'
import type { ReactorPorts } from './ports.ts'
import {
  changeResource,
  findResource,
  listResources,
  newResource,
  type ResourcePage,
  resourceNotFound,
} from './resources.ts'

const kept = ({
  encrypted_private_key: _key,
  ...facts
}: HostAttributes & { encrypted_private_key?: unknown }) => facts

export async function createHost(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  const written = kept(readAttributes(HOST, attributes))
  const row = newResource(ports, { workspaceId, parentId: property.id }, HOST, {
    ...written,
    status: 'succeeded',
  })
  const audit = eventEntry(caller, row.createdAt, 'reactor.host.create', 'created', row)
  await ports.store.documents.insert(row, audit)
  return row
}

export async function listHosts(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  return listResources(ports, { workspaceId, parentId: property.id }, HOST, query)
}

export async function getHost(ports: ReactorPorts, caller: Caller, id: string): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  return findResource(ports, caller.workspaceId, 'hosts', id)
}

export async function updateHost(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  { attributes }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  return changeResource(
    () => findResource(ports, caller.workspaceId, 'hosts', id),
    async (before) => {
      const written = kept(changeAttributes(HOST, before.body, attributes))
      const row = { ...before, body: { ...before.body, ...written }, updatedAt: ports.clock.now() }
      const audit = eventEntry(caller, ports.clock.now(), 'reactor.host.update', 'updated', row)
      return (await ports.store.documents.update(row, before.revision, audit)) ? row : null
    },
  )
}

export async function deleteHost(ports: ReactorPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const row = await findResource(ports, caller.workspaceId, 'hosts', id)
  const audit = eventEntry(caller, ports.clock.now(), 'reactor.host.delete', 'deleted', row)
  if (!(await ports.store.documents.delete(row, audit))) throw resourceNotFound('hosts')
}
