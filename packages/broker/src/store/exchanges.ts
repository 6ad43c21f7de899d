import { readJson, storableText, toJson } from './columns.ts'
import { type Database, insist, type Row, type Statement } from './database.ts'
import type { ExchangeRow, ExchangeTable } from './store.ts'

export const EXCHANGE_COLUMNS =
  'workspace_id, credential_id, started_at, id, credential_name, duration_ms, trigger, kind, record'

/** In the order of {@link EXCHANGE_COLUMNS}. */
export function exchangeValues(row: ExchangeRow) {
  return [
    row.workspaceId,
    row.credentialId,
    row.startedAt,
    row.id,
    storableText(row.credentialName),
    Math.round(row.durationMs),
    row.trigger,
    row.kind,
    toJson(row.record),
  ]
}

export function exchangeStatement(row: ExchangeRow): Statement {
  return {
    sql: `INSERT INTO exchanges (${EXCHANGE_COLUMNS}) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
      ON CONFLICT DO NOTHING`,
    params: exchangeValues(row),
  }
}

/** How each engine finds the records of one credential ($1, $2), and names one of them. */
const ACCESS = {
  sqlite: {
    ofCredential: 'substr(credential_id, -6) = substr($2, -6) AND credential_id = $2 AND workspace_id = $1',
    key: 'rowid',
  },
  postgres: {
    ofCredential: 'workspace_id = $1 AND credential_id = $2',
    key: 'workspace_id, credential_id, started_at, id',
  },
}

export function createExchangeTable(database: Database): ExchangeTable {
  const { ofCredential, key } = ACCESS[database.engine]
  return {
    async insert(row) {
      await insist(database, { statements: [exchangeStatement(row)] })
    },

    async list({ workspaceId, credentialId, before, limit }) {
      const page =
        before === undefined
          ? ''
          : `AND (started_at, id) <
        (SELECT started_at, id FROM exchanges WHERE ${ofCredential} AND id = $4)`
      const rows = await database.read(
        `SELECT * FROM exchanges WHERE ${ofCredential} ${page}
         ORDER BY started_at DESC, id DESC LIMIT $3`,
        [workspaceId, credentialId, limit, ...(before === undefined ? [] : [before])],
      )
      return rows.map(readExchange)
    },

    async last(workspaceId, credentialId) {
      const [row] = await database.read(
        `SELECT * FROM exchanges WHERE ${ofCredential}
         ORDER BY started_at DESC, id DESC LIMIT 1`,
        [workspaceId, credentialId],
      )
      return row && readExchange(row)
    },

    async prune(before, limit) {
      const sql = `DELETE FROM exchanges WHERE (${key}) IN
        (SELECT ${key} FROM exchanges WHERE started_at < $1 ORDER BY started_at LIMIT $2) RETURNING id`
      const written = await database.write({ statements: [{ sql, params: [before, limit] }] })
      return written?.[0]?.length ?? 0
    },
  }
}

function readExchange(row: Row): ExchangeRow {
  return {
    workspaceId: row.workspace_id as string,
    id: row.id as string,
    credentialId: row.credential_id as string,
    credentialName: row.credential_name as string,
    startedAt: row.started_at as number,
    durationMs: row.duration_ms as number,
    trigger: row.trigger as string,
    kind: row.kind as string,
    record: readJson<Record<string, unknown>>(row.record),
  }
}
