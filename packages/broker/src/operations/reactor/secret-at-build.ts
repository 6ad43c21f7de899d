import type { SecretAtBuild } from '@bursar/domain/reactor/build-plan.ts'
import type { ReactorPorts } from './ports.ts'
import { keyOf } from './resources.ts'

/** A secret as a build finds it; null when there is none of this id. */
export async function secretAtBuild(
  { store }: ReactorPorts,
  workspaceId: string,
  id: string,
): Promise<SecretAtBuild | null> {
  const found = await store.documents.getHeld(keyOf(workspaceId, 'secrets', id))
  const credential = await store.credentials.getById(workspaceId, id)
  if (found?.held == null || credential === undefined) return null
  const { row, held } = found
  const { name, sinceVersion } = row.body as { name: string; sinceVersion: number }
  const status =
    held.version > sinceVersion
      ? 'succeeded'
      : held.status === 'needs_sign_in' && held.reason?.code === 'consent.missing'
        ? 'manual_authorization'
        : held.reason === null || held.status === 'paused'
          ? 'pending'
          : 'failed'
  return {
    id,
    name: name ?? row.name ?? id,
    status,
    environmentId: row.groupId ? row.groupId : null,
    hasDestinations: credential.destinations.length > 0,
  }
}
