import {
  createServer,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http'
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from 'node:net'
import {
  type DestinationRule,
  decideDestination,
  parseDestinationRule,
} from '@bursar/domain/destination-rule.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { onTestFinished } from 'vitest'
import { createDataPlane } from '../../src/injector/data-plane.ts'
import {
  DEFAULT_DELIVERY_LIMITS,
  type DeliveryLimits,
  type DeliveryOperations,
} from '../../src/injector/delivery.ts'
import type { Caller, TokenHandout } from '../../src/operations/operations.ts'
import { createGuard, type Guard, type GuardSettings } from '../../src/outbound/guard.ts'

export const KEY = 'bsr_tester_0123456789'
export const TOKEN = 'canary-token-7f3a'

const CALLER: Caller = { workspaceId: 'default', id: 'c1', name: 'tester', scopes: ['admin'] }

export const rule = (url: string, methods?: string[]): DestinationRule => {
  const result = parseDestinationRule(methods ? { url, methods } : url)
  if ('problem' in result) throw new Error(result.problem.detail)
  return result.rule
}

export function handout(changes: Partial<TokenHandout> & { token?: string } = {}): TokenHandout {
  const { token = TOKEN, ...rest } = changes
  return {
    credentialId: 'id-1',
    accessToken: new Secret(token),
    tokenType: 'Bearer',
    expiresAt: 1_900_000_000,
    version: 1,
    outputs: {},
    header: { name: 'Authorization', value: new Secret(`Bearer ${token}`) },
    destinations: [],
    ...rest,
  }
}

/** The verbs of the broker with fixed answers; the decision about destinations is the real one. */
export class FixedOperations implements DeliveryOperations {
  readonly handouts = new Map<string, TokenHandout>()
  /** What `renewRejected` answers, one after the other; then null. */
  readonly renewals: Array<TokenHandout | null> = []
  readonly rejected: number[] = []
  readonly uses: Array<{ name: string; delivery: string; minTtlSeconds: number }> = []
  /** False sends everything through the slow way. */
  fast = true
  refusal: BursarError | null = null

  authenticateFast(key: string): Caller | undefined {
    return this.fast && key === KEY ? CALLER : undefined
  }

  async authenticate(key: string): Promise<Caller> {
    if (key === KEY) return CALLER
    throw new BursarError('caller.unauthenticated')
  }

  useTokenFast(_caller: Caller, name: string, delivery: 'token' | 'proxy', minTtlSeconds: number) {
    if (!this.fast || this.refusal !== null) return undefined
    const found = this.handouts.get(name)
    if (found !== undefined) this.uses.push({ name, delivery, minTtlSeconds })
    return found
  }

  async useToken(_caller: Caller, name: string, delivery: 'token' | 'proxy', minTtlSeconds: number) {
    if (this.refusal !== null) throw this.refusal
    this.uses.push({ name, delivery, minTtlSeconds })
    const found = this.handouts.get(name)
    if (found === undefined) throw new BursarError('credential.not_found')
    return found
  }

  async renewRejected(_caller: Caller, _name: string, version: number): Promise<TokenHandout | null> {
    this.rejected.push(version)
    return this.renewals.shift() ?? null
  }

  decide(destinations: readonly DestinationRule[], url: string, method: string) {
    const { allowed, reasons } = decideDestination(destinations, url, method)
    return { allowed, reasons }
  }
}

export interface TestPlane {
  port: number
  url: string
  operations: FixedOperations
  logged: unknown[]
  served: string[]
  guard: Guard
}

/** The deliveries on a real server. Everything is closed when the test ends. */
export async function startPlane(
  destinations: string[] = [],
  limits: Partial<DeliveryLimits> = {},
  outbound: Partial<GuardSettings> = {},
): Promise<TestPlane> {
  const operations = new FixedOperations()
  operations.handouts.set('crm', handout({ destinations: destinations.map((url) => rule(url)) }))
  const logged: unknown[] = []
  const served: string[] = []
  const log = (event: string, fields?: Record<string, unknown>) => void logged.push({ event, ...fields })
  const guard = createGuard({
    allow: ['127.0.0.0/8'],
    insecureHttp: 'loopback',
    connectTimeoutMs: 5_000,
    ...outbound,
  })
  const plane = createDataPlane({
    operations,
    guard,
    limits: { ...DEFAULT_DELIVERY_LIMITS, ...limits },
    log: { debug: log, info: log, warn: log, error: log },
    metrics: { tokenServed: (delivery, outcome) => void served.push(`${delivery} ${outcome}`) },
  })
  const notFound = (res: ServerResponse) => res.writeHead(404).end('router')
  const server = createServer({ shouldUpgradeCallback: plane.upgrades })
  server.on('request', (req, res) => (plane.handles(req) ? plane.handle(req, res) : notFound(res)))
  server.on('checkContinue', (req, res) =>
    plane.handles(req) ? plane.handleExpectation(req, res) : notFound(res),
  )
  server.on('upgrade', plane.upgrade)
  const port = await listen(server)
  onTestFinished(async () => {
    await stop(server)
    await guard.close()
  })
  return { port, url: `http://127.0.0.1:${port}`, operations, logged, served, guard }
}

export interface TestUpstream {
  port: number
  origin: string
  connections: number
  requests: IncomingMessage[]
}

/** A destination that speaks HTTP. */
export async function startUpstream(listener: RequestListener): Promise<TestUpstream> {
  const upstream: TestUpstream = { port: 0, origin: '', connections: 0, requests: [] }
  const server = createServer((req, res) => {
    upstream.requests.push(req)
    listener(req, res)
  })
  server.on('connection', () => {
    upstream.connections += 1
  })
  upstream.port = await listen(server)
  upstream.origin = `http://127.0.0.1:${upstream.port}`
  onTestFinished(() => stop(server))
  return upstream
}

/** A destination of which every byte matters. */
export async function startRawUpstream(
  onSocket: (socket: Socket, nth: number) => void,
): Promise<TestUpstream> {
  const upstream: TestUpstream = { port: 0, origin: '', connections: 0, requests: [] }
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    upstream.connections += 1
    sockets.add(socket)
    socket.on('error', () => {})
    onSocket(socket, upstream.connections)
  })
  upstream.port = await listen(server)
  upstream.origin = `http://127.0.0.1:${upstream.port}`
  onTestFinished(async () => {
    for (const socket of sockets) socket.destroy()
    await new Promise((resolve) => server.close(resolve))
  })
  return upstream
}

/** Answers a raw request with fixed bytes once its head is there; resolves to what was received by then. */
export function answerRaw(socket: Socket, answer: string | Buffer, until = '\r\n\r\n'): Promise<string> {
  return readUntil(socket, until).then((received) => {
    socket.write(typeof answer === 'string' ? Buffer.from(answer, 'latin1') : answer)
    return received
  })
}

/** Reads until a text was seen; rejects when the other side ends first. */
export function readUntil(socket: Socket, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    let received = ''
    const onData = (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (!received.includes(text)) return
      socket.off('data', onData)
      resolve(received)
    }
    socket.on('data', onData)
    socket.once('close', () => reject(new Error(`closed after ${JSON.stringify(received)}`)))
  })
}

/** Reads until the other side closes, in whichever way. */
export function readAll(socket: Socket): Promise<{ bytes: Buffer; clean: boolean }> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = []
    let clean = false
    socket.on('data', (chunk) => chunks.push(chunk))
    socket.on('end', () => {
      clean = true
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve({ bytes: Buffer.concat(chunks), clean }))
  })
}

export function dial(port: number): Socket {
  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  onTestFinished(() => void socket.destroy())
  return socket
}

/** Sends raw bytes with `Connection: close` in them and reads everything that comes back. */
export async function exchangeRaw(port: number, bytes: string | Buffer): Promise<string> {
  const socket = dial(port)
  socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  return (await readAll(socket)).bytes.toString('latin1')
}

const listen = (server: TcpServer): Promise<number> =>
  new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => resolve((server.address() as AddressInfo).port))
  })

const stop = (server: Server): Promise<void> =>
  new Promise((resolve) => {
    server.close(() => resolve())
    server.closeAllConnections()
  })
