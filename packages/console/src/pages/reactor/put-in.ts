import { callDoor, invalidateDoor } from '../../api/door.ts'
import { REACTOR } from './wire.ts'

/** Puts the extension of a package into a property. */
export async function putIn(propertyId: string, packageId: string): Promise<void> {
  const extension_package = { data: { type: 'extension_packages', id: packageId } }
  const body = { data: { type: 'extensions', relationships: { extension_package } } }
  await callDoor(REACTOR, 'POST', `/properties/${propertyId}/extensions`, { body })
  await invalidateDoor(REACTOR)
}
