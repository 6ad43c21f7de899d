import { BursarError } from '@bursar/domain/error.ts'
import { describeFailure, errorCode } from '../outbound/failure.ts'

/** What a connection that was closed while it was idle looks like to the request that found it so. */
const CLOSED: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** Says what a failed attempt means to the caller: the fence refused, time ran out, or nothing came back. */
export function upstreamFailure(error: unknown): BursarError {
  if (error instanceof BursarError) return error
  const { code, detail, hint } = describeFailure(error, true)
  const fields = { detail, cause: error, ...(hint !== undefined && { hint }) }
  if (code === 'outbound.blocked') return new BursarError('outbound.blocked', fields)
  return new BursarError(code === 'outbound.timeout' ? 'upstream.timeout' : 'upstream.unreachable', fields)
}

/**
 * True when the request may be sent once more on a new connection: it changes nothing (RFC 9110 §9.2.1) and
 * failed the way a kept connection does that the destination closed meanwhile (RFC 9112 §9.3.1).
 */
export const mayResend = (method: string, error: unknown): boolean =>
  (method === 'GET' || method === 'HEAD' || method === 'OPTIONS') && CLOSED.has(errorCode(error))
