import type { Socket } from 'node:net'
import { type buildConnector, Client, type Dispatcher, Pool } from 'undici'
import type { Connection, ConnectionAware } from './connection.ts'
import { OutboundFailure } from './failure.ts'
import type { SimpleExchange } from './simple-line.ts'
import { type OpenConnection, SimpleLines } from './simple-lines.ts'

/** Requests to one origin. */
export interface OriginDispatcher {
  dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): void
}

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
  readonly #open: OpenConnection
  readonly #connectionsAtMost: number
  readonly #lines: SimpleLines
  #pool: Pool | null = null

  constructor(origin: string, connectionsAtMost: number, open: OpenConnection) {
    this.#origin = origin
    this.#open = open
    this.#connectionsAtMost = connectionsAtMost
    this.#lines = new SimpleLines({
      host: new URL(origin).host,
      open,
      connectionsAtMost,
      idleSeconds: IDLE_SECONDS,
      idleSecondsAtMost: IDLE_SECONDS_AT_MOST,
      lifeSeconds: CONNECTION_LIFE_SECONDS,
      adopt: (...taken) => this.#adopt(...taken),
    })
  }

  get busy(): number {
    return this.#lines.busy + (this.#pool?.stats.size ?? 0)
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): void {
    if (this.#lines.dispatch(options, handler)) return
    this.#pool ??= this.#createPool()
    this.#pool.dispatch(options, handler)
  }

  async close(): Promise<void> {
    await Promise.all([this.#lines.close(), this.#pool?.close()])
  }

  #createPool(): Pool {
    const connect = (connection: Connection, callback: buildConnector.Callback) => {
      this.#open((step, detail) => connection.onStep(step, detail)).then(
        (socket) => {
          connection.address = socket.remoteAddress ?? null
          callback(null, socket)
        },
        (error) => callback(error, null),
      )
    }
    return new Pool(this.#origin, {
      ...CLIENT_OPTIONS,
      connections: this.#connectionsAtMost,
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
    client.dispatch({ ...options, reset: true }, withoutSending(handler))
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
