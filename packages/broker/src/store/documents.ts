import { auditStatements } from './audit.ts'
import { readJson, storableText, textOrNull, toJson } from './columns.ts'
import type { Database, Row, Value } from './database.ts'
import type { Change, DocumentKey, DocumentRow, DocumentTable } from './store.ts'

const KEY = 'workspace_id = $1 AND door = $2 AND kind = $3 AND id = $4'
const keyOf = ({ workspaceId, door, kind, id }: DocumentKey) => [workspaceId, door, kind, id]

export function createDocumentTable(database: Database): DocumentTable {
  const change = ({ workspaceId, door, kind, id }: DocumentKey): Change => ({
    kind: 'document',
    workspaceId,
    subject: `${door}/${kind}/${id}`,
  })

  return {
    async insert(row, audit) {
      const sql = `INSERT INTO documents
        (workspace_id, door, kind, id, parent_id, name, body, sealed, revision, created_at, updated_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING`
      const params = [
        ...keyOf(row),
        row.parentId,
        textOrNull(row.name),
        toJson(row.body),
        row.sealed,
        row.revision,
        row.createdAt,
        row.updatedAt,
      ]
      const statements = [{ sql, params, rows: 1 }, ...(audit === null ? [] : auditStatements(audit))]
      return (await database.write({ statements, changes: [change(row)] })) !== null
    },

    async get(key) {
      const [row] = await database.read(`SELECT * FROM documents WHERE ${KEY}`, keyOf(key))
      return row && readDocument(row)
    },

    async getByName({ workspaceId, door, kind, parentId, name }) {
      const [row] = await database.read(
        `SELECT * FROM documents WHERE workspace_id = $1 AND door = $2 AND kind = $3 AND parent_id = $4 AND name = $5`,
        [workspaceId, door, kind, parentId, storableText(name)],
      )
      return row && readDocument(row)
    },

    async list({ workspaceId, door, kind, parentId, after, limit }) {
      const params: Value[] = [workspaceId, door, kind, limit]
      const bind = (value: Value) => `$${params.push(value)}`
      const wheres = ['workspace_id = $1', 'door = $2', 'kind = $3']
      if (parentId !== undefined) wheres.push(`parent_id = ${bind(parentId)}`)
      if (after !== undefined) wheres.push(`(created_at, id) > (${bind(after.createdAt)}, ${bind(after.id)})`)
      const rows = await database.read(
        `SELECT * FROM documents WHERE ${wheres.join(' AND ')} ORDER BY created_at, id LIMIT $4`,
        params,
      )
      return rows.map(readDocument)
    },

    async update(row, expectedRevision, audit) {
      const sql = `UPDATE documents SET parent_id = $5, name = $6, body = $7, sealed = $8, revision = $9,
        updated_at = $10 WHERE ${KEY} AND revision = $11`
      const params = [
        ...keyOf(row),
        row.parentId,
        textOrNull(row.name),
        toJson(row.body),
        row.sealed,
        expectedRevision + 1,
        row.updatedAt,
        expectedRevision,
      ]
      const statements = [{ sql, params, rows: 1 }, ...(audit === null ? [] : auditStatements(audit))]
      return (await database.write({ statements, changes: [change(row)] })) !== null
    },

    async delete(key, audit) {
      const statements = [
        { sql: `DELETE FROM documents WHERE ${KEY}`, params: keyOf(key), rows: 1 },
        ...(audit === null ? [] : auditStatements(audit)),
      ]
      return (await database.write({ statements, changes: [change(key)] })) !== null
    },
  }
}

function readDocument(row: Row): DocumentRow {
  return {
    workspaceId: row.workspace_id as string,
    door: row.door as string,
    kind: row.kind as string,
    id: row.id as string,
    parentId: row.parent_id as string,
    name: row.name as string | null,
    body: readJson<Record<string, unknown>>(row.body),
    sealed: row.sealed as Uint8Array | null,
    revision: row.revision as number,
    createdAt: row.created_at as number,
    updatedAt: row.updated_at as number,
  }
}
