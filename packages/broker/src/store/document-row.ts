import { readJson, textOrNull, toJson } from './columns.ts'
import type { Row, Statement } from './database.ts'
import { insertEntry } from './entries.ts'
import type { Change, DocumentKey, DocumentRow, DocumentUnit } from './store.ts'

export const DOCUMENT_KEY = 'workspace_id = $1 AND door = $2 AND kind = $3 AND id = $4'
export const documentKey = ({ workspaceId, door, kind, id }: DocumentKey) => [workspaceId, door, kind, id]

export const documentChange = ({ workspaceId, door, kind, id }: DocumentKey): Change => ({
  kind: 'document',
  workspaceId,
  subject: `${door}/${kind}/${id}`,
})

export const insertDocument = (row: DocumentRow): Statement => ({
  sql: `INSERT INTO documents (workspace_id, door, kind, id, parent_id, group_id, name, body, sealed, revision,
    created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12) ON CONFLICT DO NOTHING`,
  params: [
    ...documentKey(row),
    row.parentId,
    row.groupId ?? '',
    textOrNull(row.name),
    toJson(row.body),
    row.sealed,
    row.revision,
    row.createdAt,
    row.updatedAt,
  ],
  rows: 1,
})

export const updateDocument = (row: DocumentRow, expectedRevision: number): Statement => ({
  sql: `UPDATE documents SET parent_id = $5, group_id = $6, name = $7, body = $8, sealed = $9, revision = $10,
    updated_at = $11 WHERE ${DOCUMENT_KEY} AND revision = $12`,
  params: [
    ...documentKey(row),
    row.parentId,
    row.groupId ?? '',
    textOrNull(row.name),
    toJson(row.body),
    row.sealed,
    expectedRevision + 1,
    row.updatedAt,
    expectedRevision,
  ],
  rows: 1,
})

export const deleteDocument = (key: DocumentKey): Statement => ({
  sql: `DELETE FROM documents WHERE ${DOCUMENT_KEY}`,
  params: documentKey(key),
  rows: 1,
})

/** What a unit of documents comes to; an update or deletion that meets nothing undoes the whole. */
export function documentStatements({
  inserts = [],
  updates = [],
  deletes = [],
  entries = [],
}: DocumentUnit): {
  statements: Statement[]
  changes: Change[]
} {
  return {
    statements: [
      ...deletes.map(deleteDocument),
      ...updates.map(({ row, expectedRevision }) => updateDocument(row, expectedRevision)),
      ...inserts.map(insertDocument),
      ...entries.map(insertEntry),
    ],
    changes: [...deletes, ...updates.map(({ row }) => row), ...inserts].map(documentChange),
  }
}

export function readDocument(row: Row): DocumentRow {
  return {
    workspaceId: row.workspace_id as string,
    door: row.door as string,
    kind: row.kind as string,
    id: row.id as string,
    parentId: row.parent_id as string,
    ...(row.group_id !== '' && { groupId: row.group_id as string }),
    name: row.name as string | null,
    body: readJson<Record<string, unknown>>(row.body),
    sealed: row.sealed as Uint8Array | null,
    revision: row.revision as number,
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
  }
}
