import type { SecretAtBuild } from '@bursar/domain/reactor/build-plan.ts'
import type { ReactorPorts } from './ports.ts'
import { keyOf } from './resources.ts'
import { viewSecret } from './secret-rows.ts'

/** A secret as a build finds it; null when there is none of this id. */
export async function secretAtBuild(
  { store }: ReactorPorts,
  workspaceId: string,
  id: string,
): Promise<SecretAtBuild | null> {
  const found = await store.documents.getHeld(keyOf(workspaceId, 'secrets', id))
  const credential = await store.credentials.getById(workspaceId, id)
  if (found === undefined || credential === undefined) return null
  const { body, state, environmentId } = await viewSecret({ store }, found)
  return {
    id,
    name: body.name,
    status: state.status,
    environmentId: environmentId || null,
    hasDestinations: credential.destinations.length > 0,
  }
}
