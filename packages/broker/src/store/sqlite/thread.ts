import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { BursarError } from '@bursar/domain/error.ts'
import type { Statement } from '../database.ts'
import { Packer } from './packed.ts'
import type { Answer, Fault, Question, WorkerSettings } from './protocol.ts'

type Asked = Question extends infer Q ? (Q extends Question ? Omit<Q, 'id'> : never) : never

/** A worker thread with one SQLite connection. A thread that dies is replaced at the next question. */
export class Thread {
  readonly #settings: WorkerSettings
  readonly #waiting = new Map<
    number,
    { resolve: (answer: Answer) => void; reject: (error: unknown) => void }
  >()
  /** What the thread that runs now was told. */
  readonly #numbers = new Map<string, number>()
  #worker: Worker | undefined
  #lastId = 0
  #closed = false

  constructor(settings: WorkerSettings) {
    this.#settings = settings
  }

  /** Asks for a group of units; a text crosses to the thread once. */
  write(units: ReadonlyArray<readonly Statement[]>): Promise<Answer> {
    const texts: string[] = []
    const packer = new Packer()
    packer.addCount(units.length)
    for (const unit of units) {
      packer.addCount(unit.length)
      for (const { sql, rows, params } of unit) {
        packer.addStatement(this.#numberOf(sql, texts), rows ?? -1, params)
      }
    }
    const packed = packer.packed()
    return this.ask({ kind: 'write', texts, units: packed }, [packed.numbers.buffer, packed.bytes.buffer])
  }

  #numberOf(sql: string, texts: string[]): number {
    let number = this.#numbers.get(sql)
    if (number === undefined) {
      number = this.#numbers.size
      this.#numbers.set(sql, number)
      texts.push(sql)
    }
    return number
  }

  ask(question: Asked, transfer: readonly ArrayBuffer[] = []): Promise<Answer> {
    if (this.#closed) {
      return Promise.reject(new BursarError('store.unavailable', { detail: 'The database is closed.' }))
    }
    const id = ++this.#lastId
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject })
      this.#worker ??= this.#start()
      this.#worker.ref()
      this.#worker.postMessage({ ...question, id }, transfer)
    })
  }

  async close(): Promise<void> {
    if (this.#closed) return
    const worker = this.#worker
    const asked = worker && this.ask({ kind: 'close' })
    this.#closed = true
    if (!worker) return
    const ended = once(worker, 'exit')
    await asked
    await ended
  }

  #start(): Worker {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), {
      workerData: this.#settings,
      // Flags of the process may not suit a file: --input-type, --eval. A diagnostic report has a part for
      // each thread, each with the environment unless its thread says no.
      execArgv: ['--report-exclude-env'],
    })
    worker.on('message', (answer: Answer) => {
      const waiting = this.#waiting.get(answer.id)
      this.#waiting.delete(answer.id)
      // An idle database keeps no process alive.
      if (this.#waiting.size === 0 && !this.#closed) worker.unref()
      if (answer.kind === 'fault') waiting?.reject(errorOf(answer.fault))
      else waiting?.resolve(answer)
    })
    worker.on('error', (cause) => this.#lost(worker, cause))
    worker.on('exit', () => this.#lost(worker, undefined))
    return worker
  }

  #lost(worker: Worker, cause: unknown): void {
    if (this.#worker !== worker) return
    this.#worker = undefined
    this.#numbers.clear()
    const error = new BursarError('store.unavailable', {
      detail: 'The thread of the database ended; whether the last writes were saved is unknown.',
      cause,
    })
    for (const { reject } of this.#waiting.values()) reject(error)
    this.#waiting.clear()
  }
}

export function errorOf(fault: Fault): BursarError {
  return new BursarError(fault.kind === 'unavailable' ? 'store.unavailable' : 'internal', {
    detail: `SQLite: ${fault.detail}`,
  })
}
