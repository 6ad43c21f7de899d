import { BursarError } from '@bursar/domain/error.ts'

/** What the first part of a request target asks for; the rest is still as it came. */
export type Route =
  | { kind: 'token'; name: string; query: string }
  | { kind: 'proxy'; name: string; rawUrl: string }
  | { kind: 'forward_auth'; name: string }

const TOKEN_PREFIX = '/v1/credentials/'
const TOKEN_SUFFIX = '/token'
export const PROXY_PREFIX = '/proxy/'
const FORWARD_AUTH_PREFIX = '/forward-auth/'

/**
 * Reads a request target in origin form (RFC 9112 §3.2.1); null when it is not for a delivery. The URL behind
 * `/proxy/{name}/` is cut out of the bytes as they came: no decoding, no joining of slashes.
 */
export function parseRoute(method: string, target: string): Route | null {
  if (target.startsWith(TOKEN_PREFIX)) return parseTokenRoute(method, target)
  if (target.startsWith(PROXY_PREFIX)) {
    const end = target.indexOf('/', PROXY_PREFIX.length)
    const name = end === -1 ? target.slice(PROXY_PREFIX.length) : target.slice(PROXY_PREFIX.length, end)
    return { kind: 'proxy', name, rawUrl: end === -1 ? '' : target.slice(end + 1) }
  }
  if (target.startsWith(FORWARD_AUTH_PREFIX)) {
    const query = target.indexOf('?')
    const name = target.slice(FORWARD_AUTH_PREFIX.length, query === -1 ? undefined : query)
    return name.includes('/') ? null : { kind: 'forward_auth', name }
  }
  return null
}

/** Other methods on this path belong to the REST API, which knows how to refuse them. */
function parseTokenRoute(method: string, target: string): Route | null {
  if (method !== 'GET' && method !== 'HEAD') return null
  const mark = target.indexOf('?')
  const end = mark === -1 ? target.length : mark
  const nameEnd = end - TOKEN_SUFFIX.length
  if (nameEnd <= TOKEN_PREFIX.length || !target.startsWith(TOKEN_SUFFIX, nameEnd)) return null
  const name = target.slice(TOKEN_PREFIX.length, nameEnd)
  return name.includes('/') ? null : { kind: 'token', name, query: mark === -1 ? '' : target.slice(mark + 1) }
}

/** The credential's name out of a path segment (RFC 3986 §2.1); a broken escape names nothing, nor does a NUL. */
export function decodeName(segment: string): string {
  if (!segment.includes('%')) return segment
  try {
    const name = decodeURIComponent(segment)
    if (!name.includes('\0')) return name
  } catch {
    // As below.
  }
  throw new BursarError('credential.not_found', { detail: 'The name in the path has a broken escape.' })
}
