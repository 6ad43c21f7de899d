import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { BursarError } from '@bursar/domain/error.ts'
import { getRequestListener } from '@hono/node-server'
import type { AppsDoor } from '../doors/apps/door.ts'
import type { DataPlane } from '../injector/data-plane.ts'
import { CALLBACK_PATH } from '../operations/authorize.ts'
import type { Address, Settings } from './settings-table.ts'

export const PLANES = ['data', 'admin', 'public'] as const
export type Plane = (typeof PLANES)[number]

type Fetch = (request: Request) => Response | Promise<Response>

export interface Planes {
  dataPlane: DataPlane
  admin: Fetch
  public: Fetch
  apps: AppsDoor
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
  const { apps, dataPlane, health } = planes
  const admin = served.includes('admin') ? getRequestListener(planes.admin) : null
  const open = served.includes('public') ? getRequestListener(planes.public) : null
  const data = served.includes('data')

  function route(req: IncomingMessage, res: ServerResponse): void {
    if (data && dataPlane.handles(req)) return void dataPlane.handle(req, res)
    const path = req.url!.split('?', 1)[0]!
    if (path === '/healthz') return void res.writeHead(200, TEXT).end('ok\n')
    if (path === '/readyz') return void answerReady(res)
    if (path === '/metrics') return void answerMetrics(res)
    if (open !== null && apps.handles(req)) return void apps.handle(req, res)
    if (open !== null && (path === CALLBACK_PATH || admin === null)) return void open(req, res)
    if (admin !== null) return void admin(req, res)
    res.writeHead(404, TEXT).end('Nothing here.\n')
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
      // Its head has ten seconds to arrive; how long a body may be silent, the deliveries say themselves.
      headersTimeout: 10_000,
      requestTimeout: 0,
      maxHeaderSize: 32 * 1024,
      keepAliveTimeout: 65_000,
      shouldUpgradeCallback: (req: IncomingMessage) => data && dataPlane.upgrades(req),
    } as Parameters<typeof createServer>[0] & object,
    route,
  )
  if (data) {
    server.on('checkContinue', (req, res) => {
      if (dataPlane.handles(req)) dataPlane.handleExpectation(req, res)
      else {
        res.writeContinue()
        route(req, res)
      }
    })
    server.on('upgrade', (req, socket, head) => dataPlane.upgrade(req, socket, head))
  }
  server.on('clientError', (_error, socket) => {
    if (socket.writable)
      socket.end('HTTP/1.1 400 Bad Request\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    else socket.destroy()
  })
  await bind(server, host, port)
  const address = server.address() as AddressInfo
  const shown = address.family === 'IPv6' ? `[${address.address}]` : address.address
  return { url: `http://${shown}:${address.port}`, planes: served, stop: stopper(server) }
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
