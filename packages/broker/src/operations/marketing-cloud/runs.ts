import { BursarError } from '@bursar/domain/error.ts'
import { type ContactResult, type Counts, noCounts } from '@bursar/domain/marketing-cloud/outcome.ts'
import type { DocumentRow } from '../../store/store.ts'
import { listDocuments, type PageQuery } from '../document-list.ts'
import type { Caller, Page } from '../operations.ts'
import { demand } from '../permission.ts'
import { loadActivity } from './activity.ts'
import { demandSend } from './endpoint.ts'
import { type Executor, prepareAgain, prepareExecution } from './execute-contact.ts'
import { LineSet } from './line-set.ts'
import { DOOR, type MarketingCloudPorts } from './ports.ts'
import { Run, type RunSink } from './run.ts'
import {
  insertRun,
  RUN_KIND,
  type RunBody,
  RunRecord,
  type RunStatus,
  readResults,
  readSettled,
  runBody,
  runNotFound,
} from './run-record.ts'

/** A run as far as it has come. */
export interface RunView {
  id: string
  activityKey: string
  /** `running` also when the broker that drove it is gone: then it waits to be resumed. */
  status: RunStatus
  /** How far the input was read. */
  lines: number
  counts: Counts
  startedAt: number
  updatedAt: number
  endedAt: number | null
  /** Of one that was interrupted since it might send no more. */
  reason: { code: string; detail: string } | null
}

/** A run that has begun: what it is called, and its way to the end. */
export interface StartedRun {
  id: string
  /** Sends nothing before it is called. */
  drive(sink: RunSink, stop: AbortSignal): Promise<{ status: RunStatus; counts: Counts }>
}

export interface Runs {
  start(caller: Caller, key: string, input: AsyncIterable<Uint8Array>): Promise<StartedRun>
  /** A run that waits for its contacts: `resume` brings them. Whoever needs its id before they are sent. */
  create(caller: Caller, key: string): Promise<RunView>
  /** Goes on where the run stopped; the input is the same, from its beginning. */
  resume(caller: Caller, key: string, id: string, input: AsyncIterable<Uint8Array>): Promise<StartedRun>
  /** Lets a run end in order, whoever drives it, to be resumed; it may go on until what is under way has ended. */
  interrupt(caller: Caller, key: string, id: string): Promise<RunView>
  get(caller: Caller, key: string, id: string): Promise<RunView>
  /** Newest first. */
  list(caller: Caller, key: string, query: PageQuery): Promise<Page<RunView>>
  /** Newest first. */
  results(caller: Caller, key: string, id: string): Promise<AsyncIterable<readonly ContactResult[]>>
  /** Lets every run of this node end in order, to be resumed. */
  stop(): Promise<void>
}

const viewOf = (row: DocumentRow): RunView => {
  const { activityKey, status, intendedUpTo: lines, counts, endedAt, reason = null } = runBody(row)
  const { id, createdAt: startedAt, updatedAt } = row
  return { id, activityKey, status, lines, counts, startedAt, updatedAt, endedAt, reason }
}

/** A run that this node drives. */
interface Flight {
  id: string
  asked: AbortController
  settled: Promise<unknown>
}

/** A run that goes on writes its record many times a second. */
const OVERWRITE_ATTEMPTS = 50

export function createRuns(ports: MarketingCloudPorts): Runs {
  const { store } = ports
  const stopping = new AbortController()
  const underWay = new Set<Flight>()

  async function load(caller: Caller, key: string, id: string): Promise<DocumentRow> {
    const { workspaceId } = caller
    const activity = await loadActivity(ports, workspaceId, key)
    const row = await store.documents.get({ workspaceId, door: DOOR, kind: RUN_KIND, id })
    if (row === undefined || row.parentId !== activity.row.id) throw runNotFound(id)
    return row
  }

  /** Writes between two writes of whoever drives the run; null changes nothing. */
  async function overwrite(
    caller: Caller,
    key: string,
    id: string,
    change: (body: RunBody) => Partial<RunBody> | null,
  ): Promise<DocumentRow> {
    for (let attempt = 0; attempt < OVERWRITE_ATTEMPTS; attempt += 1) {
      const row = await load(caller, key, id)
      const changed = change(runBody(row))
      if (changed === null) return row
      const written = { ...row, body: { ...row.body, ...changed }, updatedAt: ports.clock.now() }
      if (await store.documents.update(written, row.revision, null)) {
        return { ...written, revision: row.revision + 1 }
      }
    }
    throw new BursarError('run.taken_over', { detail: 'Somebody else is resuming this run.' })
  }

  /** Whoever drove it until now finds that it is theirs no longer, before it is read how far they came. */
  const takeOver = (caller: Caller, key: string, id: string): Promise<DocumentRow> =>
    overwrite(caller, key, id, ({ status }) => {
      if (status === 'finished') {
        throw new BursarError('run.finished', {
          detail: `The run "${id}" has come to its end.`,
          hint: `Its results: bursar activity results ${key} ${id}.`,
        })
      }
      return { status: 'running', stopAsked: false, reason: null }
    })

  function started(
    caller: Caller,
    row: DocumentRow,
    begin: Omit<ConstructorParameters<typeof Run>[1], 'sink' | 'stop' | 'record' | 'lookAgain'>,
  ): StartedRun {
    const asked = new AbortController()
    const record = new RunRecord(ports, row, () => asked.abort())
    const lookAgain = (executor: Executor) => prepareAgain(ports, caller, executor)
    return {
      id: row.id,
      drive(sink, stop) {
        const any = AbortSignal.any([stop, stopping.signal, asked.signal])
        const run = new Run(ports, { ...begin, record, lookAgain, sink, stop: any }).finish()
        const flight: Flight = { id: row.id, asked, settled: run.catch(() => undefined) }
        underWay.add(flight)
        void flight.settled.finally(() => underWay.delete(flight))
        return run
      },
    }
  }

  return {
    async start(caller, key, input) {
      const executor = await prepareExecution(ports, caller, key)
      const row = await insertRun(ports, caller, { id: executor.activity.row.id, key })
      const before = { intendedUpTo: 0, digest: '', settled: true, counts: noCounts() }
      return started(caller, row, { executor, input, before, settled: new LineSet() })
    },

    async create(caller, key) {
      const { activity } = await prepareExecution(ports, caller, key)
      return viewOf(await insertRun(ports, caller, { id: activity.row.id, key }, 'interrupted'))
    },

    async resume(caller, key, id, input) {
      const executor = await prepareExecution(ports, caller, key)
      const owned = await takeOver(caller, key, id)
      const { settled, counts } = await readSettled(ports, owned)
      const { intendedUpTo, digest, settled: inOrder } = runBody(owned)
      const before = { intendedUpTo, digest, settled: inOrder, counts }
      return started(caller, owned, { executor, input, before, settled })
    },

    async interrupt(caller, key, id) {
      const { config } = await loadActivity(ports, caller.workspaceId, key)
      demandSend(caller, config.execute)
      // Where nobody drives it any more that is all there is to do.
      const row = await overwrite(caller, key, id, ({ status }) =>
        status === 'running' ? { status: 'interrupted', stopAsked: true } : null,
      )
      // Another node finds it at its next write.
      const here = [...underWay].filter((flight) => flight.id === id)
      for (const { asked } of here) asked.abort()
      return { ...viewOf(row), ...(here.length > 0 && { status: 'running' }) }
    },

    async get(caller, key, id) {
      demand(caller, { action: 'credentials:read' })
      return viewOf(await load(caller, key, id))
    },

    async list(caller, key, query) {
      demand(caller, { action: 'credentials:read' })
      const { workspaceId } = caller
      const { row } = await loadActivity(ports, workspaceId, key)
      const at = { workspaceId, door: DOOR, kind: RUN_KIND, parentId: row.id, newestFirst: true }
      return listDocuments(ports, at, query, viewOf)
    },

    async results(caller, key, id) {
      demand(caller, { action: 'credentials:read' })
      return readResults(ports, await load(caller, key, id))
    },

    async stop() {
      stopping.abort()
      await Promise.all([...underWay].map(({ settled }) => settled))
    },
  }
}
