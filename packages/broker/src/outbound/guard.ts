import type { Socket } from 'node:net'
import { parseAllow } from './allow.ts'
import { openSocket, type StepListener } from './connect.ts'
import { OutboundFailure } from './failure.ts'
import { Origin, type OriginDispatcher } from './origin.ts'
import type { OutboundSettings } from './outbound.ts'
import { createResolver, systemLookup } from './resolve.ts'
import type { SocketReader } from './socket-reader.ts'
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
  dispatcherFor(origin: string): OriginDispatcher
  /** A connection of its own, for protocols that leave HTTP (WebSocket). Rejects with {@link OutboundFailure}. */
  connectSocket(target: { host: string; port: number; tls: boolean }): Promise<Socket>
  /** Requests that wait for a connection to become free. */
  readonly waiting: number
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
  | 'connectionWaitMs'
  | 'onExhausted'
>

export function createGuard(settings: GuardSettings): Guard {
  const { insecureHttp, connectTimeoutMs, maxOrigins = 1_000, onExhausted } = settings
  const { maxConnectionsPerOrigin: connectionsAtMost = 256, connectionWaitMs: waitMs = 10_000 } = settings
  const context = createTrust(settings.extraCa)
  const resolver = createResolver({
    allow: parseAllow(settings.allow),
    timeoutMs: connectTimeoutMs,
    lookup: settings.lookup ?? systemLookup,
  })
  const sessions = new Map<string, Buffer>()
  const origins = new Map<string, Origin>()

  async function open(
    { host, port, tls }: Pick<Target, 'host' | 'port' | 'tls'>,
    onStep: StepListener,
    reader?: SocketReader,
  ) {
    assertSchemeAllowed(tls, insecureHttp)
    const addresses = await resolver.resolve(host, { loopbackOnly: !tls })
    onStep('resolve', `${host} is ${addresses.map(({ address }) => address).join(', ')}`)
    const key = `${host}:${port}`
    const session = { session: sessions.get(key), onSession: (fresh: Buffer) => remember(key, fresh) }
    const timeoutMs = connectTimeoutMs
    const secure = tls ? { context, ...session } : null
    return openSocket({ host, port, addresses, tls: secure, timeoutMs, onStep, reader })
  }

  function remember(key: string, session: Buffer) {
    sessions.delete(key)
    sessions.set(key, session)
    if (sessions.size > maxOrigins) sessions.delete(sessions.keys().next().value!)
  }

  /** The one unused for longest that is idle, or just the one unused for longest: it ends its requests. */
  function evictOne() {
    let [evicted] = origins.keys()
    for (const [name, origin] of origins) {
      if (origin.busy > 0) continue
      evicted = name
      break
    }
    void origins.get(evicted!)!.close()
    origins.delete(evicted!)
  }

  return {
    dispatcherFor(origin) {
      const known = origins.get(origin)
      if (known) {
        // A map keeps the order of insertion: what was used last goes to the end.
        origins.delete(origin)
        origins.set(origin, known)
        return known
      }
      const target = parseTarget(origin)
      if (target.origin !== origin) {
        throw new OutboundFailure('outbound.blocked', `${origin} is not an origin as URLs write it.`)
      }
      assertSchemeAllowed(target.tls, insecureHttp)
      if (origins.size >= maxOrigins) evictOne()
      const made = new Origin(origin, {
        open: (...how) => open(target, ...how),
        connectionsAtMost,
        waitMs,
        ...(onExhausted !== undefined && { onExhausted }),
      })
      origins.set(origin, made)
      return made
    },
    get waiting() {
      let waiting = 0
      for (const origin of origins.values()) waiting += origin.waiting
      return waiting
    },
    connectSocket: (target) => open(target, () => {}),
    async close() {
      const all = [...origins.values()]
      origins.clear()
      await Promise.all(all.map((origin) => origin.close()))
    },
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
