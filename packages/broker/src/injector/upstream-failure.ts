import { BursarError } from '@bursar/domain/error.ts'

const TIMEOUTS: ReadonlySet<string> = new Set([
  'UND_ERR_CONNECT_TIMEOUT',
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'ETIMEDOUT',
])

/** What a connection that was closed while it was idle looks like to the request that found it so. */
const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

const codeOf = (error: unknown): string => String((error as { code?: unknown } | null)?.code ?? '')

/** Says what a failed attempt means to the caller. The fence's own refusals pass as they are. */
export function upstreamFailure(error: unknown): BursarError {
  if (error instanceof BursarError) return error
  const cause = error instanceof Error ? error.cause : undefined
  if (cause instanceof BursarError) return cause
  const code = codeOf(error)
  if (TIMEOUTS.has(code)) return new BursarError('upstream.timeout', { cause: error })
  return new BursarError('upstream.unreachable', {
    detail: `The destination gave no answer that could be passed on${/^[A-Z_]+$/.test(code) ? ` (${code})` : ''}.`,
    cause: error,
  })
}

/**
 * True when the request may be sent once more on a new connection: it changes nothing (RFC 9110 §9.2.1) and
 * failed the way a kept connection does that the destination closed meanwhile (RFC 9112 §9.3.1).
 */
export const mayResend = (method: string, error: unknown): boolean =>
  (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') && CLOSED.has(codeOf(error))
