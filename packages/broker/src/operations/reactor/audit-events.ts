import { createHash } from 'node:crypto'
import {
  type AUDIT_EVENT_FIELDS,
  type AuditedType,
  entityTypeOf,
} from '@bursar/domain/reactor/audit-event.ts'
import type { ListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { isResourceId, resourceId } from '@bursar/domain/reactor/resource-type.ts'
import type { DocumentCondition, DocumentField } from '../../store/document-filter.ts'
import type { AuditRow } from '../../store/store.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { type ResourcePage, resourceNotFound } from './resources.ts'

/** A line of the audit trail that says what became of a resource of Reactor. */
export interface AuditEvent {
  id: string
  /** Such as `rule.created`. */
  typeOf: string
  at: number
  /** Name of the caller; its id where there is no such caller any more. */
  by: string
  propertyId: string
  entity: { type: AuditedType; id: string; name: string | null }
}

type StorePorts = Pick<Ports, 'store'>

const SEQ_DIGITS = 12

/** The workspace, as a digest, and the number of the line: an id is found by its number. */
const prefixOf = (workspaceId: string): string =>
  createHash('sha256')
    .update(`audit events of ${workspaceId}`)
    .digest('hex')
    .slice(0, 32 - SEQ_DIGITS)

export const auditEventId = (workspaceId: string, seq: number): string =>
  resourceId('audit_events', prefixOf(workspaceId) + seq.toString(16).padStart(SEQ_DIGITS, '0'))

export async function listAuditEvents(
  { store }: StorePorts,
  caller: Caller,
  { filters, sort, pageNumber, pageSize }: ListQuery,
): Promise<ResourcePage<AuditEvent>> {
  demand(caller, { action: 'audit:read' })
  const { rows, total } = await store.audit.events({
    workspaceId: caller.workspaceId,
    where: filters.map(({ name, any, all }): DocumentCondition => ({ field: fieldOf(name), any, all })),
    order: sort.map(({ name, descending }) => ({ field: fieldOf(name), descending })),
    offset: (pageNumber - 1) * pageSize,
    limit: pageSize,
  })
  return { items: await eventsOf({ store }, rows), total, pageNumber, pageSize }
}

/** Where the fields of the list stand in a line. */
const MEMBERS: Readonly<Record<string, string>> = {
  type_of: 'event',
  property: 'property',
  display_name: 'name',
} satisfies Partial<Record<keyof typeof AUDIT_EVENT_FIELDS, string>>

const fieldOf = (name: string): DocumentField =>
  Object.hasOwn(MEMBERS, name) ? { member: MEMBERS[name]!, as: 'text' } : { column: 'created_at' }

export async function getAuditEvent({ store }: StorePorts, caller: Caller, id: string): Promise<AuditEvent> {
  demand(caller, { action: 'audit:read' })
  const { workspaceId } = caller
  const seq = Number.parseInt(id.slice(-SEQ_DIGITS), 16)
  if (!isResourceId('audit_events', id) || auditEventId(workspaceId, seq) !== id)
    throw resourceNotFound('audit_events')
  const rows = await store.audit.list({ workspaceId, before: seq + 1, limit: 1 })
  const [event] = await eventsOf(
    { store },
    rows.filter((row) => row.seq === seq),
  )
  if (event === undefined) throw resourceNotFound('audit_events')
  return event
}

/** Lines as audit events; one that is none is left out. */
export async function eventsOf({ store }: StorePorts, rows: readonly AuditRow[]): Promise<AuditEvent[]> {
  const names = new Map<string, string>()
  for (const { workspaceId, actor } of rows) {
    if (names.has(actor)) continue
    names.set(actor, (await store.callers.get(workspaceId, actor))?.name ?? actor)
  }
  return rows.flatMap(({ workspaceId, seq, at, actor, detail }) => {
    const { event, property, entity, name } = detail as Partial<Record<string, string>>
    const type = event === undefined ? undefined : entityTypeOf(event)
    if (type === undefined) return []
    return {
      id: auditEventId(workspaceId, seq),
      typeOf: event!,
      at,
      by: names.get(actor)!,
      propertyId: property!,
      entity: { type, id: entity!, name: name ?? null },
    }
  })
}
