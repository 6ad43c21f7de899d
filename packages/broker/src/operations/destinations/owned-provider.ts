import { BursarError } from '@bursar/domain/error.ts'
import type { Caller } from '../operations.ts'
import type { Ports } from '../ports.ts'

export const DOOR = 'destinations'
export const KIND = 'configuration'

/** Where a configuration is kept. */
export const configurationKey = ({ workspaceId }: Pick<Caller, 'workspaceId'>, id: string) => ({
  workspaceId,
  door: DOOR,
  kind: KIND,
  id,
})

/**
 * Refuses to change a provider that a destination configuration writes: the next update would undo it, and until then
 * the secrets of the partner could go to an address that the configuration does not name.
 */
export async function demandNotOfDestination(
  { store }: Pick<Ports, 'store'>,
  caller: Caller,
  name: string,
): Promise<void> {
  const [, id] = /^destination-(.+)-\d+$/.exec(name) ?? []
  if (id === undefined) return
  const row = await store.documents.get(configurationKey(caller, id))
  if (row === undefined || !(row.body.providers as string[]).includes(name)) return
  throw new BursarError('provider.owned', {
    detail: `"${name}" is an entry of a destination configuration.`,
    hint: `Change the configuration: PUT /data/core/activation/authoring/destinations/${id}.`,
  })
}
