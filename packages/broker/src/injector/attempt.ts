import type { Duplex } from 'node:stream'
import type { Dispatcher } from 'undici'

/** The head of an answer as it came from the wire. */
export interface AnswerHead {
  status: number
  reason: string
  /** Names and values in turn, Latin-1. */
  rawHeaders: readonly string[]
}

/** Who follows an attempt; every call says which one it is, so that a given-up attempt can be told apart. */
export interface AttemptObserver {
  /** 1xx: RFC 9110 §15.2. */
  informed(head: AnswerHead): void
  /** Answers whether to hold everything that follows the head until `release` or `cancel`. */
  answered(attempt: Attempt, head: AnswerHead): 'pass' | 'hold'
  /** Answers whether more may come. */
  received(chunk: Buffer): boolean
  ended(rawTrailers: readonly string[]): void
  /** 101: from here on the connection speaks another protocol. */
  upgraded(head: AnswerHead, upstream: Duplex): void
  failed(attempt: Attempt, error: Error): void
}

/** One request on its way through `undici`, with the events of one answer and nothing after `cancel`. */
export class Attempt implements Dispatcher.DispatchHandler {
  readonly #observer: AttemptObserver
  #controller: Dispatcher.DispatchController | null = null
  #cancelled = false
  #held: { chunks: Buffer[]; trailers: readonly string[] | null } | null = null
  /** True once a byte of an answer, 1xx included, was seen: from then on it can not be sent again unseen. */
  begun = false

  constructor(observer: AttemptObserver) {
    this.#observer = observer
  }

  /** Stops it; the connection is closed, since half an exchange is on it. */
  cancel(): void {
    this.#cancelled = true
    this.#controller?.abort(new Error('cancelled'))
  }

  /** More may come. */
  resume(): void {
    this.#controller?.resume()
  }

  /** Lets go what was held since the head. */
  release(): void {
    const held = this.#held
    this.#held = null
    if (held === null || this.#cancelled) return
    let wanted = true
    for (const chunk of held.chunks) wanted = this.#observer.received(chunk)
    if (held.trailers !== null) this.#observer.ended(held.trailers)
    else if (wanted) this.#controller?.resume()
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#cancelled) controller.abort(new Error('cancelled'))
  }

  onResponseStarted(): void {
    this.begun = true
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    reason = '',
  ): void {
    if (this.#cancelled) return
    const head = { status, reason, rawHeaders: rawFields(controller.rawHeaders) }
    if (status < 200) {
      this.#observer.informed(head)
    } else if (this.#observer.answered(this, head) === 'hold') {
      this.#held = { chunks: [], trailers: null }
      controller.pause()
    }
  }

  onRequestUpgrade(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    upstream: Duplex,
  ): void {
    if (this.#cancelled) upstream.destroy()
    else
      this.#observer.upgraded({ status, reason: '', rawHeaders: rawFields(controller.rawHeaders) }, upstream)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#cancelled) return
    // A paused connection still hands over what it had read when the other side closes.
    if (this.#held !== null) this.#held.chunks.push(chunk)
    else if (!this.#observer.received(chunk)) controller.pause()
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#cancelled) return
    const trailers = rawFields(controller.rawTrailers)
    if (this.#held !== null) this.#held.trailers = trailers
    else this.#observer.ended(trailers)
  }

  onResponseError(_controller: Dispatcher.DispatchController | null, error: Error): void {
    if (this.#cancelled) return
    this.#cancelled = true
    this.#observer.failed(this, error)
  }
}

/** HTTP/1.1 hands over a list; anything else would mean another protocol was spoken. */
function rawFields(raw: Dispatcher.DispatchController['rawHeaders']): readonly string[] {
  if (!Array.isArray(raw)) return []
  return raw.map((field) => (typeof field === 'string' ? field : field.toString('latin1')))
}
