import type { AuditEntry, AuditRow } from '../store/store.ts'
import type { AuditFilter, Caller, Page } from './operations.ts'
import { pageOf, readLimit } from './page.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'

/** What goes into the audit chain; `detail` holds names and numbers, never values. */
export function auditEntry(
  caller: Pick<Caller, 'workspaceId' | 'id'>,
  at: number,
  action: string,
  subject: string,
  detail: Record<string, unknown> = {},
): AuditEntry {
  return { workspaceId: caller.workspaceId, at, actor: caller.id, action, subject, detail }
}

export async function listAudit(
  { store }: Pick<Ports, 'store'>,
  caller: Caller,
  { cursor, limit: wanted, ...filter }: AuditFilter & { cursor?: string; limit?: number },
): Promise<Page<AuditRow>> {
  demand(caller, { action: 'audit:read' })
  const limit = readLimit(wanted)
  const before = cursor === undefined ? {} : { before: Number(cursor) }
  const at = { workspaceId: caller.workspaceId, limit: limit + 1, ...before, ...filter }
  const rows = await store.audit.list(at)
  return pageOf(rows, limit, (row) => String(row.seq))
}

/** Whether the chain holds: the number of lines, and the first that is not what was written. */
export async function verifyAudit(
  { store }: Pick<Ports, 'store'>,
  caller: Caller,
): Promise<{ entries: number; brokenAt: number | null }> {
  demand(caller, { action: 'audit:read' })
  const { workspaceId } = caller
  const brokenAt = await store.audit.verify(workspaceId)
  const [last] = await store.audit.list({ workspaceId, limit: 1 })
  return { entries: last?.seq ?? 0, brokenAt }
}
