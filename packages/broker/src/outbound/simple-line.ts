import type { Socket } from 'node:net'
import { type Dispatcher, errors } from 'undici'
import type { Connection, ConnectionAware } from './connection.ts'
import { OutboundFailure } from './failure.ts'
import { readSimpleHead, type SimpleHead } from './simple-answer.ts'
import type { SimpleRequest } from './simple-request.ts'
import type { SocketReader } from './socket-reader.ts'
import { uncorkInTurn } from './uncork-in-turn.ts'

/** What a line tells its owner. */
export interface LineOwner {
  /** The exchange is over and the line can carry the next, which begins in here at the earliest. */
  onFree(line: SimpleLine, keepSeconds: number | null): void
  /** Nothing may begin on it from now on: it is about to be destroyed, and gone once that is done. */
  onEnding(line: SimpleLine): void
  /** It can carry nothing any more. */
  onGone(line: SimpleLine): void
  /** The answer is not of the simple form: somebody else reads it, these bytes first. */
  onUncommon(line: SimpleLine, exchange: SimpleExchange, bytes: Buffer): void
}

/** One request and its answer on a line; what `undici` calls a controller. */
export class SimpleExchange implements Dispatcher.DispatchController {
  readonly options: Dispatcher.DispatchOptions
  readonly handler: ConnectionAware
  readonly request: SimpleRequest
  rawHeaders: string[] = []
  rawTrailers: string[] = []
  reason: Error | null = null
  paused = false
  head: SimpleHead | null = null
  /** Of the body, bytes still to come. */
  left = 0
  line: SimpleLine | null = null

  constructor(options: Dispatcher.DispatchOptions, handler: ConnectionAware, request: SimpleRequest) {
    this.options = options
    this.handler = handler
    this.request = request
  }

  get aborted(): boolean {
    return this.reason !== null
  }

  abort(reason: Error): void {
    if (this.aborted) return
    this.reason = reason
    this.line?.abandon(this)
    this.handler.onResponseError?.(this, reason)
  }

  pause(): void {
    this.paused = true
    this.line?.socket.pause()
  }

  resume(): void {
    if (!this.paused) return
    this.paused = false
    this.line?.proceed(this)
  }
}

/**
 * A kept connection that carries one exchange after another. It reads answers of the simple form by itself and
 * leaves every other to `undici`, from the first byte on.
 */
export class SimpleLine {
  readonly socket: Socket
  readonly connection: Connection
  readonly bornTick: number
  idleSinceTick = 0
  idleTicks = 0
  readonly #owner: LineOwner
  readonly #reader: SocketReader
  #exchange: SimpleExchange | null = null
  #timeoutMs = 0

  constructor(
    socket: Socket,
    reader: SocketReader,
    connection: Connection,
    bornTick: number,
    owner: LineOwner,
  ) {
    this.socket = socket
    this.#reader = reader
    this.connection = connection
    this.bornTick = bornTick
    this.#owner = owner
    reader.readInto(this.#onData)
    // What came before it belonged to anybody.
    socket.on('data', this.#onData)
    socket.on('end', this.#onEnd)
    socket.on('error', this.#onError)
    socket.on('close', this.#onClose)
    socket.on('timeout', this.#onTimeout)
  }

  /** Sends the request, unless its handler has lost interest. */
  begin(exchange: SimpleExchange): void {
    const { handler } = exchange
    handler.onRequestStart?.(exchange, null)
    if (exchange.aborted) {
      this.#owner.onFree(this, null)
      return
    }
    this.#exchange = exchange
    exchange.line = this
    this.#limitSilence(exchange.options.headersTimeout)
    this.#write(exchange.request)
    handler.onRequestSent?.()
  }

  #write({ text, rest }: SimpleRequest): void {
    const { socket } = this
    // Both leave in one system call.
    socket.cork()
    socket.write(text, 'latin1')
    if (rest !== null) socket.write(rest)
    uncorkInTurn(socket)
  }

  /** Ends the connection, and what is under way on it. */
  end(): void {
    this.#owner.onEnding(this)
    this.socket.destroy()
  }

  /** The exchange is given up: half of it is on the connection, which ends with it. */
  abandon(exchange: SimpleExchange): void {
    if (this.#exchange !== exchange) return
    this.#exchange = null
    this.end()
  }

  proceed(exchange: SimpleExchange): void {
    if (this.#exchange !== exchange) return
    // While it was paused, silence was ours.
    this.socket.setTimeout(this.#timeoutMs)
    this.socket.resume()
  }

  /** Gives the socket away, as it was before it belonged to a line. */
  release(): Socket {
    this.#exchange = null
    const { socket } = this
    socket.pause()
    this.#reader.readInto(null)
    socket.off('data', this.#onData)
    socket.off('end', this.#onEnd)
    socket.off('error', this.#onError)
    socket.off('close', this.#onClose)
    socket.off('timeout', this.#onTimeout)
    socket.setTimeout(0)
    this.#owner.onGone(this)
    return socket
  }

  readonly #onData = (bytes: Buffer): void => {
    const exchange = this.#exchange
    if (exchange === null) {
      // Nobody has asked: whatever this is, it must not become the answer to the next request.
      this.end()
      return
    }
    if (exchange.head !== null) {
      this.#takeBody(exchange, bytes)
      return
    }
    const { handler } = exchange
    handler.onResponseStarted?.()
    const head = readSimpleHead(bytes)
    if (head === null) {
      this.#owner.onUncommon(this, exchange, Buffer.from(bytes))
      return
    }
    exchange.head = head
    exchange.rawHeaders = head.rawHeaders
    exchange.left = head.length
    handler.onResponseStart?.(exchange, head.status, {}, head.reason)
    if (this.#exchange !== exchange) return
    if (exchange.left > bytes.length - head.bodyAt) this.#limitSilence(exchange.options.bodyTimeout)
    this.#takeBody(exchange, bytes.subarray(head.bodyAt))
  }

  #takeBody(exchange: SimpleExchange, bytes: Buffer): void {
    const surplus = bytes.length > exchange.left
    const body = surplus ? bytes.subarray(0, exchange.left) : bytes
    exchange.left -= body.length
    // A copy: what is behind these bytes is read into again.
    if (body.length > 0) exchange.handler.onResponseData?.(exchange, Buffer.from(body))
    if (exchange.left === 0 && this.#exchange === exchange) this.#finish(exchange, surplus)
  }

  #finish(exchange: SimpleExchange, surplus: boolean): void {
    this.#exchange = null
    exchange.line = null
    if (exchange.paused) this.socket.resume()
    // Bytes behind an answer are no answer, and a request that has not left yet would delay the next.
    if (surplus || this.socket.writableLength > 0) this.end()
    else this.#owner.onFree(this, exchange.head!.keepSeconds)
    exchange.handler.onResponseEnd?.(exchange, {})
  }

  #fail(error: Error): void {
    const exchange = this.#exchange
    this.#exchange = null
    this.end()
    if (exchange === null) return
    exchange.line = null
    exchange.reason = error
    exchange.handler.onResponseError?.(exchange, error)
  }

  readonly #onEnd = (): void => {
    if (this.#exchange?.head == null) this.#fail(new errors.SocketError('other side closed'))
    else this.#fail(new OutboundFailure('outbound.reset', CUT_OFF))
  }

  readonly #onError = (error: Error): void => this.#fail(error)

  readonly #onClose = (): void => {
    this.#fail(new errors.SocketError('closed'))
    this.#owner.onGone(this)
  }

  readonly #onTimeout = (): void => {
    const exchange = this.#exchange
    if (exchange === null || exchange.paused) return
    const detail = exchange.head === null ? 'No answer came in time.' : 'The answer stopped in the middle.'
    this.#fail(new OutboundFailure('outbound.timeout', detail))
  }

  #limitSilence(ms: number | null | undefined): void {
    const timeoutMs = ms ?? 0
    if (timeoutMs === this.#timeoutMs) return
    this.#timeoutMs = timeoutMs
    this.socket.setTimeout(timeoutMs)
  }
}

const CUT_OFF = 'The other side closed the connection in the middle of the answer.'
