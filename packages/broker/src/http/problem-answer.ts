import { type ProblemDocument, problemType } from '@bursar/domain/api/wire/problem.ts'
import { BursarError, ERRORS } from '@bursar/domain/error.ts'
import { describeFault } from '@bursar/domain/fault.ts'

/** The part of a log that is needed here. */
interface Log {
  warn(event: string, fields?: Record<string, unknown>): void
  error(event: string, fields?: Record<string, unknown>): void
}

/** What the client is told: RFC 9457. A fault of ours says no more than its request id. */
export function presentError(
  error: unknown,
  requestId: string,
  headers: Record<string, string> = {},
): Response {
  const known =
    error instanceof BursarError && error.code !== 'internal'
      ? error
      : new BursarError('internal', { hint: LOOK_IN_THE_LOG })
  const document: ProblemDocument = {
    type: problemType(known.code),
    title: ERRORS[known.code].title,
    status: known.status,
    code: known.code,
    detail: known.detail,
    ...(known.hint !== undefined && { hint: known.hint }),
    errors: known.problems.map(({ path, code, detail, hint, place }) => ({
      path,
      code,
      detail,
      ...(hint !== undefined && { hint }),
      ...place,
    })),
    request_id: requestId,
  }
  return new Response(JSON.stringify(document), {
    status: known.status,
    headers: {
      'Content-Type': 'application/problem+json',
      ...(known.status === 401 && { 'WWW-Authenticate': 'Bearer realm="bursar"' }),
      ...(known.retryAfterSeconds !== undefined && {
        'Retry-After': String(Math.max(0, Math.ceil(known.retryAfterSeconds))),
      }),
      ...headers,
    },
  })
}

const LOOK_IN_THE_LOG = 'The log of the server has an entry with this request id.'

/** Logs what the operator has to know. */
export function logError(log: Log, error: unknown, requestId: string): void {
  if (!(error instanceof BursarError) || error.code === 'internal')
    log.error('api.fault', { request_id: requestId, ...describeFault(error) })
  else if (error.status >= 500)
    log.warn('api.failed', {
      request_id: requestId,
      code: error.code,
      detail: error.detail,
      ...(error.cause !== undefined && { cause: describeFault(error.cause) }),
    })
}
