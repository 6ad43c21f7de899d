import { readDelegate } from '@bursar/domain/reactor/delegate-settings.ts'
import { type DelegateKind, delegateOf } from '@bursar/domain/reactor/delegates.ts'
import type { ResourceInput } from '@bursar/domain/reactor/json-api/document.ts'
import { changeAttributes, readAttributes, refuseInvalid } from '@bursar/domain/reactor/resource-fields.ts'
import type { ResourceType } from '@bursar/domain/reactor/resource-type.ts'
import { DATA_ELEMENT } from '@bursar/domain/reactor/revisioned.ts'
import { isRegularExpression } from '../../rule-engine/value-comparison.ts'
import type { DocumentRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { extensionFor } from './extensions.ts'
import type { ReactorPorts } from './ports.ts'
import { findResource } from './resources.ts'
import { changeHead, insertHead, newHead, revisionedBody } from './revisions.ts'

export async function createDataElement(
  ports: ReactorPorts,
  caller: Caller,
  propertyId: string,
  { attributes, relationships }: ResourceInput,
): Promise<DocumentRow> {
  demand(caller, { action: 'credentials:write' })
  const property = await findResource(ports, caller.workspaceId, 'properties', propertyId)
  const written = readAttributes(DATA_ELEMENT, attributes)
  const delegate = await checkDelegate(
    ports,
    property,
    'data_elements',
    ['dataElements'],
    written,
    relationships,
  )
  const row = newHead(ports, property, 'data_elements', { ...written, ...delegate })
  return insertHead(ports, caller, row)
}

export const updateDataElement = (
  ports: ReactorPorts,
  caller: Caller,
  id: string,
  input: ResourceInput,
): Promise<DocumentRow> =>
  changeHead(ports, caller, 'data_elements', id, input, async (head) => {
    const written = changeAttributes(DATA_ELEMENT, head.body, input.attributes)
    const { property_id } = revisionedBody(head)
    const property = await findResource(ports, caller.workspaceId, 'properties', property_id)
    const { relationships } = input
    const delegate = await checkDelegate(
      ports,
      property,
      'data_elements',
      ['dataElements'],
      written,
      relationships,
    )
    return { ...written, ...delegate }
  })

/** Checks delegate, settings and extension; answers what else is kept of them. */
export async function checkDelegate(
  ports: ReactorPorts,
  property: DocumentRow,
  type: ResourceType,
  kinds: readonly DelegateKind[],
  written: { delegate_descriptor_id: string; settings: string },
  relationships: ResourceInput['relationships'],
): Promise<{ extension_id: string }> {
  const id = written.delegate_descriptor_id
  const read = readDelegate(id, written.settings, kinds)
  if ('problems' in read) refuseInvalid(type, read.problems)
  else checkExpression(type, read.settings)
  const extension = await extensionFor(ports, property, type, delegateOf(id)!.package, relationships)
  return { extension_id: extension.id }
}

/** A regular expression that is complete has to be one; one with a data element in it is known later. */
function checkExpression(type: ResourceType, settings: Record<string, unknown>): void {
  const { comparison, rightOperand } = settings as {
    comparison?: { operator?: string }
    rightOperand?: unknown
  }
  if (!['matchesRegex', 'doesNotMatchRegex'].includes(comparison?.operator ?? '')) return
  if (typeof rightOperand !== 'string' || rightOperand.includes('{{') || isRegularExpression(rightOperand))
    return
  const detail = '/rightOperand: This is no regular expression of RE2, in which nothing looks back or ahead.'
  refuseInvalid(type, [{ path: '/data/attributes/settings', code: 'field.invalid', detail }])
}
