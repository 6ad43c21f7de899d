import { readJson, storableText, toJson } from './columns.ts'
import { type Database, insist, type Row, type Statement, type Value } from './database.ts'
import type { EntryRow, EntryTable } from './store.ts'

export const insertEntry = (row: EntryRow): Statement => ({
  sql: `INSERT INTO entries (workspace_id, door, kind, id, subject, at, body)
    VALUES ($1, $2, $3, $4, $5, $6, $7)`,
  params: [row.workspaceId, row.door, row.kind, row.id, storableText(row.subject), row.at, toJson(row.body)],
  rows: 1,
})

export function createEntryTable(database: Database): EntryTable {
  return {
    async append(rows) {
      if (rows.length === 0) return
      await insist(database, { statements: rows.map(insertEntry) })
    },

    async list({ workspaceId, door, kind, subject, before, limit }) {
      const params: Value[] = [workspaceId, door, kind, limit]
      const bind = (value: Value) => `$${params.push(value)}`
      const wheres = ['workspace_id = $1', 'door = $2', 'kind = $3']
      if (subject !== undefined) wheres.push(`subject = ${bind(storableText(subject))}`)
      if (before !== undefined) wheres.push(`id < ${bind(before)}`)
      const rows = await database.read(
        `SELECT * FROM entries WHERE ${wheres.join(' AND ')} ORDER BY id DESC LIMIT $4`,
        params,
      )
      return rows.map(readEntry)
    },

    async prune(before, limit) {
      const written = await insist(database, {
        statements: [
          {
            sql: `DELETE FROM entries WHERE (workspace_id, door, kind, id) IN
              (SELECT workspace_id, door, kind, id FROM entries WHERE at < $1 ORDER BY at LIMIT $2) RETURNING id`,
            params: [before, limit],
          },
        ],
      })
      return written[0]?.length ?? 0
    },
  }
}

function readEntry(row: Row): EntryRow {
  return {
    workspaceId: row.workspace_id as string,
    door: row.door as string,
    kind: row.kind as string,
    id: row.id as string,
    subject: row.subject as string,
    at: row.at as number,
    body: readJson<Record<string, unknown>>(row.body),
  }
}
