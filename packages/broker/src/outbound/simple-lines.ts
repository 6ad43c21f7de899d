import type { Socket } from 'node:net'
import type { Dispatcher } from 'undici'
import type { StepListener } from './connect.ts'
import type { Connection, ConnectionAware } from './connection.ts'
import { SimpleExchange, SimpleLine } from './simple-line.ts'
import { renderSimpleRequest } from './simple-request.ts'
import { SocketReader } from './socket-reader.ts'
import { WaitingRequests } from './waiting-requests.ts'

/** Opens a connection behind the fence; with a reader, one that is read through it. */
export type OpenConnection = (onStep: StepListener, reader?: SocketReader) => Promise<Socket>

export interface SimpleLinesPorts {
  /** As the Host field spells it. */
  host: string
  open: OpenConnection
  connectionsAtMost: number
  /** How long a request waits for one of them to become free. */
  waitMs: number
  /** Says that it waited in vain, and why that ends the request. */
  exhausted(): Error
  idleSeconds: number
  idleSecondsAtMost: number
  /** A connection is not used again after this time. */
  lifeSeconds: number
  /** Has `undici` read the answer to a request that is on its way already. */
  adopt(socket: Socket, begun: Buffer, connection: Connection, exchange: SimpleExchange): void
}

const TICK_MS = 1_000
/** An origin whose answers were of another form is left to `undici` for this long. */
const UNCOMMON_TICKS = 60
/** A server that says how long it keeps a connection may mean the time since its answer left. */
const KEEP_MARGIN_SECONDS = 2

/** Connections to one origin for exchanges of the simple form, one at a time on each. */
export class SimpleLines {
  readonly #ports: SimpleLinesPorts
  readonly #idle: SimpleLine[] = []
  readonly #lines = new Set<SimpleLine>()
  readonly #waiting: WaitingRequests<SimpleExchange>
  #opening = 0
  #tick = 0
  #uncommonUntilTick = 0
  #timer: NodeJS.Timeout | null = null
  #closed: (() => void) | null = null

  constructor(ports: SimpleLinesPorts) {
    this.#ports = ports
    this.#waiting = new WaitingRequests(ports.waitMs, (exchange) => {
      exchange.abort(ports.exhausted())
      this.#settle()
    })
  }

  /** Requests under way or waiting. */
  get busy(): number {
    return this.#lines.size - this.#idle.length + this.#opening + this.waiting
  }

  get waiting(): number {
    return this.#waiting.size
  }

  /** False, with nothing done, for a request that is not of the simple form. */
  dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): boolean {
    if (this.#closed !== null || this.#tick < this.#uncommonUntilTick) return false
    const request = renderSimpleRequest(options, this.#ports.host)
    if (request === null) return false
    const exchange = new SimpleExchange(options, handler, request)
    const line = this.#takeIdle()
    if (line !== undefined) this.#begin(line, exchange)
    else if (this.#lines.size + this.#opening < this.#ports.connectionsAtMost) this.#open(exchange)
    else this.#waiting.push(exchange)
    return true
  }

  /** Ends what is idle; resolves once what is under way has ended. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#closed = resolve
      for (const line of [...this.#idle]) line.end()
      this.#settle()
    })
  }

  #takeIdle(): SimpleLine | undefined {
    // A socket that failed is destroyed a little before anybody is told.
    for (let line = this.#idle.pop(); line !== undefined; line = this.#idle.pop()) {
      if (!line.socket.destroyed) return line
    }
    return undefined
  }

  #begin(line: SimpleLine, exchange: SimpleExchange): void {
    exchange.handler.onConnection?.(line.connection)
    line.begin(exchange)
  }

  #open(exchange: SimpleExchange): void {
    const connection: Connection = { address: null, onStep: () => {} }
    exchange.handler.onConnection?.(connection)
    this.#opening += 1
    const reader = new SocketReader()
    this.#ports
      .open((step, detail) => connection.onStep(step, detail), reader)
      .then(
        (socket) => {
          this.#opening -= 1
          connection.address = socket.remoteAddress ?? null
          const line = new SimpleLine(socket, reader, connection, this.#tick, this)
          this.#lines.add(line)
          this.#timer ??= setInterval(() => this.#sweep(), TICK_MS).unref()
          line.begin(exchange)
        },
        (error: Error) => {
          this.#opening -= 1
          exchange.reason = error
          exchange.handler.onResponseError?.(exchange, error)
          this.#openNext()
        },
      )
  }

  onFree(line: SimpleLine, keepSeconds: number | null): void {
    const { idleSeconds, idleSecondsAtMost, lifeSeconds } = this.#ports
    line.idleTicks =
      keepSeconds === null ? idleSeconds : Math.min(idleSecondsAtMost, keepSeconds - KEEP_MARGIN_SECONDS)
    if (this.#closed !== null || line.idleTicks <= 0 || this.#tick - line.bornTick >= lifeSeconds) {
      line.end()
      return
    }
    const next = this.#waiting.shift()
    if (next !== undefined) {
      this.#begin(line, next)
      return
    }
    line.idleSinceTick = this.#tick
    this.#idle.push(line)
  }

  onEnding(line: SimpleLine): void {
    const index = this.#idle.indexOf(line)
    if (index !== -1) this.#idle.splice(index, 1)
  }

  onGone(line: SimpleLine): void {
    if (!this.#lines.delete(line)) return
    this.onEnding(line)
    this.#openNext()
    this.#settle()
  }

  onUncommon(line: SimpleLine, exchange: SimpleExchange, bytes: Buffer): void {
    this.#uncommonUntilTick = this.#tick + UNCOMMON_TICKS
    this.#timer ??= setInterval(() => this.#sweep(), TICK_MS).unref()
    this.#ports.adopt(line.release(), bytes, line.connection, exchange)
  }

  #openNext(): void {
    const next = this.#waiting.shift()
    if (next !== undefined) this.#open(next)
  }

  #sweep(): void {
    this.#tick += 1
    for (const line of [...this.#idle]) {
      if (this.#tick - line.idleSinceTick >= line.idleTicks) line.end()
    }
    this.#settle()
  }

  #settle(): void {
    if (this.#timer !== null && this.#lines.size === 0 && this.#tick >= this.#uncommonUntilTick) {
      clearInterval(this.#timer)
      this.#timer = null
    }
    if (this.#closed !== null && this.busy === 0) {
      if (this.#timer !== null) clearInterval(this.#timer)
      this.#timer = null
      this.#closed()
    }
  }
}
