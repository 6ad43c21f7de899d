import { compatBody } from '@bursar/domain/issuing/compat-page.ts'
import type { AppsDoorPorts, PageCall } from './page-call.ts'
import { NO_STORE, sendJson } from './respond.ts'
import { readTokenText } from './token-text.ts'

/** A page in compat mode: always 200 with what the script writes, unless the platform would have aborted it. */
export async function serveCompatToken(
  { operations }: Pick<AppsDoorPorts, 'operations'>,
  { req, res, page, client }: PageCall,
): Promise<void> {
  const method = req.method!
  const text = method === 'GET' ? '' : await readTokenText(req)
  const outcome = await operations.requestCompatToken(page, { method, text, address: client.address })
  if (outcome.kind === 'aborted') return void res.writeHead(422, { 'Cache-Control': 'no-store' }).end()
  const retry = outcome.kind === 'not_authorized' ? outcome.retryAfterSeconds : undefined
  const headers = retry === undefined ? NO_STORE : { ...NO_STORE, 'Retry-After': String(retry) }
  sendJson(res, 200, compatBody(outcome), headers)
}
