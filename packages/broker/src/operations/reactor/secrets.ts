import { BursarError } from '@bursar/domain/error.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import { readSecret, SECRET } from '@bursar/domain/reactor/secrets/secret.ts'
import type { DocumentField } from '../../store/document-filter.ts'
import type { DocumentRow } from '../../store/store.ts'
import { createCredential } from '../create-credential.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { beginAuthorization } from './authorize-secret.ts'
import { eventDetail } from './event-detail.ts'
import type { ReactorPorts } from './ports.ts'
import { removeSecret } from './remove-secret.ts'
import { findResource, newResource, queryResources, type ResourcePage } from './resources.ts'
import { credentialBody, inTermsOfSecret, nameTaken } from './secret-credential.ts'
import { findSecret, type SecretBody, type SecretView, viewSecret } from './secret-rows.ts'

const ENVIRONMENT = '/data/relationships/environment'

/** Keeps a secret: a credential of the broker. Its exchange goes on after the answer. */
export async function createSecret(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes, relationships }: ResourceInput,
): Promise<SecretView> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  if (property.body.platform !== 'edge') {
    const detail = 'Secrets exist only in properties for event forwarding: those of the platform "edge".'
    refuseInvalid('secrets', [{ path: '/data', code: 'invalid-secret', detail }])
  }
  const { name, type, compiled } = readSecret(attributes, ports.registration)
  const environment = await environmentIn(ports, property, relationships)
  const body: SecretBody = {
    name,
    type_of: type.typeOf,
    credentials: compiled.shown,
    sinceVersion: 0,
    boundVersion: environment === null ? null : 0,
    stage: environment === null ? null : (environment.body.stage as string),
  }
  const at = { workspaceId, parentId: property.id, ...(environment && { groupId: environment.id }) }
  const row = newResource(ports, at, SECRET, { ...body })
  const credential = credentialBody(row.id, name, compiled, environment !== null)
  const options = { id: row.id, documents: { inserts: [row] }, detail: eventDetail('created', row) }
  const { credential: made } = await inTermsOfSecret(type, () =>
    createCredential(ports, caller, credential, options).catch((error) => {
      throw error instanceof BursarError && error.code === 'credential.name_taken' ? nameTaken(name) : error
    }),
  )
  const before = { status: made.status, reason: made.reason, version: 0 }
  const held = { ...before, issuedAt: null, expiresAt: null, refreshDueAt: null }
  const view = await viewSecret(ports, { row, held })
  return type.manual ? { ...view, authorization: await beginAuthorization(ports, caller, row.id) } : view
}

/** The environment that is named, which has to be one of the property; null where none is. */
export async function environmentIn(
  ports: ReactorPorts,
  property: Pick<DocumentRow, 'workspaceId' | 'id'>,
  relationships: ResourceInput['relationships'],
): Promise<DocumentRow | null> {
  const { environment } = relationships
  if (environment === undefined || environment === null || 'length' in environment) return null
  const path = `${ENVIRONMENT}/data/id`
  const row = await findResource(ports, property.workspaceId, 'environments', environment.id, path)
  if (row.parentId !== property.id) {
    const detail = 'This environment belongs to another property.'
    refuseInvalid('secrets', [{ path, code: 'invalid-secret', detail }])
  }
  return row
}

/** Fields of lists that are kept elsewhere than in the document. */
const OWN_FIELDS: Record<string, DocumentField> = {
  environment_id: { column: 'group_id' },
  status: { credential: 'state' },
}

async function list(
  ports: ReactorPorts,
  at: { workspaceId: string; parentId?: string; groupId?: string },
  query: ListQuery,
): Promise<ResourcePage<SecretView>> {
  const page = await queryResources(ports, { ...at, withCredential: true }, SECRET, query, OWN_FIELDS)
  return { ...page, items: await Promise.all(page.items.map((found) => viewSecret(ports, found))) }
}

export async function listSecretsOfProperty(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  query: ListQuery,
): Promise<ResourcePage<SecretView>> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const at = { workspaceId, parentId: propertyId }
  return listBelow(findResource(ports, workspaceId, 'properties', propertyId), list(ports, at, query))
}

export async function listSecretsOfEnvironment(
  ports: ReactorPorts,
  caller: Caller,
  environmentId: string,
  query: ListQuery,
): Promise<ResourcePage<SecretView>> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const at = { workspaceId, groupId: environmentId }
  return listBelow(findResource(ports, workspaceId, 'environments', environmentId), list(ports, at, query))
}

/** Both are asked for at once; a list below nothing is not answered. */
async function listBelow<T>(found: Promise<unknown>, listed: Promise<T>): Promise<T> {
  // Whatever becomes of it, it is looked at after the other.
  listed.catch(() => undefined)
  await found
  return listed
}

export async function getSecret(ports: ReactorPorts, caller: Caller, id: string): Promise<SecretView> {
  demand(caller, { action: 'credentials:read' })
  return viewSecret(ports, await findSecret(ports, caller.workspaceId, id))
}

/** At once and for good: the artifact goes with it, and rules that use it stop working. */
export async function deleteSecret(ports: ReactorPorts, caller: Caller, id: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  await removeSecret(ports, caller, await findResource(ports, caller.workspaceId, 'secrets', id))
}
