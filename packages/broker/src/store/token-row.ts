import type { ExpirySource } from '@bursar/domain/token.ts'
import { readBitOrNull } from './columns.ts'
import type { Row, Value } from './database.ts'
import type { TokenRow } from './store.ts'

export const TOKEN_COLUMNS = [
  'workspace_id',
  'credential_id',
  'version',
  'sealed',
  'token_type',
  'issued_at',
  'expires_at',
  'expires_from',
  'refresh_due_at',
  'claimable_at',
  'lease_id',
  'lease_until',
  'intent_id',
  'intent_at',
  'journal',
  'failures',
  'rotates',
  'learned_seconds',
  'updated_at',
] as const

export const tokenColumns = (alias: string) => TOKEN_COLUMNS.map((column) => `${alias}.${column}`).join(', ')

export function readToken(row: Row): TokenRow {
  const column = (name: (typeof TOKEN_COLUMNS)[number]) => row[name] as Value
  return {
    workspaceId: column('workspace_id') as string,
    credentialId: column('credential_id') as string,
    version: column('version') as number,
    sealed: column('sealed') as Uint8Array | null,
    tokenType: column('token_type') as string | null,
    issuedAt: column('issued_at') as number | null,
    expiresAt: column('expires_at') as number | null,
    expiresFrom: column('expires_from') as ExpirySource | null,
    refreshDueAt: column('refresh_due_at') as number | null,
    claimableAt: column('claimable_at') as number | null,
    leaseId: column('lease_id') as string | null,
    leaseUntil: column('lease_until') as number | null,
    intentId: column('intent_id') as string | null,
    intentAt: column('intent_at') as number | null,
    journal: column('journal') as Uint8Array | null,
    failures: column('failures') as number,
    rotates: readBitOrNull(column('rotates')),
    learnedSeconds: column('learned_seconds') as number | null,
    updatedAt: column('updated_at') as number,
  }
}
