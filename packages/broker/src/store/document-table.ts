import type { Reason, Status } from '@bursar/domain/state.ts'
import type { AuditEntry } from './audit-table.ts'
import type { DocumentQuery } from './document-filter.ts'

export interface DocumentKey {
  workspaceId: string
  door: string
  kind: string
  id: string
}
/** What a door keeps besides credentials. Names are unique below a parent. */
export interface DocumentRow extends DocumentKey {
  /** Empty where there is no parent. */
  parentId: string
  /** A second thing it belongs to, to list by; absent where there is none. */
  groupId?: string
  name: string | null
  body: Record<string, unknown>
  /** Sealed values of the body, under the place table `documents`, row `door/kind/id`, column `sealed`. */
  sealed: Uint8Array | null
  revision: number
  createdAt: number
  updatedAt: number
}
/** Documents that are written together or not at all. */
export interface DocumentUnit {
  inserts?: readonly DocumentRow[]
  updates?: ReadonlyArray<{ row: DocumentRow; expectedRevision: number }>
  deletes?: readonly DocumentKey[]
  /** Lines of a log that count only where the rest does. */
  entries?: readonly EntryRow[]
}
/** What a document's credential has come to. */
export interface HeldCredential {
  status: Status
  reason: Reason | null
  version: number
  issuedAt: number | null
  expiresAt: number | null
  refreshDueAt: number | null
}

export interface FoundDocument {
  row: DocumentRow
  /** Null unless it was asked for, and where there is none of the document's id. */
  held: HeldCredential | null
}

export interface FoundDocuments {
  found: readonly FoundDocument[]
  /** How many there are on all pages. */
  total: number
}

export interface DocumentTable {
  /** `false` when an id or name is taken, a revision is another, or what is to be deleted is gone. */
  save(unit: DocumentUnit, audit: AuditEntry | readonly AuditEntry[] | null): Promise<boolean>
  /** A page by filters and order of a caller, with the number on all pages. */
  query(query: DocumentQuery): Promise<FoundDocuments>
  /** The document with what the credential of the same id has come to. */
  getHeld(key: DocumentKey): Promise<FoundDocument | undefined>
  /** `false` when the id or the name is taken. */
  insert(row: DocumentRow, audit: AuditEntry | null): Promise<boolean>
  get(key: DocumentKey): Promise<DocumentRow | undefined>
  getByName(
    at: Omit<DocumentKey, 'id'> & { parentId: string; name: string },
  ): Promise<DocumentRow | undefined>
  /** Those whose body names a credential, as `credential`, `credential_id` or `credentialId`. */
  naming(
    workspaceId: string,
    credential: { id: string; name: string },
  ): Promise<Array<{ door: string; kind: string; id: string; name: string | null }>>
  /** Oldest first unless the newest are asked for; `after` is the last one of the page before, in this order. */
  list(query: {
    workspaceId: string
    door: string
    kind: string
    parentId?: string
    newestFirst?: boolean
    after?: { createdAt: number; id: string }
    limit: number
  }): Promise<DocumentRow[]>
  /** Replaces it where `revision` is still the expected one; `false` also when the new name is taken. */
  update(row: DocumentRow, expectedRevision: number, audit: AuditEntry | null): Promise<boolean>
  delete(key: DocumentKey, audit: AuditEntry | null): Promise<boolean>
}

/** One line of a door's log. No secrets. */
export interface EntryRow extends DocumentKey {
  /** What it is about, to list by. */
  subject: string
  at: number
  body: Record<string, unknown>
}
export interface EntryTable {
  append(rows: readonly EntryRow[]): Promise<void>
  /** Newest first, by id (which sorts by time). */
  list(query: {
    workspaceId: string
    door: string
    kind: string
    subject?: string
    before?: string
    limit: number
  }): Promise<EntryRow[]>
  prune(before: number, limit: number): Promise<number>
}
