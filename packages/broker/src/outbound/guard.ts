import type { Socket } from 'node:net'
import { type buildConnector, Client, type Dispatcher, Pool } from 'undici'
import { parseAllow } from './allow.ts'
import { openSocket, type StepListener } from './connect.ts'
import { OutboundFailure } from './failure.ts'
import type { OutboundSettings } from './outbound.ts'
import { createResolver, systemLookup } from './resolve.ts'
import { parseTarget, type Target } from './target.ts'
import { createTrust } from './trust.ts'

/**
 * The fence every connection to others passes. Each new connection resolves its host, judges the addresses
 * and goes to one that passed; a name is never resolved a second time on the way.
 */
export interface Guard {
  /**
   * Connections to one origin, kept alive. Ask for it with each request and do not hold it: an origin not
   * used for long makes room for others, and its dispatcher is closed once it is idle.
   * Throws {@link OutboundFailure} for an origin that can not be called whatever it resolves to.
   */
  dispatcherFor(origin: string): Dispatcher
  /** A connection of its own, for protocols that leave HTTP (WebSocket). Rejects with {@link OutboundFailure}. */
  connectSocket(target: { host: string; port: number; tls: boolean }): Promise<Socket>
  /** Ends idle connections, waits for requests under way. */
  close(): Promise<void>
}

export type GuardSettings = Pick<
  OutboundSettings,
  | 'allow'
  | 'insecureHttp'
  | 'connectTimeoutMs'
  | 'extraCa'
  | 'lookup'
  | 'maxOrigins'
  | 'maxConnectionsPerOrigin'
>

/** A connection that a request was given to: where it goes, and who hears of it while it opens. */
export interface Connection {
  address: string | null
  onStep: StepListener
}

/** A handler that wants to know its connection; told before the request waits for it. */
export interface ConnectionAware extends Dispatcher.DispatchHandler {
  onConnection?(connection: Connection): void
}

/** How long an idle connection is kept: below the 5 s after which Node, Apache and uvicorn hang up. */
const IDLE_MS = 4_000
/** What a server may ask for instead, with `Keep-Alive: timeout=…`. */
const IDLE_MAX_MS = 60_000
/** A busy connection is replaced after this time, so that no address outlives its DNS answer by more. */
const CONNECTION_LIFE_MS = 60_000
const MAX_HEADER_BYTES = 32 * 1024

export function createGuard(settings: GuardSettings): Guard {
  const { insecureHttp, connectTimeoutMs, maxOrigins = 1_000, maxConnectionsPerOrigin = 256 } = settings
  const context = createTrust(settings.extraCa)
  const resolver = createResolver({
    allow: parseAllow(settings.allow),
    timeoutMs: connectTimeoutMs,
    lookup: settings.lookup ?? systemLookup,
  })
  const sessions = new Map<string, Buffer>()
  const pools = new Map<string, Pool>()

  async function open({ host, port, tls }: Pick<Target, 'host' | 'port' | 'tls'>, onStep: StepListener) {
    assertSchemeAllowed(tls, insecureHttp)
    const addresses = await resolver.resolve(host, { loopbackOnly: !tls })
    onStep('resolve', `${host} is ${addresses.map(({ address }) => address).join(', ')}`)
    const key = `${host}:${port}`
    const session = { session: sessions.get(key), onSession: (fresh: Buffer) => remember(key, fresh) }
    const timeoutMs = connectTimeoutMs
    return openSocket({ host, port, addresses, tls: tls ? { context, ...session } : null, timeoutMs, onStep })
  }

  function remember(key: string, session: Buffer) {
    sessions.delete(key)
    sessions.set(key, session)
    if (sessions.size > maxOrigins) sessions.delete(sessions.keys().next().value!)
  }

  function createPool(target: Target): Pool {
    const connect = (connection: Connection, callback: buildConnector.Callback) => {
      open(target, (step, detail) => connection.onStep(step, detail)).then(
        (socket) => {
          connection.address = socket.remoteAddress ?? null
          callback(null, socket)
        },
        (error) => callback(error, null),
      )
    }
    return new Pool(target.origin, {
      connections: maxConnectionsPerOrigin,
      clientTtl: CONNECTION_LIFE_MS,
      keepAliveTimeout: IDLE_MS,
      keepAliveMaxTimeout: IDLE_MAX_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
      // One request at a time on a connection: a second one in flight could be sent again when the first fails.
      pipelining: 1,
      allowH2: false,
      factory: (origin, options) => new ObservedClient(origin, options, connect),
    })
  }

  /** The one unused for longest that is idle, or just the one unused for longest: it ends its requests. */
  function evictOne() {
    let [evicted] = pools.keys()
    for (const [origin, pool] of pools) {
      if (pool.stats.size > 0) continue
      evicted = origin
      break
    }
    void pools.get(evicted!)!.close()
    pools.delete(evicted!)
  }

  return {
    dispatcherFor(origin) {
      const known = pools.get(origin)
      if (known) {
        // A map keeps the order of insertion: what was used last goes to the end.
        pools.delete(origin)
        pools.set(origin, known)
        return known
      }
      const target = parseTarget(origin)
      if (target.origin !== origin) {
        throw new OutboundFailure('outbound.blocked', `${origin} is not an origin as URLs write it.`)
      }
      assertSchemeAllowed(target.tls, insecureHttp)
      if (pools.size >= maxOrigins) evictOne()
      const pool = createPool(target)
      pools.set(origin, pool)
      return pool
    },
    connectSocket: (target) => open(target, () => {}),
    async close() {
      const all = [...pools.values()]
      pools.clear()
      await Promise.all(all.map((pool) => pool.close()))
    },
  }
}

/** A client of undici (one connection) that introduces its connection to each request it is given. */
class ObservedClient extends Client {
  readonly #connection: Connection

  constructor(
    origin: URL,
    options: Client.Options,
    connect: (connection: Connection, callback: buildConnector.Callback) => void,
  ) {
    const connection: Connection = { address: null, onStep: () => {} }
    super(origin, { ...options, connect: (_options, callback) => connect(connection, callback) })
    this.#connection = connection
  }

  override dispatch(options: Dispatcher.DispatchOptions, handler: ConnectionAware): boolean {
    handler.onConnection?.(this.#connection)
    return super.dispatch(options, handler)
  }
}

function assertSchemeAllowed(tls: boolean, insecureHttp: GuardSettings['insecureHttp']): void {
  if (tls || insecureHttp === 'loopback') return
  throw new OutboundFailure(
    'outbound.blocked',
    'Only https is called.',
    'Plain http to this machine is possible with outbound.insecure_http set to loopback.',
  )
}
