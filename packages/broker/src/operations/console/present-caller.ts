import { BursarError } from '@bursar/domain/error.ts'
import type { Caller } from '../operations.ts'
import type { Ports } from '../ports.ts'
import { ticketKey, ticketOfRow } from './session.ts'

type PresentPorts = Pick<Ports, 'store' | 'envelope' | 'clock'>

/** Refuses a caller whose key was deleted or has expired, or whose session was ended, since they were let in. */
export async function demandPresent(ports: PresentPorts, caller: Caller): Promise<void> {
  const callerId = await keyBehind(ports, caller)
  if (callerId === null) return
  const row = await ports.store.callers.get(caller.workspaceId, callerId)
  if (row === undefined) throw gone(`The key "${caller.name}" was deleted.`)
  if (row.expiresAt !== null && row.expiresAt <= ports.clock.now())
    throw gone(`The key "${caller.name}" has expired.`)
}

/** Null for a session that stands for no key: of a person or the operator. */
async function keyBehind(
  { store, envelope, clock }: PresentPorts,
  { workspaceId, id, sessionId }: Caller,
): Promise<string | null> {
  if (sessionId === undefined) return id
  const row = await store.documents.get(ticketKey({ workspaceId, kind: 'session', id: sessionId }))
  const ticket = row && ticketOfRow(envelope, row)
  if (ticket === undefined || ticket.endsAt <= clock.now())
    throw new BursarError('session.ended', { detail: 'The session has ended.', hint: 'Sign in again.' })
  return ticket.identity.kind === 'caller' ? ticket.identity.id : null
}

const gone = (detail: string): BursarError =>
  new BursarError('caller.unauthenticated', { detail, hint: 'Make a key: bursar caller create.' })
