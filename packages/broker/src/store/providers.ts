import { auditStatements } from './audit.ts'
import { readJson, storableText, textOrNull, toJson } from './columns.ts'
import type { Database, Row, Statement } from './database.ts'
import type { Change, ProviderRow, ProviderTable } from './store.ts'

const NEWEST = `version = (SELECT max(n.version) FROM providers n
  WHERE n.workspace_id = p.workspace_id AND n.name = p.name)`

export function createProviderTable(database: Database): ProviderTable {
  const change = (workspaceId: string, name: string): Change => ({
    kind: 'provider',
    workspaceId,
    subject: name,
  })

  async function get(workspaceId: string, name: string, version?: number): Promise<ProviderRow | undefined> {
    const [row] =
      version === undefined
        ? await database.read(
            `SELECT * FROM providers p WHERE workspace_id = $1 AND name = $2
             ORDER BY version DESC LIMIT 1`,
            [workspaceId, name],
          )
        : await database.read(
            'SELECT * FROM providers WHERE workspace_id = $1 AND name = $2 AND version = $3',
            [workspaceId, name, version],
          )
    return row && readProvider(row)
  }

  return {
    get,

    async insert(row, audit) {
      const sql = `INSERT INTO providers (workspace_id, name, version, title, recipe, created_at)
        VALUES ($1, $2, 1, $3, $4, $5) ON CONFLICT (workspace_id, name, version) DO NOTHING`
      const params = [
        row.workspaceId,
        storableText(row.name),
        textOrNull(row.title),
        toJson(row.recipe),
        row.createdAt,
      ]
      const written = await database.write({
        statements: [{ sql, params, rows: 1 }, ...auditStatements(audit)],
        changes: [change(row.workspaceId, row.name)],
      })
      return written !== null
    },

    async addVersion(row, audit, expectedVersion) {
      // Version 1 always stays until the provider goes, and two who add at once meet at the same number.
      const sql = `INSERT INTO providers (workspace_id, name, version, title, recipe, created_at)
        SELECT workspace_id, name, max(version) + 1, $3, $4, $5 FROM providers
        WHERE workspace_id = $1 AND name = $2 GROUP BY workspace_id, name
        HAVING max(version) = COALESCE($6, max(version))
        ON CONFLICT (workspace_id, name, version) DO NOTHING RETURNING version`
      const params = [
        row.workspaceId,
        row.name,
        textOrNull(row.title),
        toJson(row.recipe),
        row.createdAt,
        expectedVersion ?? null,
      ]
      let newest: number | undefined
      do {
        const written = await database.write({
          statements: [
            ...(database.engine === 'postgres' ? [holdFirst(row)] : []),
            { sql, params, rows: 1 },
            ...auditStatements(audit),
          ],
          changes: [change(row.workspaceId, row.name)],
        })
        if (written) return written.at(database.engine === 'postgres' ? 1 : 0)?.[0]?.version as number
        newest = (await get(row.workspaceId, row.name))?.version
      } while (newest !== undefined && newest === (expectedVersion ?? newest))
      return null
    },

    async list(workspaceId) {
      const rows = await database.read(
        `SELECT * FROM providers p WHERE workspace_id = $1 AND ${NEWEST} ORDER BY name`,
        [workspaceId],
      )
      return rows.map(readProvider)
    },

    async delete(workspaceId, name, audit, expectedVersion) {
      // Version 1 is always there; the foreign key stops a credential that is born in between.
      const unused = `NOT EXISTS
        (SELECT 1 FROM credentials c WHERE c.workspace_id = $1 AND c.provider_name = $2)`
      const where = `workspace_id = $1 AND name = $2 AND ${unused}`
      const params = [workspaceId, name]
      const written = await database.write({
        statements: [
          { sql: `DELETE FROM providers WHERE ${where} AND version = 1`, params, rows: 1 },
          {
            sql: `DELETE FROM providers WHERE ${where}`,
            params,
            // Versions have no gaps: as many as there are tell which is the newest.
            ...(expectedVersion !== undefined && { rows: expectedVersion - 1 }),
          },
          ...auditStatements(audit),
        ],
        changes: [change(workspaceId, name)],
      })
      if (written) return 'deleted'
      const newest = await get(workspaceId, name)
      if (newest === undefined) return 'not_found'
      return newest.version === (expectedVersion ?? newest.version) ? 'in_use' : 'changed'
    },
  }
}

/** Until the unit ends: whoever deletes the provider waits, and does not leave the new version behind alone. */
const holdFirst = ({ workspaceId, name }: Pick<ProviderRow, 'workspaceId' | 'name'>): Statement => ({
  sql: 'SELECT version FROM providers WHERE workspace_id = $1 AND name = $2 AND version = 1 FOR UPDATE',
  params: [workspaceId, name],
})

function readProvider(row: Row): ProviderRow {
  return {
    workspaceId: row.workspace_id as string,
    name: row.name as string,
    version: row.version as number,
    recipe: readJson<Record<string, unknown>>(row.recipe),
    title: row.title as string | null,
    createdAt: row.created_at as number,
  }
}
