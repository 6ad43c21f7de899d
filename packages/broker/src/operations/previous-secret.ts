import type { SecretName } from '@bursar/domain/grants/grant.ts'
import type { CredentialRow, DocumentRow, DocumentUnit } from '../store/store.ts'
import type { Ports } from './ports.ts'
import type { KeptSecret } from './sealed.ts'
import { openKept, sealKept } from './sealed.ts'

type PreviousPorts = Pick<Ports, 'store' | 'envelope' | 'clock'>

/** A secret that was replaced and is kept for a while, should the provider not take the new one everywhere yet. */
export interface PreviousSecret {
  name: SecretName
  kept: KeptSecret
  until: number
}

const keyOf = ({ workspaceId, id }: Pick<CredentialRow, 'workspaceId' | 'id'>) => ({
  workspaceId,
  door: 'credentials',
  kind: 'previous-secret',
  id,
})
const placeOf = (row: Pick<CredentialRow, 'workspaceId' | 'id'>) => ({
  workspaceId: row.workspaceId,
  table: 'documents',
  row: `credentials/previous-secret/${row.id}`,
  column: 'sealed',
})

/** What keeps one for a credential, or none; what was kept before is let go with it. */
export async function replacePrevious(
  { store, envelope, clock }: PreviousPorts,
  row: Pick<CredentialRow, 'workspaceId' | 'id'>,
  previous: PreviousSecret | null,
): Promise<DocumentUnit> {
  const now = clock.now()
  const key = keyOf(row)
  const before = await store.documents.get(key)
  if (previous === null) return before === undefined ? {} : { deletes: [key] }
  const { name, kept, until } = previous
  const next: DocumentRow = {
    ...key,
    parentId: '',
    name: null,
    body: { name, until },
    sealed: sealKept(envelope, placeOf(row), kept),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }
  return before === undefined
    ? { inserts: [next] }
    : { updates: [{ row: next, expectedRevision: before.revision }] }
}

/** The one that still counts; null when there is none. */
export async function loadPrevious(
  { store, envelope, clock }: PreviousPorts,
  row: Pick<CredentialRow, 'workspaceId' | 'id'>,
): Promise<PreviousSecret | null> {
  const document = await store.documents.get(keyOf(row))
  if (document === undefined) return null
  const { name, until } = document.body as { name: SecretName; until: number }
  if (until <= clock.now()) return null
  return { name, until, kept: openKept(envelope, placeOf(row), document.sealed!) }
}

const forgetPrevious = (
  { store }: Pick<Ports, 'store'>,
  row: Pick<CredentialRow, 'workspaceId' | 'id'>,
): Promise<boolean> => store.documents.delete(keyOf(row), null)

const PRUNED_AT_ONCE = 1_000

/** Lets go of those whose time is over, and of those whose credential is gone. */
export async function prunePrevious({ store, clock }: Pick<Ports, 'store' | 'clock'>): Promise<void> {
  const at = { workspaceId: 'default', door: 'credentials', kind: 'previous-secret', limit: PRUNED_AT_ONCE }
  for (const { workspaceId, id, body } of await store.documents.list(at)) {
    const isOver = (body.until as number) <= clock.now()
    if (isOver || (await store.credentials.getById(workspaceId, id)) === undefined)
      await forgetPrevious({ store }, { workspaceId, id })
  }
}
