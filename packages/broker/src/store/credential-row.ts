import type { Reason, Status } from '@bursar/domain/state.ts'
import { jsonOrNull, readJson, readJsonOrNull, storableText, textOrNull, toJson } from './columns.ts'
import type { Row, Value } from './database.ts'
import type { CredentialRow } from './store.ts'

export const CREDENTIAL_COLUMNS = [
  'workspace_id',
  'id',
  'name',
  'provider_name',
  'provider_version',
  'recipe',
  'secrets',
  'sealed_secrets',
  'destinations',
  'environment',
  'labels',
  'search_text',
  'status',
  'reason',
  'revision',
  'config_revision',
  'created_at',
  'updated_at',
] as const

/** The columns of a credential joined to its token, each as `c_…`. */
export const JOINED_CREDENTIAL = CREDENTIAL_COLUMNS.map((column) => `c.${column} AS c_${column}`).join(', ')

/** In the order of {@link CREDENTIAL_COLUMNS}. */
export function credentialValues(row: CredentialRow): Value[] {
  return [
    row.workspaceId,
    row.id,
    storableText(row.name),
    row.provider?.name ?? null,
    row.provider?.version ?? null,
    toJson(row.recipe),
    toJson(row.secrets),
    row.sealedSecrets,
    toJson(row.destinations),
    textOrNull(row.environment),
    toJson(row.labels),
    // Lower case is made here, since each engine has its own idea of it beyond ASCII.
    storableText([row.name, ...Object.values(row.labels)].join('\n').toLowerCase()),
    row.status,
    jsonOrNull(row.reason),
    row.revision,
    row.configRevision,
    row.createdAt,
    row.updatedAt,
  ]
}

type Column = (typeof CREDENTIAL_COLUMNS)[number]
type Names = Readonly<Record<Column, string>>

const namesWith = (prefix: string): Names =>
  Object.fromEntries(CREDENTIAL_COLUMNS.map((column) => [column, prefix + column])) as Names
/** Made once: a name that is put together for each value has to be looked up by its letters. */
const NAMES = { '': namesWith(''), c_: namesWith('c_') }

export function readCredential(row: Row, prefix: keyof typeof NAMES = ''): CredentialRow {
  const names = NAMES[prefix]
  const column = (name: Column) => row[names[name]] as Value
  const provider = column('provider_name') as string | null
  return {
    workspaceId: column('workspace_id') as string,
    id: column('id') as string,
    name: column('name') as string,
    provider: provider === null ? null : { name: provider, version: column('provider_version') as number },
    recipe: readJson<CredentialRow['recipe']>(column('recipe')),
    secrets: readJson<CredentialRow['secrets']>(column('secrets')),
    sealedSecrets: column('sealed_secrets') as Uint8Array | null,
    destinations: readJson<CredentialRow['destinations']>(column('destinations')),
    environment: column('environment') as string | null,
    labels: readJson<CredentialRow['labels']>(column('labels')),
    status: column('status') as Status,
    reason: readJsonOrNull<Reason>(column('reason')),
    revision: column('revision') as number,
    configRevision: column('config_revision') as number,
    createdAt: column('created_at') as number,
    updatedAt: column('updated_at') as number,
  }
}
