import { createHash } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { Contact } from '@bursar/domain/marketing-cloud/binding.ts'
import { type ContactResult, type Counts, count } from '@bursar/domain/marketing-cloud/outcome.ts'
import { readContactLine } from './contact-line.ts'
import { type Executor, executeContact, passageIds } from './execute-contact.ts'
import type { LineSet } from './line-set.ts'
import { type Line, LineSplitter } from './ndjson-lines.ts'
import type { MarketingCloudPorts } from './ports.ts'
import type { RunBody, RunRecord, RunStatus } from './run-record.ts'

/** Where results go once they are on record. */
export interface RunSink {
  write(results: readonly ContactResult[]): void
  /** Resolves when more may come. */
  ready(): Promise<void> | undefined
}

export interface RunStart {
  record: RunRecord
  executor: Executor
  /** The same as it stands now; throws where the run may send no more. */
  lookAgain: (executor: Executor) => Promise<Executor>
  input: AsyncIterable<Uint8Array>
  /** As it was when the run began or was taken up again. */
  before: Pick<RunBody, 'intendedUpTo' | 'digest' | 'settled' | 'counts'>
  settled: LineSet
  sink: RunSink
  /** Fires when the caller has gone, somebody wants the run to end, or the broker stops. */
  stop: AbortSignal
}

interface Item {
  line: number
  contact: Contact
  /** It may have been sent before the run was interrupted. */
  doubtful: boolean
}

/** What comes of lines that come again, until all of them have come and it is known that they are the same. */
interface Held {
  items: Item[]
  results: ContactResult[]
}

/**
 * Carries a stream of contacts through an activity. A line is sent only once it is on record that it may be, and
 * its result goes out only once it is on record; all that comes together while one write is under way shares the
 * next. So much is read ahead as keeps `concurrentRequests` busy, and no more. Before anything is sent it looks whether
 * that may still be, and how.
 */
export class Run {
  readonly #ports: Pick<MarketingCloudPorts, 'clock'>
  readonly #start: RunStart
  #executor: Executor
  readonly #hash = createHash('sha256')
  readonly #concurrency: number
  readonly #ahead: number
  readonly #counts: Counts
  /** Read, and not yet on record as lines that may be sent. */
  #read: Item[] = []
  #readUpTo: number
  #allowed: Item[] = []
  #results: ContactResult[] = []
  #active = 0
  /** Read and without a result on record. */
  #open = 0
  #recordedUpTo: number
  #writing: Promise<void> | null = null
  /** Lines that may have been sent, by this run or before it, and have no result on record. */
  readonly #doubtful = new Set<number>()
  #failure: unknown = null
  /** What it was told when it was not to send any more. */
  #refusal: BursarError | null = null
  readonly #refused = new AbortController()
  readonly #stop: AbortSignal
  #unsent = 0
  #wake: (() => void) | null = null

  constructor(ports: Pick<MarketingCloudPorts, 'clock'>, start: RunStart) {
    this.#ports = ports
    this.#start = start
    this.#executor = start.executor
    this.#stop = AbortSignal.any([start.stop, this.#refused.signal])
    this.#concurrency = start.executor.activity.config.execute.concurrentRequests
    this.#ahead = this.#concurrency * 4 + 14
    this.#counts = { ...start.before.counts }
    this.#readUpTo = 0
    this.#recordedUpTo = start.before.intendedUpTo
  }

  /** Goes through all of the input; throws what kept the run from going on, once nothing is under way. */
  async finish(): Promise<{ status: RunStatus; counts: Counts }> {
    const stop = this.#stop
    stop.addEventListener('abort', this.#notify)
    let complete = false
    try {
      complete = await this.#readAll()
    } catch (error) {
      this.#failure ??= error
    }
    while (this.#failure === null ? this.#open > 0 || this.#writing !== null : this.#busy()) {
      // What was read and not sent stays unsent, also when the caller goes after the last line was read.
      if (!complete || stop.aborted) complete = this.#dropUnsent() === 0 && complete
      if (!complete && this.#active === 0 && this.#results.length === 0 && this.#writing === null) break
      await this.#change()
    }
    stop.removeEventListener('abort', this.#notify)
    // A line that was broken off has to come again.
    if (this.#doubtful.size > 0) complete = false
    if (this.#failure !== null) {
      await this.#start.record.save({ status: 'interrupted' }, this.#results).catch(() => undefined)
      throw this.#failure
    }
    const status = complete ? 'finished' : 'interrupted'
    const refusal = complete ? null : this.#explainRefusal()
    await this.#start.record.save(
      {
        status,
        settled: complete || this.#isSettled(),
        counts: this.#counts,
        endedAt: complete ? this.#ports.clock.now() : null,
        reason: refusal && { code: refusal.code, detail: refusal.detail },
      },
      [],
    )
    if (refusal !== null) throw refusal
    return { status, counts: this.#counts }
  }

  #dropUnsent(): number {
    const { length } = this.#allowed
    this.#open -= length
    this.#unsent += length
    this.#allowed = []
    return length
  }

  /** What kept it from sending on, with what was left out for that. */
  #explainRefusal(): BursarError | null {
    if (this.#refusal === null) return null
    const { code, detail, hint, problems } = this.#refusal
    const unsent = this.#unsent + this.#doubtful.size
    const left = unsent === 0 ? '' : `${unsent} of the contacts up to line ${this.#readUpTo}, and `
    return new BursarError(code, {
      detail: `${detail} The run ended with that: ${left}what comes after line ${this.#readUpTo} was not sent.`,
      hint: `${hint === undefined ? '' : `${hint} `}Resume the run with the same input once it may go on.`,
      problems,
    })
  }

  #isSettled(): boolean {
    const { before } = this.#start
    return this.#doubtful.size === 0 && (before.settled || this.#readUpTo >= before.intendedUpTo)
  }

  #busy(): boolean {
    return this.#active > 0 || this.#writing !== null
  }

  /** True when the input came to its end. */
  async #readAll(): Promise<boolean> {
    const { input, before } = this.#start
    const stop = this.#stop
    const splitter = new LineSplitter()
    const held: Held = { items: [], results: [] }
    const takeAll = async (lines: Iterable<Line>): Promise<boolean> => {
      for (const line of lines) {
        if (!(await this.#take(line, held))) return false
      }
      return true
    }
    try {
      const chunks = input[Symbol.asyncIterator]()
      for (;;) {
        const next = await this.#unlessOver(chunks.next())
        if (next === undefined) {
          // It may come to nothing before the caller sends on or goes.
          void chunks.return?.().catch(() => undefined)
          return false
        }
        if (next.done) break
        if (!(await takeAll(splitter.push(next.value)))) return false
      }
    } catch (error) {
      // The caller broke off in the middle of its input: what is on the way ends in order.
      if (error instanceof BursarError) throw error
      return false
    }
    if (stop.aborted || !(await takeAll(splitter.end()))) return false
    if (this.#readUpTo < before.intendedUpTo)
      throw inputChanged('It ends before the line the run had come to.')
    return true
  }

  /** False when the run is to stop. */
  async #take(line: Line, held: Held): Promise<boolean> {
    const { before, settled } = this.#start
    const stop = this.#stop
    // Lines that come again are as few as were on their way, and wait for all of them to have come.
    const again = line.number <= before.intendedUpTo
    while (!again && this.#open >= this.#ahead && this.#failure === null && !stop.aborted)
      await this.#change()
    const ready = this.#start.sink.ready()
    if (ready !== undefined) await this.#unlessOver(ready)
    if (this.#failure !== null || stop.aborted) return false
    this.#hash.update(line.text ?? 'x').update('\n')
    this.#readUpTo = line.number
    if (!(again && settled.has(line.number))) this.#enter(line, again && !before.settled, again ? held : null)
    if (line.number === before.intendedUpTo) {
      if (this.#digest() !== before.digest) throw inputChanged('Its lines are not those the run began with.')
      // It is the same input: what was on its way may go again, and what is no contact is on record as such.
      this.#read.push(...held.items.splice(0))
      this.#results.push(...held.results.splice(0))
      this.#flush()
    }
    return true
  }

  #enter(line: Line, doubtful: boolean, held: Held | null): void {
    const { number } = line
    const read = readContactLine(line)
    if (read === null) return
    this.#open += 1
    if (doubtful) this.#doubtful.add(number)
    if ('reason' in read) {
      const results = held?.results ?? this.#results
      results.push({ line: number, status: 'invalid', reason: read.reason, attempts: 0 })
    } else (held?.items ?? this.#read).push({ line: number, contact: read.contact, doubtful })
    if (held === null) this.#flush()
  }

  #digest(): string {
    return this.#hash.copy().digest('hex')
  }

  /** Writes what there is to write, again and again until there is nothing. */
  #flush(): void {
    if (this.#writing !== null || this.#failure !== null) return
    if (this.#read.length === 0 && this.#results.length === 0) return
    this.#writing = this.#writeAll()
      .catch((error) => {
        this.#failure ??= error
      })
      .finally(() => {
        this.#writing = null
        // What came after its last look at what there is.
        this.#flush()
        this.#notify()
      })
  }

  async #writeAll(): Promise<void> {
    const { record, sink } = this.#start
    while (this.#read.length > 0 || this.#results.length > 0) {
      if (this.#read.length > 0 || this.#allowed.length > 0) await this.#lookAgain()
      this.#send()
      const items = this.#read
      const results = this.#results
      this.#read = []
      this.#results = []
      for (const result of results) count(this.#counts, result)
      // Lines that come again are on record already, and their mark must not move back.
      const further = this.#readUpTo > this.#recordedUpTo
      if (further) this.#recordedUpTo = this.#readUpTo
      await record.save(
        {
          status: 'running',
          counts: this.#counts,
          ...(items.length > 0 && { settled: false }),
          ...(further && { intendedUpTo: this.#readUpTo, digest: this.#digest() }),
        },
        results,
      )
      this.#open -= results.length
      for (const { line } of results) this.#doubtful.delete(line!)
      if (results.length > 0) sink.write(results)
      this.#allowed.push(...items)
      this.#send()
      this.#notify()
    }
  }

  /** What may not be sent any more is left out in order, as where somebody stops the run. */
  async #lookAgain(): Promise<void> {
    if (this.#stop.aborted) return
    try {
      this.#executor = await this.#start.lookAgain(this.#executor)
    } catch (error) {
      if (!(error instanceof BursarError) || error.status >= 500) throw error
      this.#refusal = error
      this.#refused.abort()
    }
  }

  #send(): void {
    while (this.#active < this.#concurrency && this.#allowed.length > 0 && !this.#stop.aborted) {
      this.#active += 1
      void this.#execute(this.#allowed.shift()!)
    }
  }

  async #execute({ line, contact, doubtful }: Item): Promise<void> {
    const { record } = this.#start
    try {
      const result = await executeContact(
        this.#ports.clock,
        this.#executor,
        contact,
        passageIds(record.id, line),
        this.#stop,
      )
      if (result !== null) this.#results.push({ line, ...result, ...(doubtful && { mayBeRepeated: true }) })
      else this.#breakOff(line)
    } catch (error) {
      this.#failure ??= error
    }
    this.#active -= 1
    this.#flush()
    this.#notify()
  }

  /** Some attempts were made, and there is no result: when it is sent again, it may be the second time. */
  #breakOff(line: number): void {
    this.#doubtful.add(line)
    this.#open -= 1
  }

  /** What is waited for; undefined where the run is to stop, or has failed, before it comes. */
  async #unlessOver<T>(awaited: Promise<T>): Promise<T | undefined> {
    let isThere = false
    const there = () => {
      isThere = true
      this.#notify()
    }
    awaited.then(there, there)
    while (!isThere && this.#failure === null && !this.#stop.aborted) await this.#change()
    return isThere ? awaited : undefined
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  readonly #notify = (): void => {
    this.#wake?.()
    this.#wake = null
  }
}

const inputChanged = (why: string): BursarError =>
  new BursarError('run.input_changed', {
    detail: `A run is resumed with the input it began with. ${why}`,
    hint: 'Hand in the same file, from its beginning.',
  })
