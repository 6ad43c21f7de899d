import type { SecretFacts } from '@bursar/domain/credential.ts'
import { isFormerHeaderField } from '@bursar/domain/destination-sdk/token-request.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { fieldsOf } from '@bursar/domain/field.ts'
import type { ProviderSecretReference, SecretReference } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { SecretSource } from '@bursar/domain/secret-input.ts'
import type { DocumentRow, ProviderRow } from '../store/store.ts'
import type { Ports } from './ports.ts'

type DetailPorts = Pick<Ports, 'store' | 'envelope'>
type Kept = Record<string, { value: string } | { reference: SecretReference }>

/** What a provider has besides its versions: words for people, and secrets that its credentials share. */
export interface ProviderDetail {
  description: string | null
  secrets: Readonly<Record<string, SecretFacts>>
}

const NOTHING: ProviderDetail = { description: null, secrets: {} }
const ATTEMPTS = 5

const keyOf = (workspaceId: string, provider: string) => ({
  workspaceId,
  door: 'providers',
  kind: 'detail',
  id: provider,
})
const placeOf = (workspaceId: string, provider: string) => ({
  workspaceId,
  table: 'documents',
  row: `providers/detail/${provider}`,
  column: 'sealed',
})

const detailOf = (row: DocumentRow | undefined): ProviderDetail =>
  row === undefined ? NOTHING : (row.body as unknown as ProviderDetail)

export async function loadProviderDetail(
  { store }: Pick<Ports, 'store'>,
  workspaceId: string,
  provider: string,
): Promise<ProviderDetail> {
  return detailOf(await store.documents.get(keyOf(workspaceId, provider)))
}

/** Those secrets that are named replace the ones before, null takes one away, all others stay. */
export async function saveProviderDetail(
  { store, envelope }: DetailPorts,
  workspaceId: string,
  provider: string,
  change: { description: string | null; secrets: Readonly<Record<string, SecretSource | null>> },
  now: number,
): Promise<ProviderDetail> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const key = keyOf(workspaceId, provider)
    const before = await store.documents.get(key)
    const named = Object.entries(change.secrets)
    if (before === undefined && named.length === 0 && change.description === null) return NOTHING
    const kept = openKept({ envelope }, workspaceId, provider, before)
    const facts: Record<string, SecretFacts> = { ...detailOf(before).secrets }
    for (const [name, secret] of named) {
      delete kept[name]
      delete facts[name]
      if (secret === null) continue
      kept[name] = secret instanceof Secret ? { value: secret.reveal() } : { reference: secret }
      facts[name] = {
        set: true,
        updatedAt: now,
        ...(!(secret instanceof Secret) && { reference: secret }),
      }
    }
    const body = { description: change.description, secrets: facts }
    const row: DocumentRow = {
      ...key,
      parentId: '',
      name: null,
      body,
      sealed: envelope.seal(placeOf(workspaceId, provider), JSON.stringify(kept)),
      revision: 1,
      createdAt: before?.createdAt ?? now,
      updatedAt: now,
    }
    const saved =
      before === undefined
        ? await store.documents.insert(row, null)
        : await store.documents.update(row, before.revision, null)
    if (saved) return body
  }
  throw new BursarError('store.unavailable', {
    detail: 'Somebody else is changing this provider. Repeat it.',
  })
}

export async function removeProviderDetail(
  { store }: Pick<Ports, 'store'>,
  workspaceId: string,
  provider: string,
): Promise<void> {
  await store.documents.delete(keyOf(workspaceId, provider), null)
}

function openKept(
  { envelope }: Pick<Ports, 'envelope'>,
  workspaceId: string,
  provider: string,
  row: DocumentRow | undefined,
): Kept {
  if (row === undefined || row.sealed === null) return {}
  return JSON.parse(envelope.open(placeOf(workspaceId, provider), row.sealed)) as Kept
}

/** The secrets that live here, in the clear, for an operation that has to put them back where they stood. */
export async function readProviderSecrets(
  ports: DetailPorts,
  workspaceId: string,
  provider: string,
): Promise<Record<string, string>> {
  const row = await ports.store.documents.get(keyOf(workspaceId, provider))
  const kept = Object.entries(openKept(ports, workspaceId, provider, row))
  return Object.fromEntries(kept.flatMap(([name, one]) => ('value' in one ? [[name, one.value]] : [])))
}

/** Reads a secret of a provider at the moment of an exchange. */
export async function resolveProviderSecret(
  ports: DetailPorts & Pick<Ports, 'sources'>,
  workspaceId: string,
  { provider, name }: ProviderSecretReference,
): Promise<Secret> {
  const row = await ports.store.documents.get(keyOf(workspaceId, provider))
  const kept = openKept(ports, workspaceId, provider, row)[name]
  if (kept === undefined) {
    throw new BursarError('secret.unresolved', {
      detail: `The provider "${provider}" keeps no secret ${name}.`,
      hint: `Give it one: PUT /v1/providers/${provider}.`,
    })
  }
  if ('value' in kept) return new Secret(kept.value)
  if (kept.reference.from !== 'provider') return ports.sources.resolve(kept.reference)
  throw new BursarError('secret.unresolved', { detail: 'A secret of a provider refers to another provider.' })
}

/**
 * References to every secret that a provider keeps, for a credential that is made from it; but for those that only
 * credentials of an earlier version read.
 */
export async function sharedSecrets(
  ports: Pick<Ports, 'store'>,
  { workspaceId, name: provider, recipe }: Pick<ProviderRow, 'workspaceId' | 'name' | 'recipe'>,
): Promise<Record<string, ProviderSecretReference>> {
  const { secrets } = await loadProviderDetail(ports, workspaceId, provider)
  const declared = new Set(fieldsOf(recipe).map(({ name }) => name))
  const shared = Object.keys(secrets).filter((name) => declared.has(name) || !isFormerHeaderField(name))
  return Object.fromEntries(shared.map((name) => [name, { from: 'provider' as const, provider, name }]))
}
