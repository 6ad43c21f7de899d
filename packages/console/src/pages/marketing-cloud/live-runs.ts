import { useSyncExternalStore } from 'react'
import { callDoor, invalidateDoor } from '../../api/door.ts'
import { ApiProblem } from '../../api/problem.ts'
import type { Contacts } from './contacts.ts'
import { MARKETING_CLOUD, type Run } from './wire.ts'

/** A run whose contacts this tab sends, or has sent: they stay at hand to resume it with. */
export interface LiveRun {
  contacts: Contacts
  isSending: boolean
  /** Why the sending ended before the run did. */
  error: unknown
  /** Lets the run end in order, to be resumed. */
  stop(): void
}

const runs = new Map<string, LiveRun>()
const listeners = new Set<() => void>()

function put(id: string, run: LiveRun): void {
  runs.set(id, run)
  for (const listener of listeners) listener()
}

const subscribe = (listener: () => void) => {
  listeners.add(listener)
  return () => void listeners.delete(listener)
}

/** The run while the console is open, whichever page is in front. */
export const useLiveRun = (id: string): LiveRun | undefined =>
  useSyncExternalStore(subscribe, () => runs.get(id))

const pathOfRuns = (activityKey: string) => `/activities/${encodeURIComponent(activityKey)}/runs`

/** Makes a run and begins to send; answers its id at once. */
export async function startRun(activityKey: string, contacts: Contacts): Promise<string> {
  const { id } = await callDoor<Run>(MARKETING_CLOUD, 'POST', pathOfRuns(activityKey))
  void sendContacts(activityKey, id, contacts)
  return id
}

/** Sends contacts to a run, from their beginning; what it has done already is not done again. */
export async function sendContacts(activityKey: string, id: string, contacts: Contacts): Promise<void> {
  const breaker = new AbortController()
  const run: LiveRun = { contacts, isSending: true, error: null, stop: () => breaker.abort() }
  put(id, run)
  let error: unknown = null
  try {
    const lines = await callDoor<EndLine[]>(
      MARKETING_CLOUD,
      'POST',
      `${pathOfRuns(activityKey)}/${id}/resume`,
      {
        body: contacts.blob,
        // The results are read by themselves: a browser reads no answer before it has sent all.
        headers: { 'Content-Type': 'application/x-ndjson', Prefer: 'return=minimal' },
        signal: breaker.signal,
      },
    )
    const fault = lines.at(-1)?.error
    if (fault !== undefined) error = new ApiProblem({ status: 409, ...fault })
  } catch (failure) {
    if (!breaker.signal.aborted) error = failure
  }
  put(id, { ...run, isSending: false, error })
  await invalidateDoor(MARKETING_CLOUD)
}

/** The last line that a run answers. */
interface EndLine {
  run: Pick<Run, 'id' | 'status'>
  error?: Pick<ConstructorParameters<typeof ApiProblem>[0], 'code' | 'detail'>
}
