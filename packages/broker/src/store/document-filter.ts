/** Something a document can be filtered and sorted by. Members are names of our own, never text of a caller. */
export type DocumentField =
  | { column: 'name' | 'parent_id' | 'group_id' | 'created_at' | 'updated_at' }
  | { member: string; as: 'text' | 'number' | 'boolean' }
  /** Of the credential that has the document's id. */
  | { credential: 'state' | 'expires_at' | 'refresh_due_at' }

export type DocumentTest =
  | { op: 'eq' | 'not' | 'lt' | 'gt'; value: string | number }
  /** `contains` takes the letters A to Z in either case, `holds` as they are. */
  | { op: 'contains' | 'holds'; value: string }
  | { op: 'between'; from: string | number; to: string | number }
  | { op: 'null' | 'not_null' }

/** Holds when the field passes any of `any` and all of `all`. */
export interface DocumentCondition {
  field: DocumentField
  any: readonly DocumentTest[]
  all: readonly DocumentTest[]
}

export interface DocumentQuery {
  workspaceId: string
  door: string
  kind: string
  parentId?: string
  groupId?: string
  /** The parent itself as well, where it is of this kind. */
  withParent?: boolean
  where: readonly DocumentCondition[]
  /** Before age and id, which always decide in the end. */
  order: ReadonlyArray<{ field: DocumentField; descending: boolean }>
  offset: number
  limit: number
  /** With what is known of the token of the credential that has the document's id. */
  withCredential?: boolean
}
