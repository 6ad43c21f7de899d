import type { DocumentQuery } from './document-filter.ts'

export interface AuditEntry {
  workspaceId: string
  at: number
  /** Caller id or `system`. */
  actor: string
  action: string
  subject: string
  /** No secrets. */
  detail: Record<string, unknown>
}
export interface AuditRow extends AuditEntry {
  seq: number
  /** SHA-256 over the hash before and this entry, hex: a removed or altered row breaks the chain. */
  hash: string
}
export interface AuditTable {
  append(entry: AuditEntry): Promise<void>
  list(at: {
    workspaceId: string
    before?: number
    limit: number
    actor?: string
    /** A word with `*` at its end is what an action begins with. */
    action?: string
    subject?: string
    from?: number
    to?: number
  }): Promise<AuditRow[]>
  /**
   * A page of the entries with an `event` in their detail, newest first unless an order is asked for, with the number
   * on all pages. Fields are members of the detail, or `created_at`.
   */
  events(query: Pick<DocumentQuery, 'workspaceId' | 'where' | 'order' | 'offset' | 'limit'>): Promise<{
    rows: readonly AuditRow[]
    total: number
  }>
  /** Those after a sequence number, of one `property` or of all, oldest first. */
  eventsAfter(at: {
    workspaceId: string
    property?: string
    after: number
    limit: number
  }): Promise<AuditRow[]>
  /** Walks the chain; answers the first broken sequence number or null. */
  verify(workspaceId: string): Promise<number | null>
}
