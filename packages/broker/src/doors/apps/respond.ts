import type { ServerResponse } from 'node:http'
import { endInTurn } from '../../http/end-in-turn.ts'

/** RFC 6749 §5.1: an answer with a token must not be kept. */
export const NO_STORE: Readonly<Record<string, string>> = {
  'Content-Type': 'application/json',
  'Cache-Control': 'no-store',
  Pragma: 'no-cache',
  'X-Content-Type-Options': 'nosniff',
}

/** As a list, which `node:http` writes as it is. */
const NO_STORE_FIELDS: readonly string[] = Object.entries(NO_STORE).flat()

export function sendJson(
  res: ServerResponse,
  status: number,
  body: unknown,
  headers: Readonly<Record<string, string>> = NO_STORE,
): void {
  const text = JSON.stringify(body)
  const bytes = Buffer.byteLength(text)
  const fields = headers === NO_STORE ? [...NO_STORE_FIELDS] : Object.entries(headers).flat()
  fields.push('Content-Length', String(bytes))
  res.writeHead(status, fields)
  // A JWT is ASCII; written as such, head and body leave together without being encoded.
  endInTurn(res, text, bytes === text.length ? 'latin1' : 'utf8')
}
