import type { SEALED_COLUMNS } from './sealed-columns.ts'

/** How often a caller used a credential by one delivery. */
export interface UsageRow {
  workspaceId: string
  credentialId: string
  callerId: string
  delivery: 'token' | 'proxy'
  uses: number
  firstUsedAt: number
  lastUsedAt: number
}
export interface UsageTable {
  /** Adds to what is there; for display. Sends no change. */
  add(uses: readonly UsageRow[]): Promise<void>
  /** The newest use first. */
  list(workspaceId: string, credentialId: string): Promise<UsageRow[]>
}

export interface DataKeyRow {
  workspaceId: string
  id: string
  wrapped: Uint8Array
  /** The key-ring key it is wrapped with. */
  keyId: string
  createdAt: number
}
export interface DataKeyTable {
  list(): Promise<DataKeyRow[]>
  /** Adds a data key if the workspace has none; answers all of the workspace. */
  addFirst(row: DataKeyRow): Promise<DataKeyRow[]>
  add(row: DataKeyRow): Promise<void>
  rewrap(row: DataKeyRow): Promise<void>
  /** Only for a key that no sealed value names any more. */
  delete(workspaceId: string, id: string): Promise<void>
}

export type SealedColumn = keyof typeof SEALED_COLUMNS

/** Sealed values by the data key they are sealed with, to seal them again with another. */
export interface SealedTable {
  /** How many do not begin with the header of the data key in use. */
  count(at: { workspaceId: string; header: Uint8Array }): Promise<number>
  /** Such values of one column, in the order of their keys. */
  list(at: {
    workspaceId: string
    header: Uint8Array
    place: SealedColumn
    after?: readonly string[]
    limit: number
  }): Promise<Array<{ key: string[]; sealed: Uint8Array }>>
  /** Puts new values where the old ones still stand; what was written meanwhile stays. Sends no change. */
  replace(
    workspaceId: string,
    place: SealedColumn,
    values: ReadonlyArray<{ key: readonly string[]; before: Uint8Array; after: Uint8Array }>,
  ): Promise<void>
}
