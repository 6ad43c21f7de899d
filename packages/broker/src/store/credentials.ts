import { BursarError } from '@bursar/domain/error.ts'
import { auditStatements } from './audit.ts'
import {
  countCredentials,
  countUpcoming,
  groupCredentials,
  listCredentials,
  listLabels,
} from './credential-list.ts'
import { CREDENTIAL_COLUMNS, credentialValues, readCredential } from './credential-row.ts'
import type { Database, Statement, Value } from './database.ts'
import { documentStatements } from './document-row.ts'
import type { Change, CredentialRow, CredentialTable } from './store.ts'
import { readToken, TOKEN_COLUMNS } from './token-row.ts'

const INSERT = `INSERT INTO credentials (${CREDENTIAL_COLUMNS.join(', ')})
  VALUES (${CREDENTIAL_COLUMNS.map((_, index) => `$${index + 1}`).join(', ')})
  ON CONFLICT (workspace_id, name) DO NOTHING`

const UPDATE = `UPDATE credentials
  SET ${CREDENTIAL_COLUMNS.slice(2)
    .map((column, index) => `${column} = $${index + 3}`)
    .join(', ')}
  WHERE workspace_id = $1 AND id = $2 AND revision = $${CREDENTIAL_COLUMNS.length + 1}`

export function createCredentialTable(database: Database): CredentialTable {
  const change = (workspaceId: string, subject: string): Change => ({
    kind: 'credential',
    workspaceId,
    subject,
  })

  async function find(column: 'id' | 'name', workspaceId: string, value: string) {
    const [row] = await database.read(
      `SELECT ${CREDENTIAL_COLUMNS.join(', ')} FROM credentials WHERE workspace_id = $1 AND ${column} = $2`,
      [workspaceId, value],
    )
    return row && readCredential(row)
  }

  return {
    async insert(row, token, audit, documents = {}) {
      const beside = documentStatements(documents)
      const written = await database.write({
        statements: [
          { sql: INSERT, params: credentialValues(row), rows: 1 },
          {
            sql: `INSERT INTO tokens (workspace_id, credential_id, version, claimable_at, lease_id, lease_until,
              failures, updated_at, paused, config_revision) VALUES ($1, $2, 0, $3, $4, $5, 0, $6, $7, $8)`,
            params: [
              row.workspaceId,
              row.id,
              token.claimableAt,
              token.leaseId,
              token.leaseUntil,
              row.createdAt,
              paused(row),
              row.configRevision,
            ],
          },
          ...beside.statements,
          ...auditStatements(audit),
        ],
        changes: [change(row.workspaceId, row.id), ...beside.changes],
      })
      if (written) return true
      if (row.provider && !(await find('name', row.workspaceId, row.name))) {
        throw new BursarError('provider.not_found', {
          detail: `There is no version ${row.provider.version} of provider ${row.provider.name}.`,
        })
      }
      return false
    },

    get: (workspaceId, name) => find('name', workspaceId, name),
    getById: (workspaceId, id) => find('id', workspaceId, id),
    list: (query) => listCredentials(database, query),
    count: (query) => countCredentials(database, query),
    groups: (workspaceId) => groupCredentials(database, workspaceId),
    labels: (workspaceId) => listLabels(database, workspaceId),
    upcoming: (at) => countUpcoming(database, at),

    async update(row, expectedRevision, token, audit, documents = {}) {
      const beside = documentStatements(documents)
      const written = await database.write({
        statements: [
          // Token rows are locked before credentials everywhere, so that nobody waits in a circle.
          moveToken(row, token),
          { sql: UPDATE, params: [...credentialValues(row), expectedRevision], rows: 1 },
          ...beside.statements,
          ...auditStatements(audit),
        ],
        changes: [change(row.workspaceId, row.id), ...beside.changes],
      })
      if (written) return true
      const now = await find('id', row.workspaceId, row.id)
      if (now?.revision === expectedRevision && now.name !== row.name) {
        const taken = await find('name', row.workspaceId, row.name)
        if (taken) throw new BursarError('credential.name_taken')
      }
      return false
    },

    async delete(workspaceId, id, audit, documents = {}, revision = null) {
      const beside = documentStatements(documents)
      const key = [workspaceId, id]
      const written = await database.write({
        statements: [
          {
            sql: `DELETE FROM tokens WHERE workspace_id = $1 AND credential_id = $2
              RETURNING ${TOKEN_COLUMNS.join(', ')}`,
            params: key,
            rows: 1,
          },
          {
            sql: `DELETE FROM credentials WHERE workspace_id = $1 AND id = $2
              ${revision === null ? '' : 'AND revision = $3'}`,
            params: revision === null ? key : [...key, revision],
            rows: 1,
          },
          { sql: 'DELETE FROM usage WHERE workspace_id = $1 AND credential_id = $2', params: key },
          ...beside.statements,
          ...auditStatements(audit),
        ],
        changes: [change(workspaceId, id), ...beside.changes],
      })
      const row = written?.[0]?.[0]
      return row && readToken(row)
    },

    async countByStatus(workspaceId) {
      const rows =
        workspaceId === undefined
          ? await database.read('SELECT status, count(*) AS credentials FROM credentials GROUP BY status')
          : await database.read(
              `SELECT status, count(*) AS credentials FROM credentials WHERE workspace_id = $1 GROUP BY status`,
              [workspaceId],
            )
      return Object.fromEntries(rows.map((row) => [row.status as string, row.credentials as number]))
    },
  }
}

const paused = (row: CredentialRow) => Number(row.status === 'paused')

/** Nobody's lease: who held it saves nothing more, and nobody asks beside it until it has run out. */
const FENCED_OFF = 'fenced-off'

/** The queue's half of an update. */
function moveToken(row: CredentialRow, token: Parameters<CredentialTable['update']>[2]): Statement {
  const params: Value[] = [row.workspaceId, row.id, row.configRevision, row.updatedAt, paused(row)]
  const bind = (value: Value) => `$${params.push(value)}`
  const sets = ['config_revision = $3', 'updated_at = $4', 'paused = $5']
  const claimableAt = row.status === 'paused' ? null : token.claimableAt
  if (claimableAt === null) sets.push('claimable_at = NULL')
  else if (claimableAt !== undefined) {
    const at = bind(claimableAt)
    // What becomes due while a lease is held is due when the lease ends.
    const isHeld = `lease_until >= ${at}${token.endLease ? ' AND intent_id IS NOT NULL' : ''}`
    sets.push(`claimable_at = CASE WHEN ${isHeld} THEN lease_until + 1 ELSE ${at} END`)
  }
  if (token.endLease) {
    const ended = (column: string) => `${column} = CASE WHEN intent_id IS NULL THEN NULL ELSE ${column} END`
    sets.push(ended('lease_id'), ended('lease_until'))
  }
  if (token.sealed !== undefined) sets.push(`sealed = ${bind(token.sealed)}`)
  if (token.clearIntent) {
    sets.push('intent_id = NULL', 'intent_at = NULL', 'intent_lease_id = NULL', 'journal = NULL')
    sets.push(`lease_id = CASE WHEN lease_id IS NULL THEN NULL ELSE '${FENCED_OFF}' END`)
  }
  const version = token.expectedVersion === undefined ? '' : `AND version = ${bind(token.expectedVersion)}`
  return {
    sql: `UPDATE tokens SET ${sets.join(', ')} WHERE workspace_id = $1 AND credential_id = $2 ${version}`,
    params,
    rows: 1,
  }
}
