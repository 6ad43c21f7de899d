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
  res.writeHead(status, { ...headers, 'Content-Length': Buffer.byteLength(text) })
  res.end(text)
}
