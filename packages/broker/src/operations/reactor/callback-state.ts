import type { DocumentRow } from '../../store/store.ts'
import { DOOR } from './ports.ts'

/** A message that could not be delivered yet. */
export interface WaitingMessage {
  /** Number of the line of the audit trail. */
  seq: number
  /** Failed so far. */
  attempts: number
  /** Unix seconds. */
  dueAt: number
}

/** How far a callback has come in the audit trail. It changes with every message, so it has a row of its own. */
export interface CallbackState {
  /** Every line up to this one was delivered, or waits, or is not subscribed to. */
  cursor: number
  waiting: readonly WaitingMessage[]
  /** When the first of those that wait is due; found by it. */
  due_at: number | null
  last_failure: { at: number; type_of: string; detail: string } | null
  /** The node that delivers; nobody else does before the lease ends. */
  owner: string
  leaseUntil: number
}

export const CALLBACK_STATES = 'callback_states'

export const callbackState = (row: DocumentRow): CallbackState => row.body as unknown as CallbackState

export const stateKey = (workspaceId: string, callbackId: string) => ({
  workspaceId,
  door: DOOR,
  kind: CALLBACK_STATES,
  id: callbackId,
})

/** The state of a new callback: it begins behind this line. */
export function newState({ workspaceId, id, parentId, createdAt }: DocumentRow, cursor: number): DocumentRow {
  const body: CallbackState = {
    cursor,
    waiting: [],
    due_at: null,
    last_failure: null,
    owner: '',
    leaseUntil: 0,
  }
  return {
    ...stateKey(workspaceId, id),
    parentId,
    name: null,
    body: { ...body },
    sealed: null,
    revision: 1,
    createdAt,
    updatedAt: createdAt,
  }
}
