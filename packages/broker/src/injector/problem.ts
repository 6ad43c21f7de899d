import { randomUUID } from 'node:crypto'
import type { ServerResponse } from 'node:http'
import { type ProblemDocument, problemType } from '@bursar/domain/api/wire/problem.ts'
import { BursarError, ERRORS, type ErrorCode } from '@bursar/domain/error.ts'
import { describeFault } from '@bursar/domain/fault.ts'
import type { Log } from '../operations/ports.ts'

/** An answer of Bursar itself, ready to be written. */
export interface RenderedProblem {
  status: number
  code: ErrorCode
  headers: string[]
  body: Buffer
}

/** Renders an error as problem details, RFC 9457 §3. What is not a {@link BursarError} says nothing of itself. */
export function renderProblem(error: unknown, requestId: string): RenderedProblem {
  const known =
    error instanceof BursarError && error.code !== 'internal' ? error : new BursarError('internal')
  const { code, status, detail, hint, problems } = known
  const body = Buffer.from(
    JSON.stringify({
      type: problemType(code),
      title: ERRORS[code].title,
      status,
      code,
      detail,
      ...(hint !== undefined && { hint }),
      errors: [...problems],
      request_id: requestId,
    } satisfies ProblemDocument),
  )
  const headers = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(body.length),
    'Cache-Control',
    'no-store',
    'Bursar-Error',
    code,
  ]
  if (known.retryAfterSeconds !== undefined) {
    headers.push('Retry-After', String(Math.max(0, Math.ceil(known.retryAfterSeconds))))
  }
  // RFC 9110 §15.5.2: a 401 names at least one challenge.
  if (status === 401) headers.push('WWW-Authenticate', 'Bearer realm="bursar"')
  return { status, code, headers, body }
}

/**
 * Answers with a problem, or breaks the connection when an answer has begun already: a caller must never take
 * half an answer for a whole one. Returns the code, for the metric.
 */
export function sendProblem(res: ServerResponse, error: unknown, log: Log): ErrorCode {
  const requestId = randomUUID()
  if (!(error instanceof BursarError)) {
    log.error('delivery.fault', { request_id: requestId, ...describeFault(error) })
  }
  const { status, code, headers, body } = renderProblem(error, requestId)
  if (res.headersSent) {
    res.destroy()
  } else if (!res.destroyed) {
    // Nobody knows where the next request would begin: RFC 9112 §6.3.
    if (code === 'request.framing') res.shouldKeepAlive = false
    res.writeHead(status, headers)
    res.end(body)
  }
  return code
}
