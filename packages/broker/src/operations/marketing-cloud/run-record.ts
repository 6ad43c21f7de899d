import { BursarError } from '@bursar/domain/error.ts'
import { type ContactResult, type Counts, count, noCounts } from '@bursar/domain/marketing-cloud/outcome.ts'
import type { DocumentRow, EntryRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller } from '../operations.ts'
import { LineSet, rangesOf } from './line-set.ts'
import { DOOR, type MarketingCloudPorts } from './ports.ts'

export const RUN_KIND = 'run'
const RESULTS_KIND = 'run-results'
const PAGE = 100

export type RunStatus = 'running' | 'interrupted' | 'finished'

/** What is known of a run besides the results of its contacts. */
export interface RunBody {
  activityKey: string
  status: RunStatus
  /** Lines up to this one may have been sent. */
  intendedUpTo: number
  /** SHA-256 over the lines up to there, to tell whether the same input comes again. */
  digest: string
  /** True where no line is under way: it ended or was ended in order. */
  settled: boolean
  counts: Counts
  endedAt: number | null
  /** Somebody wants it to end in order. */
  stopAsked?: boolean
  /** What kept it from sending on. */
  reason?: { code: string; detail: string } | null
}

type RecordPorts = Pick<MarketingCloudPorts, 'store' | 'envelope' | 'clock' | 'random'>

export const runBody = (row: DocumentRow): RunBody => row.body as unknown as RunBody

export const runNotFound = (id: string): BursarError =>
  new BursarError('run.not_found', { detail: `There is no run "${id}" of this activity.` })

const placeOf = (workspaceId: string, id: string) => ({
  workspaceId,
  table: 'entries',
  row: `${DOOR}/${RESULTS_KIND}/${id}`,
  column: 'results',
})

/** Puts a run on record; nothing of it has been sent. */
export async function insertRun(
  { store, clock, random }: RecordPorts,
  caller: Caller,
  activity: { id: string; key: string },
  status: RunStatus = 'running',
): Promise<DocumentRow> {
  const now = clock.now()
  const body: RunBody = {
    activityKey: activity.key,
    status,
    intendedUpTo: 0,
    digest: '',
    settled: true,
    counts: noCounts(),
    endedAt: null,
  }
  const row: DocumentRow = {
    workspaceId: caller.workspaceId,
    door: DOOR,
    kind: RUN_KIND,
    id: random.id(),
    parentId: activity.id,
    name: null,
    body: { ...body },
    sealed: null,
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }
  await store.documents.insert(row, auditEntry(caller, now, 'activity.run', activity.key, { run: row.id }))
  return row
}

/**
 * The durable record of a run. Whoever writes it last owns it: the one before finds its revision gone and stops, in
 * order where that was asked for and nothing else. Results are sealed, since they hold what services say about
 * contacts.
 */
export class RunRecord {
  readonly #ports: RecordPorts
  readonly #onStop: () => void
  #row: DocumentRow

  constructor(ports: RecordPorts, row: DocumentRow, onStop: () => void) {
    this.#ports = ports
    this.#row = row
    this.#onStop = onStop
  }

  get id(): string {
    return this.#row.id
  }

  /** One durable write: how far it may go from here, and what came of those before; nothing once it is not ours. */
  async save(body: Partial<RunBody>, results: readonly ContactResult[]): Promise<void> {
    const entries = results.length === 0 ? [] : [this.#entryOf(results)]
    if (await this.#update(body, entries)) return
    if ((await this.#isAskedToStop()) && (await this.#update(body, entries))) return
    throw new BursarError('run.taken_over', {
      detail: 'Somebody else resumed this run; it goes on there.',
    })
  }

  async #update(body: Partial<RunBody>, entries: readonly EntryRow[]): Promise<boolean> {
    const { store, clock } = this.#ports
    const row = { ...this.#row, body: { ...this.#row.body, ...body }, updatedAt: clock.now() }
    const unit = { updates: [{ row, expectedRevision: this.#row.revision }], entries }
    if (!(await store.documents.save(unit, null))) return false
    this.#row = { ...row, revision: this.#row.revision + 1 }
    return true
  }

  /** Whether the one write that came between was the wish that it ends; then the run is ours still. */
  async #isAskedToStop(): Promise<boolean> {
    const found = await this.#ports.store.documents.get(this.#row)
    const next = this.#row.revision + 1
    if (found?.revision !== next || runBody(found).stopAsked !== true) return false
    this.#row = { ...this.#row, body: { ...this.#row.body, stopAsked: true }, revision: next }
    this.#onStop()
    return true
  }

  #entryOf(results: readonly ContactResult[]): EntryRow {
    const { random, clock, envelope } = this.#ports
    const { workspaceId, id: subject } = this.#row
    const id = random.id()
    const counts = noCounts()
    for (const result of results) count(counts, result)
    const sealed = envelope.seal(placeOf(workspaceId, id), JSON.stringify(results))
    const body = {
      lines: rangesOf(results.map(({ line }) => line!)),
      counts,
      results: Buffer.from(sealed).toString('base64'),
    }
    return { workspaceId, door: DOOR, kind: RESULTS_KIND, id, subject, at: clock.now(), body }
  }
}

/** What a run has on record, newest first, a page of entries at a time. */
async function* entriesOf({ store }: Pick<RecordPorts, 'store'>, run: DocumentRow): AsyncGenerator<EntryRow> {
  const at = { workspaceId: run.workspaceId, door: DOOR, kind: RESULTS_KIND, subject: run.id, limit: PAGE }
  let before: string | undefined
  for (;;) {
    const page = await store.entries.list({ ...at, ...(before !== undefined && { before }) })
    yield* page
    before = page.at(-1)?.id
    if (page.length < PAGE) return
  }
}

/** Which lines have their result, and how those ended. */
export async function readSettled(
  ports: Pick<RecordPorts, 'store'>,
  run: DocumentRow,
): Promise<{ settled: LineSet; counts: Counts }> {
  const settled = new LineSet()
  const counts = noCounts()
  for await (const { body } of entriesOf(ports, run)) {
    for (const [from, to] of body.lines as Array<[number, number]>) {
      for (let line = from; line <= to; line += 1) settled.add(line)
    }
    for (const [name, number] of Object.entries(body.counts as Counts)) counts[name as keyof Counts] += number
  }
  return { settled, counts }
}

/** The results of a run, newest first, in the batches they were written in. */
export async function* readResults(
  ports: Pick<RecordPorts, 'store' | 'envelope'>,
  run: DocumentRow,
): AsyncGenerator<readonly ContactResult[]> {
  for await (const { id, body } of entriesOf(ports, run)) {
    const sealed = Buffer.from(body.results as string, 'base64')
    yield JSON.parse(ports.envelope.open(placeOf(run.workspaceId, id), sealed)) as ContactResult[]
  }
}
