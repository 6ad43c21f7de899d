import { parseSettings } from '@bursar/domain/reactor/delegate-settings.ts'
import { EXTENSION_PACKAGES, type ExtensionPackage } from '@bursar/domain/reactor/delegates.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import { changeAttributes, readAttributes, refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import type { ResourceType } from '@bursar/domain/reactor/resource-type.ts'
import { EXTENSION } from '@bursar/domain/reactor/revisioned.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { eventEntry } from './event-detail.ts'
import { packageId, packageOf } from './extension-packages.ts'
import { DOOR, type ReactorPorts } from './ports.ts'
import { findResource, resourceNotFound } from './resources.ts'
import { changeHead, insertHead, newHead, revisionedBody } from './revisions.ts'

const factsOf = ({ name, displayName, version }: ExtensionPackage) => ({
  name,
  display_name: displayName,
  version,
  extension_package_id: packageId(name),
})

/** The core extension, which every property for event forwarding has from the start. */
export function coreExtension(ports: ReactorPorts, property: DocumentRow): DocumentRow {
  const written = readAttributes(EXTENSION, {})
  const body = { ...written, ...factsOf(EXTENSION_PACKAGES[0]!), came_with_property: true }
  return newHead(ports, property, 'extensions', body)
}

/** Puts an extension into a property; the core extension that came with it is taken over, once. */
export async function createExtension(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes, relationships }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const { workspaceId } = caller
  const property = await findResource(ports, workspaceId, 'properties', propertyId)
  const wanted = relationships.extension_package
  const path = '/data/relationships/extension_package/data/id'
  if (wanted === undefined || wanted === null || 'length' in wanted) {
    const detail = 'An extension is made from an extension package: name it in this relationship.'
    refuseInvalid('extensions', [
      { path: '/data/relationships/extension_package', code: 'field.missing', detail },
    ])
    throw resourceNotFound('extension_packages', path)
  }
  const facts = factsOf(packageOf(wanted.id, path))
  const written = readAttributes(EXTENSION, attributes)
  checkSettings(written.settings)
  const body = { ...written, ...facts }
  const taken = await extensionNamed(ports, property, facts.name)
  if (taken?.body.came_with_property !== true) {
    return insertHead(ports, caller, newHead(ports, property, 'extensions', body))
  }
  const now = ports.clock.now()
  const row = {
    ...taken,
    body: { ...taken.body, ...body, came_with_property: false, dirty: true },
    updatedAt: now,
  }
  const audit = eventEntry(caller, now, 'reactor.extensions.create', 'created', row)
  await ports.store.documents.update(row, taken.revision, audit)
  return row
}

function checkSettings(settings: string): void {
  const parsed = parseSettings(settings)
  if (!('detail' in parsed)) return
  const { detail } = parsed
  refuseInvalid('extensions', [
    { path: '/data/attributes/settings', code: 'invalid-settings-syntax', detail },
  ])
}

export const updateExtension = (
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  input: ResourceInput,
): Promise<DocumentRow> =>
  changeHead(ports, caller, 'extensions', id, input, async (head) => {
    refuseOtherPackage(input.relationships, head)
    const written = changeAttributes(EXTENSION, head.body, input.attributes)
    checkSettings(written.settings)
    return written
  })

function refuseOtherPackage({ extension_package: named }: ResourceInput['relationships'], head: DocumentRow) {
  if (named === undefined) return
  const isOne = named !== null && !('length' in named)
  if (isOne && named.id === head.body.extension_package_id) return
  const path = `/data/relationships/extension_package/data${isOne ? '/id' : ''}`
  const detail = `An extension stays one of its package, ${String(head.body.extension_package_id)}.`
  refuseInvalid('extensions', [{ path, code: 'field.invalid', detail }])
}

const extensionNamed = (
  { store }: ReactorPorts,
  { workspaceId, id }: DocumentRow,
  name: string,
): Promise<DocumentRow | undefined> =>
  store.documents.getByName({ workspaceId, door: DOOR, kind: 'extensions', parentId: id, name })

/** The head of the extension that a delegate belongs to, named or found by the package; refused when missing. */
export async function extensionFor(
  ports: ReactorPorts,
  property: DocumentRow,
  type: ResourceType,
  packageName: string,
  relationships: ResourceInput['relationships'],
): Promise<DocumentRow> {
  const named = relationships.extension
  if (named === undefined || named === null || 'length' in named) {
    const found = await extensionNamed(ports, property, packageName)
    if (found !== undefined) return found
    return refuseExtension(
      type,
      '/data/attributes/delegate_descriptor_id',
      `The property does not have the extension "${packageName}"; put it in first.`,
    )
  }
  const path = '/data/relationships/extension/data/id'
  const row = await findResource(ports, property.workspaceId, 'extensions', named.id, path)
  const { property_id, origin_id, deleted_at, name } = revisionedBody(row)
  if (property_id !== property.id)
    return refuseExtension(type, path, 'This extension is in another property.')
  if (deleted_at !== null) return refuseExtension(type, path, 'This extension was deleted.')
  if (name !== packageName) {
    const detail = `The delegate is one of the extension "${packageName}", not of "${String(name)}".`
    refuseInvalid(type, [
      { path: '/data/attributes/delegate_descriptor_id', code: 'delegate-descriptor-unresolved', detail },
    ])
  }
  return origin_id === row.id ? row : findResource(ports, property.workspaceId, 'extensions', origin_id)
}

function refuseExtension(type: ResourceType, path: string, detail: string): never {
  refuseInvalid(type, [{ path, code: 'extension-not-found', detail }])
  throw resourceNotFound('extensions', path)
}
