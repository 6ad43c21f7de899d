import type { IncomingMessage, ServerResponse } from 'node:http'
import { BursarError } from '@bursar/domain/error.ts'
import { createClientFacts } from '../../http/client-facts.ts'
import type { Log } from '../../operations/ports.ts'
import { serveCompatToken } from './compat-token.ts'
import { serveJwks } from './jwks.ts'
import type { AppsDoorPorts, PageCall } from './page-call.ts'
import { NO_STORE, sendJson } from './respond.ts'
import { serveStandardToken } from './standard-token.ts'
import { serveVerify } from './verify.ts'

/** Token pages on a `node:http` server, in front of any router. */
export interface AppsDoor {
  handles(req: IncomingMessage): boolean
  handle(req: IncomingMessage, res: ServerResponse): void
}

const JWKS_PATH = '/.well-known/jwks.json'
const PAGE_PATH = /^\/apps\/([a-z0-9][a-z0-9._-]{0,127})\/(token|verify)(?:\?|$)/

export function createAppsDoor(ports: AppsDoorPorts): AppsDoor {
  const { operations, log } = ports
  const clientFacts = createClientFacts(ports.trustedProxies)

  async function servePage(req: IncomingMessage, res: ServerResponse): Promise<void> {
    const [, name, what] = PAGE_PATH.exec(req.url!) ?? []
    const page = name === undefined ? undefined : await operations.openAppPage(name)
    if (page === undefined) throw new BursarError('app_page.not_found')
    const call: PageCall = { req, res, page, client: clientFacts(req) }
    if (what === 'verify') return serveVerify(ports, call)
    operations.recordAppRequest(page, {
      method: req.method!,
      target: req.url!,
      host: call.client.host,
      referrer: req.headers.referer ?? '',
      userAgent: req.headers['user-agent'] ?? '',
      address: call.client.address,
      isSecure: call.client.isSecure,
    })
    return page.mode === 'compat' ? serveCompatToken(ports, call) : serveStandardToken(ports, call)
  }

  return {
    handles: ({ url }) => url!.startsWith('/apps/') || url!.split('?', 1)[0] === JWKS_PATH,

    handle(req, res) {
      const served = req.url!.startsWith('/apps/') ? servePage(req, res) : serveJwks(ports, req, res)
      served.catch((error: unknown) => sendFault(log, res, error))
    },
  }
}

/** RFC 6749 §4.1.2.1 has the two codes for faults of the server; both speak for themselves. */
function sendFault(log: Log, res: ServerResponse, error: unknown): void {
  if (res.headersSent) return void res.destroy()
  const known = error instanceof BursarError ? error : null
  if (known?.code === 'app_page.not_found' || known?.status === 413) {
    sendJson(res, known.status, { error: 'invalid_request', error_description: known.detail }, NO_STORE)
    return
  }
  log.error('apps.fault', { code: known?.code ?? 'internal', error: (error as Error).name })
  const isAway = known?.status === 503
  const retry = known?.retryAfterSeconds
  sendJson(
    res,
    isAway ? 503 : 500,
    { error: isAway ? 'temporarily_unavailable' : 'server_error' },
    { ...NO_STORE, ...(retry !== undefined && { 'Retry-After': String(retry) }) },
  )
}
