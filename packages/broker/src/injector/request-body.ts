import type { IncomingMessage } from 'node:http'
import { Readable } from 'node:stream'
import type { DeliveryLimits } from './delivery.ts'

export type BodyLimits = Pick<DeliveryLimits, 'replayBytes' | 'callerIdleMs'>

const MAX_DISCARDED_BYTES = 1_048_576

/**
 * The body of a caller's request on its way to a destination. It is streamed with back-pressure and, as long
 * as it is small, kept as well, so that a second attempt can send it from the start.
 */
export class RequestBody {
  readonly #source: IncomingMessage
  readonly #limits: BodyLimits
  readonly #beforeFirstRead: (() => void) | null
  #kept: Buffer[] | null = []
  #keptBytes = 0
  #ended = false
  #touched = false
  #discarding = false
  #discardedBytes = 0
  #sink: Readable | null = null
  #waiting: (() => void) | null = null

  /** `beforeFirstRead` runs before the caller is asked for its first byte: there `100 Continue` is written. */
  constructor(source: IncomingMessage, limits: BodyLimits, beforeFirstRead: (() => void) | null) {
    this.#source = source
    this.#limits = limits
    this.#beforeFirstRead = beforeFirstRead
    // Nothing flows before somebody asks for it.
    source.pause()
    source.on('data', (chunk: Buffer) => this.#take(chunk))
    source.on('end', () => this.#finish())
  }

  /** True while everything that came is still here. */
  get replayable(): boolean {
    return this.#kept !== null
  }

  /** True once the caller has sent everything. */
  get complete(): boolean {
    return this.#ended
  }

  /**
   * Calls back once the body is complete or, at the latest, when what came together with the head has been
   * read: a small body can then go out in one piece, and a slow one is not waited for.
   */
  gather(callback: () => void): void {
    if (this.#beforeFirstRead !== null) {
      callback()
      return
    }
    const timer = setImmediate(() => this.#stopWaiting())
    this.#waiting = () => {
      clearImmediate(timer)
      callback()
    }
    this.#source.resume()
  }

  /** The whole body for one attempt: in one piece when it is all here, else as a stream. */
  open(): Buffer | Readable {
    if (this.#ended && this.#kept !== null) {
      return this.#kept.length === 1 ? this.#kept[0]! : Buffer.concat(this.#kept)
    }
    if (this.#kept === null) throw new Error('a body that was let go can not be sent again')
    const sink = new Readable({ read: () => this.#ask() })
    sink.once('close', () => {
      if (this.#sink === sink) this.#hold()
    })
    // Whoever reads the stream learns of its end; nobody else has to.
    sink.on('error', () => {})
    this.#sink = sink
    for (const chunk of this.#kept) sink.push(chunk)
    if (this.#keptBytes > this.#limits.replayBytes) this.#kept = null
    if (this.#ended) sink.push(null)
    return sink
  }

  /**
   * Drops what is left, once the answer is there. A little is read so that the connection can be used again
   * and the caller gets to read the answer; a caller that goes on and on is cut off (RFC 9112 §9.6).
   */
  discard(): void {
    if (this.#ended) return
    this.#kept = null
    this.#sink = null
    this.#discarding = true
    this.#listen()
  }

  #ask(): void {
    if (!this.#touched) {
      this.#touched = true
      this.#beforeFirstRead?.()
    }
    if (!this.#ended) this.#listen()
  }

  #listen(): void {
    this.#source.socket.setTimeout(this.#limits.callerIdleMs)
    this.#source.resume()
  }

  #hold(): void {
    this.#source.socket.setTimeout(0)
    this.#source.pause()
  }

  #take(chunk: Buffer): void {
    if (this.#discarding) {
      this.#discardedBytes += chunk.length
      if (this.#discardedBytes > MAX_DISCARDED_BYTES) this.#source.destroy()
      return
    }
    // Keeping it may be what makes somebody open a stream, which then begins with it.
    const sink = this.#sink
    this.#keep(chunk)
    if (sink !== null && !sink.push(chunk)) this.#hold()
  }

  #keep(chunk: Buffer): void {
    if (this.#kept === null) return
    this.#keptBytes += chunk.length
    if (this.#keptBytes <= this.#limits.replayBytes) {
      this.#kept.push(chunk)
    } else if (this.#sink === null) {
      // Too big to keep, but the stream has to begin with it.
      this.#kept.push(chunk)
      this.#stopWaiting()
    } else {
      this.#kept = null
    }
  }

  #finish(): void {
    this.#ended = true
    this.#source.socket.setTimeout(0)
    this.#sink?.push(null)
    this.#stopWaiting()
  }

  #stopWaiting(): void {
    const waiting = this.#waiting
    this.#waiting = null
    if (waiting === null) return
    if (!this.#ended) this.#source.pause()
    waiting()
  }
}
