import { type AuditedType, auditEventType, type Happening } from '@bursar/domain/reactor/audit-event.ts'
import type { AuditEntry, DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller } from '../operations.ts'

/**
 * What makes a line of the audit trail an audit event of Reactor: what happened to which resource, of which property,
 * and what it was called then.
 */
export function eventDetail(happening: Happening, row: DocumentRow): Record<string, unknown> {
  const name = row.name ?? row.body.name
  return {
    event: auditEventType(row.kind as AuditedType, happening),
    property: propertyOf(row),
    entity: row.id,
    ...(typeof name === 'string' && { name }),
  }
}

/** A line of the audit trail that is an audit event. */
export const eventEntry = (
  caller: Caller,
  at: number,
  action: string,
  happening: Happening,
  row: DocumentRow,
): AuditEntry => auditEntry(caller, at, action, row.id, eventDetail(happening, row))

/** Of what has heads and revisions it stands in the body; all else lies directly below its property. */
function propertyOf({ kind, id, parentId, body }: DocumentRow): string {
  if (kind === 'properties') return id
  return typeof body.property_id === 'string' ? body.property_id : parentId
}
