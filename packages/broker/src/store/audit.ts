import { createHash } from 'node:crypto'
import { readJson, storableText, toJson } from './columns.ts'
import { conditionSql, type FieldSql } from './condition-sql.ts'
import { type Database, insist, type Row, type Statement, type Value } from './database.ts'
import type { AuditEntry, AuditRow, AuditTable } from './store.ts'

const BEFORE_FIRST = new Uint8Array(32)
const VERIFY_PAGE = 1_000

/**
 * Appends to the chain within the unit it is part of. The head row orders writers of a workspace; the
 * hash is made by the database (`audit_hash`), so that no round trip lies between reading and writing it.
 */
export function auditStatements(entry: AuditEntry): Statement[] {
  const stored = storableEntry(entry)
  return [
    {
      sql: `INSERT INTO audit_heads (workspace_id, seq, hash) VALUES ($1, 1, audit_hash($2, $3))
            ON CONFLICT (workspace_id) DO UPDATE
            SET seq = audit_heads.seq + 1, hash = audit_hash(audit_heads.hash, $3)`,
      params: [stored.workspaceId, BEFORE_FIRST, canonical(stored)],
    },
    {
      sql: `INSERT INTO audit (workspace_id, seq, at, actor, action, subject, detail, hash)
            SELECT workspace_id, seq, $2, $3, $4, $5, $6, hash FROM audit_heads WHERE workspace_id = $1`,
      params: [
        stored.workspaceId,
        stored.at,
        stored.actor,
        stored.action,
        stored.subject,
        toJson(stored.detail),
      ],
    },
  ]
}

export function createAuditTable(database: Database): AuditTable {
  const page = (workspaceId: string, after: number) =>
    database.read('SELECT * FROM audit WHERE workspace_id = $1 AND seq > $2 ORDER BY seq LIMIT $3', [
      workspaceId,
      after,
      VERIFY_PAGE,
    ])

  return {
    async append(entry) {
      await insist(database, { statements: auditStatements(entry) })
    },

    async list({ workspaceId, before, limit, actor, action, subject, from, to }) {
      const params: Value[] = [workspaceId, before ?? Number.MAX_SAFE_INTEGER, limit]
      const bind = (value: Value) => `$${params.push(value)}`
      const where = ['workspace_id = $1', 'seq < $2']
      if (actor !== undefined) where.push(`actor = ${bind(storableText(actor))}`)
      if (action?.endsWith('*')) {
        const start = action.slice(0, -1)
        where.push(`substr(action, 1, ${start.length}) = ${bind(storableText(start))}`)
      } else if (action !== undefined) where.push(`action = ${bind(storableText(action))}`)
      if (subject !== undefined) where.push(`subject = ${bind(storableText(subject))}`)
      if (from !== undefined) where.push(`at >= ${bind(from)}`)
      if (to !== undefined) where.push(`at < ${bind(to)}`)
      const rows = await database.read(
        `SELECT * FROM audit WHERE ${where.join(' AND ')} ORDER BY seq DESC LIMIT $3`,
        params,
      )
      return rows.map(readAudit)
    },

    async events({ workspaceId, where, order, offset, limit }) {
      const params: Value[] = [workspaceId]
      const bind = (value: Value) => `$${params.push(value)}`
      const sqlOf = eventField(database.engine)
      const conditions = where.map((one) => conditionSql(database.engine, sqlOf, one, bind))
      const from = `FROM audit WHERE ${['workspace_id = $1', IS_EVENT, ...conditions].join(' AND ')}`
      const counted = [...params]
      const columns = order.map(({ field, descending }) => `${sqlOf(field)} ${descending ? 'DESC' : 'ASC'}`)
      const way = order.length === 0 || order.at(-1)!.descending ? 'DESC' : 'ASC'
      const by = [...columns, `seq ${way}`].join(', ')
      const [rows, [count]] = await Promise.all([
        database.read(`SELECT * ${from} ORDER BY ${by} LIMIT ${bind(limit)} OFFSET ${bind(offset)}`, params),
        database.read(`SELECT count(*) AS total ${from}`, counted),
      ])
      return { rows: rows.map(readAudit), total: Number(count!.total) }
    },

    async eventsAfter({ workspaceId, property, after, limit }) {
      const of = property === undefined ? '' : `AND detail ->> 'property' = $4`
      const rows = await database.read(
        `SELECT * FROM audit WHERE workspace_id = $1 AND ${IS_EVENT} AND seq > $2 ${of} ORDER BY seq LIMIT $3`,
        [workspaceId, after, limit, ...(property === undefined ? [] : [property])],
      )
      return rows.map(readAudit)
    },

    async verify(workspaceId) {
      // The head first: entries that are appended while we walk only make the chain longer than it.
      const [head] = await database.read('SELECT seq, hash FROM audit_heads WHERE workspace_id = $1', [
        workspaceId,
      ])
      const end = (head?.seq as number | undefined) ?? 0
      let seq = 0
      let hash: Uint8Array = BEFORE_FIRST
      for (;;) {
        const rows = await page(workspaceId, seq)
        for (const row of rows) {
          const entry = readAudit(row)
          seq += 1
          hash = createHash('sha256').update(hash).update(canonical(entry)).digest()
          if (entry.seq !== seq || entry.hash !== hex(hash)) return seq
          if (seq === end && entry.hash !== hex(head?.hash as Uint8Array)) return seq
        }
        if (rows.length < VERIFY_PAGE) return seq < end ? seq + 1 : null
      }
    },
  }
}

/** What is told to those who watch resources of a door; there is an index of these. */
const IS_EVENT = `detail ->> 'event' IS NOT NULL`

const eventField =
  (engine: Database['engine']): FieldSql =>
  (field) => {
    if ('column' in field) return 'at'
    if ('credential' in field) throw new Error('An entry of the audit trail has no credential.')
    const text = `(detail ->> '${field.member}')`
    // Sorted by bytes in both engines.
    return engine === 'postgres' ? `${text} COLLATE "C"` : text
  }

function storableEntry(entry: AuditEntry): AuditEntry {
  return {
    workspaceId: entry.workspaceId,
    at: entry.at,
    actor: storableText(entry.actor),
    action: storableText(entry.action),
    subject: storableText(entry.subject),
    detail: JSON.parse(toJson(entry.detail)),
  }
}

/** The bytes that are hashed: JSON without white space, members sorted by name at every depth. */
function canonical(entry: AuditEntry): Uint8Array {
  const { workspaceId, at, actor, action, subject, detail } = entry
  const sorted = (_: string, value: unknown) =>
    value !== null && typeof value === 'object' && !Array.isArray(value)
      ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
      : value
  return Buffer.from(JSON.stringify({ workspaceId, at, actor, action, subject, detail }, sorted))
}

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex')

function readAudit(row: Row): AuditRow {
  return {
    workspaceId: row.workspace_id as string,
    seq: row.seq as number,
    at: row.at as number,
    actor: row.actor as string,
    action: row.action as string,
    subject: row.subject as string,
    detail: readJson<Record<string, unknown>>(row.detail),
    hash: hex(row.hash as Uint8Array),
  }
}
