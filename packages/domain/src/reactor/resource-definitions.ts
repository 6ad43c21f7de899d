import { AUDIT_EVENT_FIELDS } from './audit-event.ts'
import { CALLBACK } from './callback.ts'
import { ENVIRONMENT } from './environment.ts'
import { HOST } from './host.ts'
import type { FieldKind } from './json-api/list-query.ts'
import { BUILD, LIBRARY } from './library.ts'
import { NOTE } from './note.ts'
import { PROPERTY } from './property.ts'
import type { ResourceDefinition } from './resource-fields.ts'
import type { ResourceType } from './resource-type.ts'
import { DATA_ELEMENT, EXTENSION, RULE, RULE_COMPONENT } from './revisioned.ts'
import { SECRET } from './secrets/secret.ts'

/** The types of which something can be written. */
export const DEFINITIONS = {
  properties: PROPERTY,
  environments: ENVIRONMENT,
  hosts: HOST,
  secrets: SECRET,
  notes: NOTE,
  extensions: EXTENSION,
  data_elements: DATA_ELEMENT,
  rules: RULE,
  rule_components: RULE_COMPONENT,
  libraries: LIBRARY,
  builds: BUILD,
  callbacks: CALLBACK,
} as const satisfies Partial<Record<ResourceType, ResourceDefinition>>
export type WrittenType = keyof typeof DEFINITIONS

/** What the lists of each type are filtered and sorted by. */
export const LIST_FIELDS: Readonly<Record<ResourceType, Readonly<Record<string, FieldKind>>>> = {
  audit_events: AUDIT_EVENT_FIELDS,
  companies: { created_at: 'instant', edge_enabled: 'boolean', name: 'text', updated_at: 'instant' },
  extension_packages: {
    availability: 'text',
    created_at: 'instant',
    display_name: 'text',
    name: 'text',
    platform: 'text',
    status: 'text',
    updated_at: 'instant',
    version: 'text',
  },
  ...(Object.fromEntries(Object.entries(DEFINITIONS).map(([type, { fields }]) => [type, fields])) as Record<
    WrittenType,
    Readonly<Record<string, FieldKind>>
  >),
}
