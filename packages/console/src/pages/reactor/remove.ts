import { callDoor, invalidateDoor } from '../../api/door.ts'
import { toast } from '../../ui/toast.tsx'
import { REACTOR } from './wire.ts'

/** Deletes a resource and says so; `leave` goes where nothing asks for it any more before everything is read anew. */
export async function removeResource(path: string, name: string, leave?: () => void): Promise<void> {
  await callDoor(REACTOR, 'DELETE', path)
  toast.done(`${name} is gone.`)
  leave?.()
  await invalidateDoor(REACTOR)
}
