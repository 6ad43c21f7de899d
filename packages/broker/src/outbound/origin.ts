import type { Socket } from 'node:net'
import { type buildConnector, Client, type Dispatcher, Pool } from 'undici'
import type { Connection, ConnectionAware } from './connection.ts'
import { OutboundFailure } from './failure.ts'
import type { SimpleExchange } from './simple-line.ts'
import { type OpenConnection, SimpleLines } from './simple-lines.ts'
import { WaitingRequests } from './waiting-requests.ts'

/** Requests to one origin. */
export interface OriginDispatcher {
  dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): void
}

export interface OriginPorts {
  open: OpenConnection
  connectionsAtMost: number
  /** How long a request waits for one of them to become free. */
  waitMs: number
  /** Requests have waited in vain. */
  onExhausted?: (origin: string, connections: number) => void
}

/** A request, or its answer, that is not of the common form. */
interface Uncommon {
  options: Dispatcher.DispatchOptions
  handler: ConnectionAware
}

const EXHAUSTED_HINT =
  'Answers that last, such as event streams, hold a connection each. See which of them are still wanted.'
/** How long an idle connection is kept: below the 5 s after which Node, Apache and uvicorn hang up. */
const IDLE_SECONDS = 4
/** What a server may ask for instead, with `Keep-Alive: timeout=…`. */
const IDLE_SECONDS_AT_MOST = 60
/** A busy connection is replaced after this time, so that no address outlives its DNS answer by more. */
const CONNECTION_LIFE_SECONDS = 60
const MAX_HEADER_BYTES = 32 * 1024

/**
 * Connections to one origin. Exchanges of the common form go over lines that do nothing else; everything that
 * is not, be it the request or its answer, is read and written by `undici`.
 */
export class Origin implements OriginDispatcher {
  readonly #origin: string
  readonly #ports: OriginPorts
  readonly #lines: SimpleLines
  readonly #waiting: WaitingRequests<Uncommon>
  #pool: Pool | null = null
  /** Exchanges that `undici` has, adopted ones among them. */
  #uncommon = 0
  #reported = false

  constructor(origin: string, ports: OriginPorts) {
    const { open, connectionsAtMost, waitMs } = ports
    this.#origin = origin
    this.#ports = ports
    const exhausted = () => this.#exhausted()
    this.#waiting = new WaitingRequests(waitMs, ({ handler }) => handler.onResponseError?.(null, exhausted()))
    this.#lines = new SimpleLines({
      host: new URL(origin).host,
      open,
      connectionsAtMost,
      waitMs,
      exhausted,
      idleSeconds: IDLE_SECONDS,
      idleSecondsAtMost: IDLE_SECONDS_AT_MOST,
      lifeSeconds: CONNECTION_LIFE_SECONDS,
      adopt: (...taken) => this.#adopt(...taken),
    })
  }

  /** Requests under way or waiting. */
  get busy(): number {
    return this.#lines.busy + this.#uncommon + this.#waiting.size
  }

  /** Requests that wait for a connection to become free. */
  get waiting(): number {
    return this.#lines.waiting + this.#waiting.size
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): void {
    if (this.#lines.dispatch(options, handler)) return
    if (this.#uncommon < this.#ports.connectionsAtMost) this.#give({ options, handler })
    else this.#waiting.push({ options, handler })
  }

  async close(): Promise<void> {
    await Promise.all([this.#lines.close(), this.#waiting.emptied().then(() => this.#pool?.close())])
  }

  #give({ options, handler }: Uncommon): void {
    this.#pool ??= this.#createPool()
    this.#pool.dispatch(options, this.#follow(handler))
  }

  /** Counts an exchange until it is over; the next one that waits takes its place. */
  #follow(handler: ConnectionAware): FollowedExchange {
    this.#uncommon += 1
    return new FollowedExchange(handler, () => {
      this.#uncommon -= 1
      if (this.#uncommon >= this.#ports.connectionsAtMost) return
      const next = this.#waiting.shift()
      if (next !== undefined) this.#give(next)
    })
  }

  /** Said to the operator once for all who wait together. */
  #exhausted(): OutboundFailure {
    const { connectionsAtMost, onExhausted } = this.#ports
    if (!this.#reported) onExhausted?.(this.#origin, connectionsAtMost)
    this.#reported = this.waiting > 0
    const all = `All ${connectionsAtMost} connections to ${this.#origin} are in use`
    const detail = `${all}, and none became free in time. Nothing was sent.`
    return new OutboundFailure('outbound.timeout', detail, EXHAUSTED_HINT)
  }

  #createPool(): Pool {
    const connect = (connection: Connection, callback: buildConnector.Callback) => {
      this.#ports
        .open((step, detail) => connection.onStep(step, detail))
        .then(
          (socket) => {
            connection.address = socket.remoteAddress ?? null
            callback(null, socket)
          },
          (error) => callback(error, null),
        )
    }
    return new Pool(this.#origin, {
      ...CLIENT_OPTIONS,
      connections: this.#ports.connectionsAtMost,
      factory: (origin, options) => new ObservedClient(origin, options, connect),
    })
  }

  /** A client for the one answer that is on its way to this socket. It is told to send, and sends nothing. */
  #adopt(socket: Socket, begun: Buffer, connection: Connection, { options, handler }: SimpleExchange): void {
    let given = false
    socket.on('error', () => {})
    const connect = (_connection: Connection, callback: buildConnector.Callback) => {
      if (given) {
        callback(new OutboundFailure('outbound.reset', 'The request is not sent a second time.'), null)
        return
      }
      given = true
      // What came so far is read once the request counts as sent: before, it would be nobody's answer.
      socket.write = swallowing(() => socket.unshift(begun))
      // A client that is connected while it is still being asked would wait for ever.
      process.nextTick(callback, null, socket)
    }
    const client = new ObservedClient(new URL(this.#origin), CLIENT_OPTIONS, connect, connection)
    client.dispatch({ ...options, reset: true }, withoutSending(this.#follow(handler)))
    void client.close()
  }
}

const CLIENT_OPTIONS = {
  clientTtl: CONNECTION_LIFE_SECONDS * 1000,
  keepAliveTimeout: IDLE_SECONDS * 1000,
  keepAliveMaxTimeout: IDLE_SECONDS_AT_MOST * 1000,
  maxHeaderSize: MAX_HEADER_BYTES,
  // One request at a time on a connection: a second one in flight could be sent again when the first fails.
  pipelining: 1,
  allowH2: false,
} satisfies Client.Options & Pool.Options

/** The request has left already; only its answer is of interest. */
function swallowing(atFirst: () => void): Socket['write'] {
  let asked = false
  return (_chunk: unknown, encoding?: unknown, callback?: unknown): boolean => {
    if (!asked) atFirst()
    asked = true
    const done = typeof encoding === 'function' ? encoding : callback
    if (typeof done === 'function') process.nextTick(done as () => void)
    return true
  }
}

function withoutSending(handler: ConnectionAware): Dispatcher.DispatchHandler {
  return {
    onRequestStart: (controller, context) => handler.onRequestStart?.(controller, context),
    onResponseStart: (...answer) => handler.onResponseStart?.(...answer),
    onResponseData: (...data) => handler.onResponseData?.(...data),
    onResponseEnd: (...end) => handler.onResponseEnd?.(...end),
    onResponseError: (...failure) => handler.onResponseError?.(...failure),
  }
}

/** Tells once when an exchange no longer has its connection: it is over, or speaks another protocol. */
class FollowedExchange implements ConnectionAware {
  readonly #handler: ConnectionAware
  #onOver: (() => void) | null

  constructor(handler: ConnectionAware, onOver: () => void) {
    this.#handler = handler
    this.#onOver = onOver
  }

  #over(): void {
    const onOver = this.#onOver
    this.#onOver = null
    onOver?.()
  }

  onConnection(connection: Connection): void {
    this.#handler.onConnection?.(connection)
  }

  onRequestStart(controller: Dispatcher.DispatchController, context: unknown): void {
    this.#handler.onRequestStart?.(controller, context)
  }

  onRequestSent(): void {
    this.#handler.onRequestSent?.()
  }

  onResponseStarted(): void {
    this.#handler.onResponseStarted?.()
  }

  onRequestUpgrade(...upgrade: Parameters<Upgraded>): void {
    this.#handler.onRequestUpgrade?.(...upgrade)
    this.#over()
  }

  onResponseStart(...answer: Parameters<Started>): void {
    this.#handler.onResponseStart?.(...answer)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#handler.onResponseData?.(controller, chunk)
  }

  onResponseEnd(...end: Parameters<Ended>): void {
    this.#handler.onResponseEnd?.(...end)
    this.#over()
  }

  onResponseError(...failure: Parameters<Failed>): void {
    this.#handler.onResponseError?.(...failure)
    this.#over()
  }
}

type Upgraded = NonNullable<Dispatcher.DispatchHandler['onRequestUpgrade']>
type Started = NonNullable<Dispatcher.DispatchHandler['onResponseStart']>
type Ended = NonNullable<Dispatcher.DispatchHandler['onResponseEnd']>
type Failed = NonNullable<Dispatcher.DispatchHandler['onResponseError']>

/** A client of undici (one connection) that introduces its connection to each request it is given. */
class ObservedClient extends Client {
  readonly #connection: Connection

  constructor(
    origin: URL,
    options: Client.Options,
    connect: (connection: Connection, callback: buildConnector.Callback) => void,
    connection: Connection = { address: null, onStep: () => {} },
  ) {
    super(origin, { ...options, connect: (_options, callback) => connect(connection, callback) })
    this.#connection = connection
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): boolean {
    handler.onConnection?.(this.#connection)
    return super.dispatch(options, handler)
  }
}
