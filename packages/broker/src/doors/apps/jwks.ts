import { createHash } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AppsDoorPorts } from './page-call.ts'
import { sendJson } from './respond.ts'

/** Shorter than the ten minutes in which a new key is shown before it signs. */
const MAX_AGE_SECONDS = 300

/** The JWK set, RFC 7517 §5: public keys only, for anybody, to be kept for a while. */
export async function serveJwks(
  { operations }: Pick<AppsDoorPorts, 'operations'>,
  req: IncomingMessage,
  res: ServerResponse,
): Promise<void> {
  if (req.method !== 'GET' && req.method !== 'HEAD') {
    sendJson(
      res,
      405,
      { error: 'invalid_request' },
      { 'Content-Type': 'application/json', Allow: 'GET, HEAD' },
    )
    return
  }
  const set = { keys: await operations.listPublicKeys() }
  const etag = `"${createHash('sha256').update(JSON.stringify(set)).digest('base64url').slice(0, 22)}"`
  const headers = {
    'Content-Type': 'application/jwk-set+json',
    'Cache-Control': `public, max-age=${MAX_AGE_SECONDS}`,
    'Access-Control-Allow-Origin': '*',
    'X-Content-Type-Options': 'nosniff',
    ETag: etag,
  }
  if (req.headers['if-none-match'] === etag) res.writeHead(304, headers).end()
  else sendJson(res, 200, set, headers)
}
