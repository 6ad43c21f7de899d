import type { OutgoingHttpHeaders, ServerResponse } from 'node:http'

/** RFC 6749 §5.1: an answer with a token must not be kept. */
export const NO_STORE: OutgoingHttpHeaders = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
}

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: OutgoingHttpHeaders = NO_STORE,
): void {
  const text = JSON.stringify(body)
  const bytes = Buffer.byteLength(text)
  res.writeHead(status, { ...headers, 'Content-Length': bytes })
  // A JWT is ASCII; written as such, head and body leave together without being encoded.
  res.end(text, bytes === text.length ? 'latin1' : 'utf8')
}
