import { readJson } from './columns.ts'
import { JOINED_CREDENTIAL, readCredential } from './credential-row.ts'
import type { Database, Value } from './database.ts'
import type {
  CredentialGroup,
  CredentialOrder,
  CredentialQuery,
  CredentialRow,
  CredentialTable,
  TokenRow,
} from './store.ts'
import { readToken, tokenColumns } from './token-row.ts'

const FROM = `FROM credentials c
  JOIN tokens t ON t.workspace_id = c.workspace_id AND t.credential_id = c.id`

/** No known end sorts behind every end. */
const NEVER = Number.MAX_SAFE_INTEGER
const ORDERS: Readonly<Record<CredentialOrder, string>> = {
  name: 'c.name',
  status: 'c.status',
  expires_at: `COALESCE(t.expires_at, ${NEVER})`,
  refresh_due_at: `COALESCE(t.refresh_due_at, ${NEVER})`,
  updated_at: 'c.updated_at',
  created_at: 'c.created_at',
}

/** A page of credentials with their tokens; names sort by their bytes. */
export async function listCredentials(
  database: Database,
  query: CredentialQuery,
): Promise<Array<{ credential: CredentialRow; token: TokenRow }>> {
  const params: Value[] = []
  const bind = (value: Value) => `$${params.push(value)}`
  const where = filters(database, query, bind)
  const { by, descending } = query.sort ?? { by: 'name', descending: false }
  const order = ORDERS[by]
  const than = descending ? '<' : '>'
  if (query.after !== undefined && query.afterValue !== undefined)
    where.push(`(${order}, c.name) ${than} (${bind(query.afterValue)}, ${bind(query.after)})`)
  else if (query.after !== undefined) where.push(`c.name ${than} ${bind(query.after)}`)
  const direction = descending ? 'DESC' : 'ASC'
  const rows = await database.read(
    `SELECT ${JOINED_CREDENTIAL}, ${tokenColumns('t')} ${FROM} WHERE ${where.join(' AND ')}
     ORDER BY ${by === 'name' ? '' : `${order} ${direction}, `}c.name ${direction} LIMIT ${bind(query.limit)}`,
    params,
  )
  return rows.map((row) => ({ credential: readCredential(row, 'c_'), token: readToken(row) }))
}

export async function countCredentials(database: Database, query: CredentialQuery): Promise<number> {
  const params: Value[] = []
  const where = filters(database, query, (value) => `$${params.push(value)}`)
  const [row] = await database.read(`SELECT count(*) AS found ${FROM} WHERE ${where.join(' AND ')}`, params)
  return row?.found as number
}

/** A label by its name. The path operator of SQLite reads `$` and quotes in a name as syntax. */
const LABEL: Readonly<Record<Database['engine'], (name: string) => string>> = {
  sqlite: (name) => `(SELECT value FROM json_each(c.labels) WHERE key = ${name})`,
  postgres: (name) => `c.labels ->> CAST(${name} AS text)`,
}

function filters(
  { engine }: Pick<Database, 'engine'>,
  query: CredentialQuery,
  bind: (value: Value) => string,
): string[] {
  const where = [`c.workspace_id = ${bind(query.workspaceId)}`]
  if (query.status !== undefined) where.push(`c.status = ${bind(query.status)}`)
  if (query.provider !== undefined) where.push(`c.provider_name = ${bind(query.provider)}`)
  if (query.environment !== undefined) where.push(`c.environment = ${bind(query.environment)}`)
  if (query.grant !== undefined) where.push(`c.recipe ->> 'grant' = ${bind(query.grant)}`)
  if (query.expiringBefore !== undefined) where.push(`t.expires_at < ${bind(query.expiringBefore)}`)
  if (query.label !== undefined) {
    const { name, value } = query.label
    const label = LABEL[engine](bind(name))
    where.push(value === null ? `${label} IS NOT NULL` : `${label} = ${bind(value)}`)
  }
  if (query.q !== undefined) {
    where.push(`c.search_text LIKE ${bind(`%${escapeLike(query.q.toLowerCase())}%`)} ESCAPE '\\'`)
  }
  return where
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&')

export async function groupCredentials(database: Database, workspaceId: string): Promise<CredentialGroup[]> {
  const rows = await database.read(
    `SELECT status, recipe ->> 'grant' AS grant_type, provider_name, environment, count(*) AS credentials
     FROM credentials WHERE workspace_id = $1
     GROUP BY status, recipe ->> 'grant', provider_name, environment`,
    [workspaceId],
  )
  return rows.map((row) => ({
    status: row.status as string,
    grant: row.grant_type as string,
    provider: row.provider_name as string | null,
    environment: row.environment as string | null,
    credentials: row.credentials as number,
  }))
}

const LABEL_SETS_AT_MOST = 10_000

export async function listLabels(
  database: Database,
  workspaceId: string,
): ReturnType<CredentialTable['labels']> {
  const rows = await database.read(
    `SELECT CAST(labels AS text) AS labels, count(*) AS credentials FROM credentials
     WHERE workspace_id = $1 GROUP BY CAST(labels AS text) ORDER BY count(*) DESC LIMIT $2`,
    [workspaceId, LABEL_SETS_AT_MOST],
  )
  const found = new Map<string, { name: string; value: string; credentials: number }>()
  for (const row of rows) {
    for (const [name, value] of Object.entries(readJson<Record<string, string>>(row.labels))) {
      const key = JSON.stringify([name, value])
      const known = found.get(key) ?? { name, value, credentials: 0 }
      known.credentials += row.credentials as number
      found.set(key, known)
    }
  }
  return [...found.values()].sort(
    (a, b) => b.credentials - a.credentials || (`${a.name}=${a.value}` < `${b.name}=${b.value}` ? -1 : 1),
  )
}

export async function countUpcoming(
  database: Database,
  { workspaceId, from, seconds, spans }: Parameters<CredentialTable['upcoming']>[0],
): ReturnType<CredentialTable['upcoming']> {
  const found = new Map<number, { span: number; expires: number; refreshes: number }>()
  for (const [column, member, paused] of [
    ['expires_at', 'expires', ''],
    ['refresh_due_at', 'refreshes', 'AND paused = 0'],
  ] as const) {
    // SQLite divides what is bound as a number with fractions.
    const span = `CAST((${column} - $2) / $3 AS integer)`
    const rows = await database.read(
      `SELECT ${span} AS span, count(*) AS tokens FROM tokens
       WHERE workspace_id = $1 AND ${column} >= $2 AND ${column} < $4 ${paused}
       GROUP BY ${span}`,
      [workspaceId, from, seconds, from + seconds * spans],
    )
    for (const row of rows) {
      const number = row.span as number
      const known = found.get(number) ?? { span: number, expires: 0, refreshes: 0 }
      known[member] = row.tokens as number
      found.set(number, known)
    }
  }
  return [...found.values()].sort((a, b) => a.span - b.span)
}
