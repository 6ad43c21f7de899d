import { JOINED_CREDENTIAL, readCredential } from './credential-row.ts'
import type { Database, Value } from './database.ts'
import type { CredentialQuery, CredentialRow, TokenRow } from './store.ts'
import { readToken, tokenColumns } from './token-row.ts'

/** A page of credentials with their tokens, sorted by the bytes of their names. */
export async function listCredentials(
  database: Database,
  query: CredentialQuery,
): Promise<Array<{ credential: CredentialRow; token: TokenRow }>> {
  const params: Value[] = []
  const bind = (value: Value) => `$${params.push(value)}`
  const where = [`c.workspace_id = ${bind(query.workspaceId)}`]
  if (query.status !== undefined) where.push(`c.status = ${bind(query.status)}`)
  if (query.provider !== undefined) where.push(`c.provider_name = ${bind(query.provider)}`)
  if (query.environment !== undefined) where.push(`c.environment = ${bind(query.environment)}`)
  if (query.after !== undefined) where.push(`c.name > ${bind(query.after)}`)
  if (query.q !== undefined) {
    where.push(`c.search_text LIKE ${bind(`%${escapeLike(query.q.toLowerCase())}%`)} ESCAPE '\\'`)
  }
  const rows = await database.read(
    `SELECT ${JOINED_CREDENTIAL}, ${tokenColumns('t')} FROM credentials c
     JOIN tokens t ON t.workspace_id = c.workspace_id AND t.credential_id = c.id
     WHERE ${where.join(' AND ')} ORDER BY c.name LIMIT ${bind(query.limit)}`,
    params,
  )
  return rows.map((row) => ({ credential: readCredential(row, 'c_'), token: readToken(row) }))
}

const escapeLike = (text: string) => text.replace(/[\\%_]/g, '\\$&')
