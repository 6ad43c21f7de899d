import { BursarError } from '@bursar/domain/error.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { PROPERTY } from '@bursar/domain/reactor/property.ts'
import { changeAttributes, readAttributes } from '@bursar/domain/reactor/resource-fields.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { CALLBACK_STATES } from './callback-state.ts'
import { getCompany } from './companies.ts'
import { eventEntry } from './event-detail.ts'
import { coreExtension } from './extensions.ts'
import type { ReactorPorts } from './ports.ts'
import { removePublishing } from './publishing.ts'
import { removeSecret } from './remove-secret.ts'
import {
  changeResource,
  deleteLast,
  eachBelow,
  findResource,
  listResources,
  newResource,
  type ResourcePage,
  removeBelow,
  resourceNotFound,
} from './resources.ts'

/** What lies below a property and goes with it. Secrets go first: their credentials have to go as well. */
const BELOW = ['environments', 'stages', 'hosts', 'callbacks', CALLBACK_STATES, 'notes']

export async function createProperty(
  ports: ReactorPorts,
  caller: Caller,
  companyId: string,
  { attributes }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  getCompany(caller, companyId)
  const written = readAttributes(PROPERTY, attributes)
  const token = ports.random.text(9)
  const at = { workspaceId: caller.workspaceId, parentId: companyId }
  const row = newResource(ports, at, PROPERTY, { ...written, token })
  const audit = eventEntry(caller, row.createdAt, 'reactor.property.create', 'created', row)
  const inserts = written.platform === 'edge' ? [row, coreExtension(ports, row)] : [row]
  await ports.store.documents.save({ inserts }, audit)
  return row
}

export async function listProperties(
  ports: ReactorPorts,
  caller: Caller,
  companyId: string,
  query: ListQuery,
): Promise<ResourcePage> {
  const company = getCompany(caller, companyId)
  return listResources(ports, { workspaceId: caller.workspaceId, parentId: company.id }, PROPERTY, query)
}

export async function getProperty(ports: ReactorPorts, caller: Caller, id: string): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:read' })
  return findResource(ports, caller.workspaceId, 'properties', id)
}

export async function updateProperty(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  { attributes }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { store, clock } = ports
  return changeResource(
    () => findResource(ports, caller.workspaceId, 'properties', id),
    async (before) => {
      const written = changeAttributes(PROPERTY, before.body, attributes)
      const row = { ...before, body: { ...before.body, ...written }, updatedAt: clock.now() }
      const audit = eventEntry(caller, clock.now(), 'reactor.property.update', 'updated', row)
      const saved = await store.documents.update(row, before.revision, audit)
      return saved ? row : null
    },
  )
}

/** With everything below it. */
export async function deleteProperty(ports: ReactorPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const row = await findResource(ports, workspaceId, 'properties', id)
  const audit = eventEntry(caller, ports.clock.now(), 'reactor.property.delete', 'deleted', row)
  const at = { workspaceId, parentId: id }
  const clear = async () => {
    const secrets = await eachBelow(ports, at, 'secrets', async (rows) => {
      await Promise.all(rows.map((secret) => removeSecret(ports, caller, secret).catch(unlessGone)))
    })
    const published = await removePublishing(ports, workspaceId, id)
    return (await removeBelow(ports, at, BELOW)) || published || secrets
  }
  await deleteLast(clear, async () => {
    if (!(await ports.store.documents.delete(row, audit))) throw resourceNotFound('properties')
  })
}

/** Somebody else deleted it meanwhile, by itself or with the property. */
function unlessGone(error: unknown): void {
  if (!(error instanceof BursarError) || error.code !== 'reactor.not_found') throw error
}
