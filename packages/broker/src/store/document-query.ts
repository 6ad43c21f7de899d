import type { Reason, Status } from '@bursar/domain/state.ts'
import { readJsonOrNull } from './columns.ts'
import { conditionSql, type FieldSql } from './condition-sql.ts'
import type { Database, Row, Value } from './database.ts'
import type { DocumentQuery } from './document-filter.ts'
import { readDocument } from './document-row.ts'
import type { FoundDocument, FoundDocuments } from './store.ts'

/** Besides the key, which whoever asks knows. */
const COLUMNS = `d.id, d.parent_id, d.group_id, d.name, d.body, d.sealed, d.revision, d.created_at, d.updated_at`
const HELD = `c.status AS h_status, c.reason AS h_reason, t.version AS h_version, t.issued_at AS h_issued_at,
  t.expires_at AS h_expires_at, t.refresh_due_at AS h_refresh_due_at`
const WITH_CREDENTIAL = `LEFT JOIN credentials c ON c.workspace_id = d.workspace_id AND c.id = d.id
  LEFT JOIN tokens t ON t.workspace_id = d.workspace_id AND t.credential_id = d.id`

/** A page of documents, filtered and sorted by the database. */
export async function queryDocuments(database: Database, query: DocumentQuery): Promise<FoundDocuments> {
  const params: Value[] = []
  const bind = (value: Value) => `$${params.push(value)}`
  const wheres = [
    `d.workspace_id = ${bind(query.workspaceId)}`,
    `d.door = ${bind(query.door)}`,
    `d.kind = ${bind(query.kind)}`,
  ]
  if (query.parentId !== undefined) {
    const parent = bind(query.parentId)
    wheres.push(
      query.withParent ? `(d.parent_id = ${parent} OR d.id = ${parent})` : `d.parent_id = ${parent}`,
    )
  }
  // The index leaves out what is in no group, which the condition has to say as well.
  if (query.groupId !== undefined) wheres.push(`d.group_id = ${bind(query.groupId)} AND d.group_id <> ''`)
  const sqlOf = createFieldSql(database.engine)
  for (const condition of query.where) wheres.push(conditionSql(database.engine, sqlOf, condition, bind))
  const where = wheres.join(' AND ')
  const filtersByCredential = query.where.some(({ field }) => 'credential' in field)
  const sortsByCredential = query.order.some(({ field }) => 'credential' in field)
  const count = `SELECT count(*) FROM documents d ${filtersByCredential ? WITH_CREDENTIAL : ''} WHERE ${where}`
  const counted = [...params]
  const columns = query.order.map(({ field, descending }) => `${sqlOf(field)} ${descending ? 'DESC' : 'ASC'}`)
  // What is equal comes as it was made, backwards where the order goes backwards: ids grow with time.
  const way = query.order.at(-1)?.descending ? 'DESC' : 'ASC'
  const order = `ORDER BY ${[...columns, `d.created_at ${way}`, `d.id ${way}`].join(', ')}`
  const limit = `LIMIT ${bind(query.limit)} OFFSET ${bind(query.offset)}`
  const early = filtersByCredential || sortsByCredential
  const selected = `${COLUMNS}, (${count}) AS total${query.withCredential ? `, ${HELD}` : ''}`
  // Where it can, the page is cut first: what lies before it needs no credentials.
  const page =
    query.withCredential && !early
      ? `SELECT ${selected} FROM (SELECT d.* FROM documents d WHERE ${where} ${order} ${limit}) d
         ${WITH_CREDENTIAL} ${order}`
      : `SELECT ${selected} FROM documents d ${query.withCredential ? WITH_CREDENTIAL : ''}
         WHERE ${where} ${order} ${limit}`
  const rows = await database.read(page, params)
  const { workspaceId, door, kind } = query
  const found = rows.map((row) => readFound({ ...row, workspace_id: workspaceId, door, kind }, query))
  if (rows[0] !== undefined) return { found, total: Number(rows[0].total) }
  // A page behind the last one has no row that could say how many there are.
  const [row] = await database.read(`SELECT (${count}) AS total`, counted)
  return { found, total: Number(row!.total) }
}

/** One document together with its credential. */
export async function findHeldDocument(
  database: Database,
  key: { workspaceId: string; door: string; kind: string; id: string },
): Promise<FoundDocument | undefined> {
  const [row] = await database.read(
    `SELECT d.*, ${HELD} FROM documents d ${WITH_CREDENTIAL}
     WHERE d.workspace_id = $1 AND d.door = $2 AND d.kind = $3 AND d.id = $4`,
    [key.workspaceId, key.door, key.kind, key.id],
  )
  return row && readFound(row, { withCredential: true })
}

function readFound(
  row: Row,
  { withCredential = false }: Pick<DocumentQuery, 'withCredential'>,
): FoundDocument {
  const column = (name: string) => row[`h_${name}`] as Value
  const held =
    withCredential && column('status') !== null
      ? {
          status: column('status') as Status,
          reason: readJsonOrNull<Reason>(column('reason')),
          version: column('version') as number,
          issuedAt: column('issued_at') as number | null,
          expiresAt: column('expires_at') as number | null,
          refreshDueAt: column('refresh_due_at') as number | null,
        }
      : null
  return { row: readDocument(row), held }
}

/**
 * What a credential has come to since its document was last changed, as one word; the rule of
 * `sinceChange` in the domain, said in SQL so that it can be filtered by.
 */
const STATE = `CASE WHEN c.id IS NULL THEN 'failed'
  WHEN t.version > CAST(d.body ->> 'sinceVersion' AS bigint) THEN 'succeeded'
  WHEN c.status = 'needs_sign_in' AND c.reason ->> 'code' = 'consent.missing' THEN 'manual_authorization'
  WHEN c.reason IS NULL OR c.status = 'paused' THEN 'pending' ELSE 'failed' END`

const createFieldSql =
  (engine: Database['engine']): FieldSql =>
  (field) => {
    if ('column' in field) return `d.${field.column}`
    if ('credential' in field) return field.credential === 'state' ? STATE : `t.${field.credential}`
    const text = `(d.body ->> '${field.member}')`
    if (field.as === 'number') return `CAST(${text} AS numeric)`
    // SQLite makes numbers of truth values.
    if (field.as === 'boolean' && engine === 'sqlite')
      return `CASE ${text} WHEN 1 THEN 'true' WHEN 0 THEN 'false' END`
    // Sorted by bytes in both engines.
    return engine === 'postgres' ? `${text} COLLATE "C"` : text
  }
