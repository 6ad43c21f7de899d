import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { BursarError } from '@bursar/domain/error.ts'
import { getRequestListener } from '@hono/node-server'
import type { AppsDoor } from '../doors/apps/door.ts'
import type { EventsDoor } from '../doors/reactor/events.ts'
import { acceptAbsoluteForm } from '../http/absolute-form.ts'
import { awaitBody } from '../http/body-deadline.ts'
import type { DataPlane } from '../injector/data-plane.ts'
import { renderProblem } from '../injector/problem.ts'
import { PROXY_PREFIX } from '../injector/route.ts'
import type { Clock } from '../operations/ports.ts'
import type { Address, Settings } from './settings-table.ts'

export const PLANES = ['data', 'admin', 'public'] as const
export type Plane = (typeof PLANES)[number]

type Fetch = (request: Request, env: object) => Response | Promise<Response>

export interface Planes {
  dataPlane: DataPlane
  admin: Fetch
  public: Fetch
  apps: AppsDoor
  events: EventsDoor
  /** Whether a path is the public door's where one listener serves both. */
  isPublic(path: string): boolean
  /** How long an answer took, of a sample. */
  took?: (ms: number) => void
  clock?: Pick<Clock, 'monotonicMs'>
  health: {
    ready(): Promise<{ ready: boolean; detail: string }>
    metrics(): Promise<{ text: string; contentType: string }>
  }
}

export interface Listener {
  url: string
  planes: readonly Plane[]
  /** Takes nothing new, lets what is under way end, and closes what idles. */
  stop(): Promise<void>
}

/** One listener for everything, and one of its own for each plane that has an address. */
export async function startListeners(settings: Settings, planes: Planes): Promise<Listener[]> {
  const own: Array<[Plane, Address]> = []
  if (settings.dataListen !== null) own.push(['data', settings.dataListen])
  if (settings.adminListen !== null) own.push(['admin', settings.adminListen])
  if (settings.publicListen !== null) own.push(['public', settings.publicListen])
  const rest = PLANES.filter((plane) => !own.some(([taken]) => taken === plane))
  const addresses: Array<{ address: Address; planes: Plane[] }> = own.map(([plane, address]) => ({
    address,
    planes: [plane],
  }))
  if (rest.length > 0)
    addresses.unshift({ address: { host: settings.host, port: settings.port }, planes: rest })
  const listeners: Listener[] = []
  try {
    for (const { address, planes: served } of addresses) listeners.push(await listen(address, served, planes))
  } catch (error) {
    await Promise.all(listeners.map((listener) => listener.stop()))
    throw error
  }
  return listeners
}

async function listen({ host, port }: Address, served: readonly Plane[], planes: Planes): Promise<Listener> {
  const { apps, dataPlane, events, health } = planes
  const admin = served.includes('admin') ? getRequestListener(planes.admin) : null
  const open = served.includes('public') ? getRequestListener(planes.public) : null
  const data = served.includes('data')

  function route(req: IncomingMessage, res: ServerResponse): void {
    if (!isSound(req)) return void refuseUnsound(res, 'request.framing')
    // A URL before the path and another one within it: too much for one target.
    if (!acceptAbsoluteForm(req, PROXY_PREFIX)) return void refuseUnsound(res, 'destination.ambiguous_url')
    if (data && dataPlane.handles(req)) {
      if (admin !== null && isOfConsole(req)) return void admin(req, res)
      sample(res)
      return void dataPlane.handle(req, res)
    }
    if (data && events.handles(req)) return void events.handle(req, res)
    const path = req.url!.split('?', 1)[0]!
    if (path === '/healthz') return void res.writeHead(200, TEXT).end('ok\n')
    if (path === '/readyz') return void answerReady(res)
    if (path === '/metrics') return void answerMetrics(res)
    if (open !== null && apps.handles(req)) return void apps.handle(req, res)
    if (hasBody(req)) req.once('close', awaitBody(req))
    if (open !== null && (admin === null || planes.isPublic(path))) return void open(req, res)
    if (admin !== null) return void admin(req, res)
    res.writeHead(404, TEXT).end('Nothing here.\n')
  }

  let seen = 0
  /** Few are enough for a percentile, and a listener on each would cost more than the answer. */
  function sample(res: ServerResponse): void {
    const { took, clock } = planes
    if (seen++ % SAMPLE_EVERY !== 0 || took === undefined || clock === undefined) return
    const startedMs = clock.monotonicMs()
    res.once('finish', () => took(clock.monotonicMs() - startedMs))
  }

  async function answerReady(res: ServerResponse): Promise<void> {
    const { ready, detail } = await health.ready()
    res.writeHead(ready ? 200 : 503, TEXT).end(`${detail}\n`)
  }

  async function answerMetrics(res: ServerResponse): Promise<void> {
    const { text, contentType } = await health.metrics()
    res.writeHead(200, { 'Content-Type': contentType }).end(text)
  }

  const server = createServer(
    {
      // Its head has ten seconds to arrive. Bodies that are read as a whole have a deadline as well; how long one
      // that streams may be silent, the deliveries say themselves.
      headersTimeout: 10_000,
      requestTimeout: 0,
      maxHeaderSize: 32 * 1024,
      keepAliveTimeout: 65_000,
      shouldUpgradeCallback: (req: IncomingMessage) => data && isSound(req) && dataPlane.upgrades(req),
    } as Parameters<typeof createServer>[0] & object,
    route,
  )
  if (data) {
    server.on('checkContinue', (req, res) => {
      if (!isSound(req)) refuseUnsound(res, 'request.framing')
      else if (dataPlane.handles(req)) dataPlane.handleExpectation(req, res)
      else {
        res.writeContinue()
        route(req, res)
      }
    })
    server.on('upgrade', (req, socket, head) => dataPlane.upgrade(req, socket, head))
  }
  server.on('clientError', (_error, socket) => refuseBytes(socket as AnsweringSocket))
  await bind(server, host, port)
  const address = server.address() as AddressInfo
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return { url: `http://${shown}:${address.port}`, planes: served, stop: stopper(server) }
}

/**
 * `node:http` also takes requests without an HTTP version, and bodies whose end others would see elsewhere.
 * What comes behind one of those on the same connection may not be a request at all (RFC 9112 §6.3).
 */
function isSound({ httpVersionMajor, rawHeaders }: IncomingMessage): boolean {
  if (httpVersionMajor !== 1) return false
  let framings = 0
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i]!
    if (length !== 14 && length !== 17) continue
    const name = rawHeaders[i]!.toLowerCase()
    if (name === 'content-length') framings += 1
    else if (name === 'transfer-encoding') {
      framings += 1
      if (rawHeaders[i + 1]!.toLowerCase() !== 'chunked') return false
    }
  }
  return framings < 2
}

const hasBody = ({ headers }: IncomingMessage): boolean =>
  headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0

/** The token API as a page of the console calls it: with the cookie of a session and no key. */
function isOfConsole({ url, rawHeaders }: IncomingMessage): boolean {
  if (!url!.startsWith('/v1/')) return false
  let hasCookie = false
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const { length } = rawHeaders[i]!
    if (length === 6) hasCookie ||= rawHeaders[i]!.toLowerCase() === 'cookie'
    else if (length === 13 && rawHeaders[i]!.toLowerCase() === 'authorization') return false
  }
  return hasCookie
}

function refuseUnsound(res: ServerResponse, code: 'request.framing' | 'destination.ambiguous_url'): void {
  const { status, headers, body } = renderProblem(new BursarError(code), randomUUID())
  res.shouldKeepAlive = false
  res.writeHead(status, headers).end(body)
}

/** What `node:http` keeps at a socket while an answer is under way. */
type AnsweringSocket = Socket & { _httpMessage?: ServerResponse | null }

const SAMPLE_EVERY = 16

const BAD_REQUEST = 'HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n'

/**
 * Bytes that are no request. In the middle of an answer nothing is said, for it would be read as a part of
 * that answer; and whoever holds on to the connection afterwards does not keep it.
 */
function refuseBytes(socket: AnsweringSocket): void {
  const answer = socket._httpMessage
  if (answer?.headersSent && !answer.writableEnded) return void socket.resetAndDestroy()
  if (socket.writable && !answer?.headersSent) socket.write(BAD_REQUEST)
  socket.destroySoon()
}

const TEXT = { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }

function bind(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (error: NodeJS.ErrnoException) => {
      const hints: Record<string, string> = {
        EADDRINUSE: 'Something else listens there. Choose another port: BURSAR_PORT.',
        EACCES: 'This user may not listen there.',
        EADDRNOTAVAIL: 'This machine has no such address: BURSAR_HOST.',
      }
      const hint = hints[error.code ?? '']
      reject(
        new BursarError('settings.invalid', {
          detail: `Bursar can not listen on ${host}:${port} (${error.code}).`,
          ...(hint !== undefined && { hint }),
          cause: error,
        }),
      )
    })
    server.listen(port, host, resolve)
  })
}

const DRAIN_MS = 10_000

function stopper(server: Server): () => Promise<void> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
  })
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve())
      server.closeIdleConnections()
      // Streams and WebSockets that do not end by themselves are ended.
      setTimeout(() => {
        for (const socket of sockets) socket.destroy()
      }, DRAIN_MS).unref()
    })
}
