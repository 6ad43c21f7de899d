import { auditStatements } from './audit.ts'
import { storableText } from './columns.ts'
import type { Database, Value } from './database.ts'
import { findHeldDocument, queryDocuments } from './document-query.ts'
import { DOCUMENT_KEY, documentKey, documentStatements, readDocument } from './document-row.ts'
import type { AuditEntry, DocumentTable, DocumentUnit } from './store.ts'

export function createDocumentTable(database: Database): DocumentTable {
  async function save(
    unit: DocumentUnit,
    audit: AuditEntry | readonly AuditEntry[] | null,
  ): Promise<boolean> {
    const { statements, changes } = documentStatements(unit)
    const audited = [...statements, ...[audit ?? []].flat().flatMap(auditStatements)]
    return (await database.write({ statements: audited, changes })) !== null
  }

  return {
    save,
    insert: (row, audit) => save({ inserts: [row] }, audit),
    update: (row, expectedRevision, audit) => save({ updates: [{ row, expectedRevision }] }, audit),
    delete: (key, audit) => save({ deletes: [key] }, audit),
    query: (query) => queryDocuments(database, query),
    getHeld: (key) => findHeldDocument(database, key),

    async get(key) {
      const [row] = await database.read(`SELECT * FROM documents WHERE ${DOCUMENT_KEY}`, documentKey(key))
      return row && readDocument(row)
    },

    async naming(workspaceId, credential) {
      const member = (name: string) => `body ->> '${name}'`
      const rows = await database.read(
        `SELECT door, kind, id, name FROM documents WHERE workspace_id = $1 AND door <> 'credentials'
           AND (${member('credential')} = $2 OR ${member('credential_id')} = $3 OR ${member('credentialId')} = $3)
         ORDER BY door, kind, id LIMIT 100`,
        [workspaceId, credential.name, credential.id],
      )
      return rows.map((row) => ({
        door: row.door as string,
        kind: row.kind as string,
        id: row.id as string,
        name: row.name as string | null,
      }))
    },

    async getByName({ workspaceId, door, kind, parentId, name }) {
      const [row] = await database.read(
        `SELECT * FROM documents WHERE workspace_id = $1 AND door = $2 AND kind = $3 AND parent_id = $4 AND name = $5`,
        [workspaceId, door, kind, parentId, storableText(name)],
      )
      return row && readDocument(row)
    },

    async list({ workspaceId, door, kind, parentId, newestFirst = false, after, limit }) {
      const params: Value[] = [workspaceId, door, kind, limit]
      const bind = (value: Value) => `$${params.push(value)}`
      const wheres = ['workspace_id = $1', 'door = $2', 'kind = $3']
      if (parentId !== undefined) wheres.push(`parent_id = ${bind(parentId)}`)
      const [beyond, way] = newestFirst ? ['<', 'DESC'] : ['>', 'ASC']
      if (after !== undefined)
        wheres.push(`(created_at, id) ${beyond} (${bind(after.createdAt)}, ${bind(after.id)})`)
      const rows = await database.read(
        `SELECT * FROM documents WHERE ${wheres.join(' AND ')} ORDER BY created_at ${way}, id ${way} LIMIT $4`,
        params,
      )
      return rows.map(readDocument)
    },
  }
}
