import { CALLBACK_RETRY_SECONDS, WAITING_AT_MOST } from '@bursar/domain/reactor/callback.ts'
import { MEDIA_TYPE } from '@bursar/domain/reactor/json-api/document.ts'
import type { Outbound, SendResult } from '../../outbound/outbound.ts'
import type { AuditRow, DocumentKey, DocumentRow } from '../../store/store.ts'
import type { Ports } from '../ports.ts'
import { type AuditEvent, eventsOf } from './audit-events.ts'
import { CALLBACK_STATES, type CallbackState, callbackState, type WaitingMessage } from './callback-state.ts'
import { DOOR } from './ports.ts'

export interface CallbackDeliveryPorts extends Pick<Ports, 'store' | 'clock' | 'log' | 'settings'> {
  /** Through the outbound fence, as everything that leaves. */
  destinations: Outbound
  workspaces(): readonly string[]
  /** The document that tells of an event. */
  message(event: AuditEvent): string
}

export interface CallbackDelivery {
  /** Begins to deliver what is due, which goes on by itself; answers whether there is more to look through at once. */
  step(): Promise<boolean>
  /** Lets what is under way end; what is left is delivered by another node, or after the next start. */
  stop(): Promise<void>
}

/** Something of the trail to be told, for the first time or again. */
interface Message {
  seq: number
  line: AuditRow | undefined
  before: WaitingMessage | null
}

const AT_ONCE = 100
/** Callbacks that are delivered to at the same time. */
const FLIGHTS_AT_MOST = 32

/**
 * Tells callbacks what the audit trail says. The cursor of a callback moves on in the database when a message was
 * delivered or put by, so each is delivered at least once, whichever node ends in between; a lease on the cursor keeps
 * two nodes from delivering the same.
 */
export function createCallbackDelivery(ports: CallbackDeliveryPorts): CallbackDelivery {
  const { store, clock, log, settings } = ports
  const { nodeId } = settings
  const stopping = new AbortController()
  /** How far this node has looked through the trail, by workspace. */
  const seen = new Map<string, number>()
  const flights = new Map<string, Promise<void>>()
  /** Those that another node, or an earlier flight, was busy with. */
  const again = new Map<string, DocumentKey>()

  function begin({ workspaceId, door, kind, id }: DocumentKey): void {
    const key = { workspaceId, door, kind, id }
    if (flights.has(id) || flights.size >= FLIGHTS_AT_MOST) return void again.set(id, key)
    again.delete(id)
    const flight = deliver(key)
      .catch((error: Error) => {
        log.warn('callback_delivery_failed', { callback: id, error: error.name, detail: error.message })
        return 'busy' as const
      })
      .then((end) => {
        flights.delete(id)
        if (end === 'busy') again.set(id, key)
      })
    flights.set(id, flight)
  }

  /** Each callback of the property, or of the workspace. */
  async function beginAll(where: { workspaceId: string; parentId?: string }): Promise<void> {
    let after: { createdAt: number; id: string } | undefined
    for (;;) {
      const at = { ...where, door: DOOR, kind: CALLBACK_STATES, limit: AT_ONCE }
      const rows = await store.documents.list({ ...at, ...(after && { after }) })
      rows.forEach(begin)
      if (rows.length < AT_ONCE) return
      after = rows.at(-1)
    }
  }

  /** The callbacks of those properties of which there is news; answers whether there may be more. */
  async function beginNews(workspaceId: string, from: number): Promise<boolean> {
    const lines = await store.audit.eventsAfter({ workspaceId, after: from, limit: AT_ONCE })
    const properties = new Set(lines.map(({ detail }) => String(detail.property)))
    for (const parentId of properties) await beginAll({ workspaceId, parentId })
    if (lines.length > 0) seen.set(workspaceId, lines.at(-1)!.seq)
    return lines.length === AT_ONCE
  }

  async function beginDue(workspaceId: string): Promise<void> {
    const { found } = await store.documents.query({
      workspaceId,
      door: DOOR,
      kind: CALLBACK_STATES,
      where: [
        { field: { member: 'due_at', as: 'number' }, any: [{ op: 'lt', value: clock.now() + 1 }], all: [] },
      ],
      order: [],
      offset: 0,
      limit: AT_ONCE,
    })
    for (const { row } of found) begin(row)
  }

  /** One callback, until nothing is left; `busy` when another node has it. */
  async function deliver(key: DocumentKey): Promise<'done' | 'busy'> {
    let row = await store.documents.get(key)
    let isMine = false
    while (row !== undefined) {
      const callback = await store.documents.get({ ...key, kind: 'callbacks' })
      if (callback === undefined) return 'done'
      const state = callbackState(row)
      const { message, cursor } = await next(row, callback.body.subscriptions as readonly string[])
      const isLeft = message !== undefined && !stopping.signal.aborted
      if (!isLeft && !isMine && cursor === state.cursor) return 'done'
      if (!isMine && state.owner !== nodeId && state.leaseUntil > clock.now()) return 'busy'
      if (!isLeft) return (await save(row, { ...state, cursor }, 'released')) ? 'done' : 'busy'
      if (!isMine) {
        row = await save(row, state, 'leased')
        if (row === undefined) return 'busy'
        isMine = true
      }
      const after = await told(callback, callbackState(row), message)
      row = await save(row, { ...after, cursor: Math.max(cursor, after.cursor) }, 'leased')
    }
    return isMine ? 'busy' : 'done'
  }

  /** What is to be told next, and how far there is nothing to tell. */
  async function next(
    { workspaceId, parentId, body }: DocumentRow,
    subscriptions: readonly string[],
  ): Promise<{ message?: Message; cursor: number }> {
    const { waiting, cursor } = body as unknown as CallbackState
    const before = waiting.find(({ dueAt }) => dueAt <= clock.now())
    if (before !== undefined) {
      const [line] = await store.audit.list({ workspaceId, before: before.seq + 1, limit: 1 })
      return { message: { seq: before.seq, line, before }, cursor }
    }
    if (waiting.length >= WAITING_AT_MOST) return { cursor }
    let after = cursor
    for (;;) {
      const at = { workspaceId, property: parentId, after, limit: AT_ONCE }
      const lines = await store.audit.eventsAfter(at)
      const line = lines.find(({ detail }) => subscriptions.includes(String(detail.event)))
      if (line !== undefined) {
        return { message: { seq: line.seq, line, before: null }, cursor: line.seq - 1 }
      }
      after = lines.at(-1)?.seq ?? after
      if (lines.length < AT_ONCE) return { cursor: after }
    }
  }

  /** Sends a message; answers the state that this comes to. */
  async function told(
    { id, body }: DocumentRow,
    state: CallbackState,
    { seq, line, before }: Message,
  ): Promise<CallbackState> {
    const [event] = await eventsOf(ports, line?.seq === seq ? [line] : [])
    const detail = event === undefined ? null : await send(String(body.url), ports.message(event))
    const now = clock.now()
    const others = state.waiting.filter((one) => one.seq !== seq)
    const cursor = Math.max(state.cursor, seq)
    if (detail === null) return { ...state, cursor, waiting: others }
    const attempts = (before?.attempts ?? 0) + 1
    const pause = CALLBACK_RETRY_SECONDS[attempts - 1]
    const facts = { callback: id, audit_event: event!.id, type_of: event!.typeOf, attempts, detail }
    if (pause === undefined) log.warn('callback_discarded', facts)
    else log.warn('callback_failed', facts)
    const put = pause === undefined ? [] : [{ seq, attempts, dueAt: now + pause }]
    const last_failure = { at: now, type_of: event!.typeOf, detail }
    return { ...state, cursor, waiting: [...others, ...put], last_failure }
  }

  /** Null when it was taken, else why it was not: never what the other side answered besides its status. */
  async function send(url: string, body: string): Promise<string | null> {
    const headers = [['content-type', MEDIA_TYPE]] as const
    const sent: SendResult = await ports.destinations.send(
      { method: 'POST', url, headers, body },
      { deadlineMs: settings.upstreamDeadlineSeconds * 1000 },
    )
    if (sent.kind === 'no_answer') return sent.failure.detail
    const { status } = sent.answer
    return status >= 200 && status < 300 ? null : `The answer was ${status}.`
  }

  /** The row as it is then; undefined when another node changed it. */
  async function save(
    row: DocumentRow,
    state: CallbackState,
    lease: 'leased' | 'released',
  ): Promise<DocumentRow | undefined> {
    const now = clock.now()
    const due = state.waiting.map(({ dueAt }) => dueAt)
    const body: CallbackState = {
      ...state,
      due_at: due.length === 0 ? null : Math.min(...due),
      owner: nodeId,
      leaseUntil: lease === 'leased' ? now + settings.leaseSeconds : 0,
    }
    const next = { ...row, body: { ...body }, updatedAt: now }
    const isSaved = await store.documents.update(next, row.revision, null)
    return isSaved ? { ...next, revision: row.revision + 1 } : undefined
  }

  return {
    async step() {
      let more = false
      for (const workspaceId of ports.workspaces()) {
        const from = seen.get(workspaceId)
        if (from === undefined) {
          const [last] = await store.audit.list({ workspaceId, limit: 1 })
          // There may be some that another node did not come to the end of.
          await beginAll({ workspaceId })
          seen.set(workspaceId, last?.seq ?? 0)
        } else if (await beginNews(workspaceId, from)) more = true
        await beginDue(workspaceId)
      }
      // Last: while the database is away nothing is begun.
      for (const key of [...again.values()]) begin(key)
      return more
    },
    async stop() {
      stopping.abort()
      await Promise.all(flights.values())
    },
  }
}
