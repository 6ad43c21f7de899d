import type { FieldKind } from './json-api/list-query.ts'
import { type ResourceType, singularOf } from './resource-type.ts'

/** The types whose changes are audit events: those that Reactor names, and secrets. */
export const AUDITED = [
  'properties',
  'extensions',
  'data_elements',
  'rules',
  'rule_components',
  'libraries',
  'builds',
  'environments',
  'hosts',
  'secrets',
] as const satisfies readonly ResourceType[]
export type AuditedType = (typeof AUDITED)[number]

export const HAPPENINGS = ['created', 'updated', 'deleted'] as const
export type Happening = (typeof HAPPENINGS)[number]

/** What an audit event is of, such as `rule.created`. */
export const auditEventType = (type: AuditedType, happening: Happening): string =>
  `${singularOf(type)}.${happening}`

export const AUDIT_EVENT_TYPES: readonly string[] = AUDITED.flatMap((type) =>
  HAPPENINGS.map((happening) => auditEventType(type, happening)),
)

/** The type of what an audit event of this type is about; undefined where there is no such type of event. */
export const entityTypeOf = (eventType: string): AuditedType | undefined =>
  AUDITED.find((type) => HAPPENINGS.some((happening) => auditEventType(type, happening) === eventType))

/** What the list of audit events is filtered and sorted by. */
export const AUDIT_EVENT_FIELDS = {
  created_at: 'instant',
  updated_at: 'instant',
  display_name: 'text',
  property: 'text',
  type_of: 'text',
} as const satisfies Record<string, FieldKind>
