import { callDoor, type DoorBase, invalidateDoor } from '../api/door.ts'
import { toast } from '../ui/toast.tsx'

/**
 * Deletes a resource of a door and says so; `leave` goes where nothing asks for it any more before everything is read
 * anew.
 */
export async function removeResource(
  door: DoorBase,
  path: string,
  name: string,
  leave?: () => void,
): Promise<void> {
  await callDoor(door, 'DELETE', path)
  toast.done(`${name} is gone.`)
  leave?.()
  await invalidateDoor(door)
}
