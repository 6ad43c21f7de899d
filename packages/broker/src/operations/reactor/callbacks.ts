import { CALLBACK } from '@bursar/domain/reactor/callback.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { changeAttributes, readAttributes, refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import { insecureUrl } from '../insecure-urls.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { type CallbackState, callbackState, newState, stateKey } from './callback-state.ts'
import type { ReactorPorts } from './ports.ts'
import {
  changeResource,
  findResource,
  listResources,
  newResource,
  type ResourcePage,
  resourceNotFound,
} from './resources.ts'

/** A callback with what became of its messages. */
export interface CallbackView {
  row: DocumentRow
  state: Pick<CallbackState, 'waiting' | 'last_failure'>
}

/** Tells whoever is at the URL what the audit trail says: that takes the right to read it. */
function demandTelling(caller: Caller): void {
  demand(caller, { action: 'credentials:write' })
  demand(caller, { action: 'audit:read' })
}

export async function createCallback(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes }: ResourceInput,
): Promise<CallbackView> {
  demandTelling(caller)
  const { workspaceId } = caller
  const { store } = ports
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  const written = readAttributes(CALLBACK, attributes)
  refuseInsecure(ports, written.url)
  const row = newResource(ports, { workspaceId, parentId: property.id }, CALLBACK, written)
  const [last] = await store.audit.list({ workspaceId, limit: 1 })
  const state = newState(row, last?.seq ?? 0)
  const audit = auditEntry(caller, row.createdAt, 'reactor.callback.create', row.id)
  await store.documents.save({ inserts: [row, state] }, audit)
  return { row, state: callbackState(state) }
}

function refuseInsecure({ settings }: ReactorPorts, url: string): void {
  const problem = insecureUrl(settings, '/data/attributes/url', url)
  if (problem !== undefined)
    refuseInvalid('callbacks', [{ ...problem, detail: 'Only https is allowed here.' }])
}

export async function listCallbacks(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  query: ListQuery,
): Promise<ResourcePage<CallbackView>> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  const page = await listResources(ports, { workspaceId, parentId: property.id }, CALLBACK, query)
  return { ...page, items: await Promise.all(page.items.map((row) => view(ports, row))) }
}

async function view({ store }: ReactorPorts, row: DocumentRow): Promise<CallbackView> {
  const state = await store.documents.get(stateKey(row.workspaceId, row.id))
  // It goes with the callback, which was there a moment ago.
  if (state === undefined) throw resourceNotFound('callbacks')
  return { row, state: callbackState(state) }
}

export async function getCallback(ports: ReactorPorts, caller: Caller, id: string): Promise<CallbackView> {
  demand(caller, { action: 'credentials:read' })
  return view(ports, await findResource(ports, caller.workspaceId, 'callbacks', id))
}

/** What waits to be delivered goes to the new address. */
export async function updateCallback(
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  { attributes }: ResourceInput,
): Promise<CallbackView> {
  demandTelling(caller)
  const { store, clock } = ports
  const changed = await changeResource(
    () => findResource(ports, caller.workspaceId, 'callbacks', id),
    async (before) => {
      const written = changeAttributes(CALLBACK, before.body, attributes)
      refuseInsecure(ports, written.url)
      const row = { ...before, body: { ...before.body, ...written }, updatedAt: clock.now() }
      const audit = auditEntry(caller, clock.now(), 'reactor.callback.update', id)
      return (await store.documents.update(row, before.revision, audit)) ? row : null
    },
  )
  return view(ports, changed)
}

/** What waits to be delivered goes with it. */
export async function deleteCallback(ports: ReactorPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const row = await findResource(ports, workspaceId, 'callbacks', id)
  const audit = auditEntry(caller, ports.clock.now(), 'reactor.callback.delete', id)
  const unit = { deletes: [row, stateKey(workspaceId, id)] }
  if (!(await ports.store.documents.save(unit, audit))) throw resourceNotFound('callbacks')
}
