import { isIP, isIPv4 } from 'node:net'
import { endsInNumber } from './allow.ts'
import { OutboundFailure } from './failure.ts'

/** Where a request goes, read once from its URL. */
export interface Target {
  readonly origin: string
  readonly tls: boolean
  /** Without the brackets of an IPv6 literal. */
  readonly host: string
  readonly port: number
  /** Path and query. */
  readonly path: string
}

/** Scheme and authority as written, before the URL parser tidies them up. */
const AUTHORITY = /^https?:\/\/([^/?#]*)/i

/** Token endpoints are called again and again; one that was read is not read again. */
const endpoints = new Map<string, Target>()
const ENDPOINTS_AT_MOST = 1_000
const ENDPOINT_LENGTH = 512

export function parseTarget(url: string): Target {
  const known = endpoints.get(url)
  if (known !== undefined) return known
  const target = readTarget(url)
  // A query may carry what is not to be kept.
  if (url.length <= ENDPOINT_LENGTH && !url.includes('?')) {
    if (endpoints.size >= ENDPOINTS_AT_MOST) endpoints.clear()
    endpoints.set(url, target)
  }
  return target
}

/**
 * Reads a URL that is about to be called. What can be read in two ways is refused, not repaired: the URL
 * parser would turn `http://0177.1/` into `127.0.0.1` without a word.
 */
function readTarget(url: string): Target {
  const authority = AUTHORITY.exec(url)?.[1]
  if (!authority || !URL.canParse(url)) throw blocked(`This is not an http or https URL.`)
  if (/[\u0000-\u0020\u007f\\]/.test(url))
    throw blocked('The URL has spaces, control characters or backslashes.')
  if (authority.includes('@')) throw blocked('The URL carries a user name or password.')
  const parsed = new URL(url)
  const host = parsed.hostname.startsWith('[') ? parsed.hostname.slice(1, -1) : parsed.hostname
  assertPlainHost(authority.replace(/:\d*$/, ''), host)
  const tls = parsed.protocol === 'https:'
  return {
    origin: parsed.origin,
    tls,
    host,
    port: parsed.port === '' ? (tls ? 443 : 80) : Number(parsed.port),
    path: parsed.pathname + parsed.search,
  }
}

/** Refuses a host that stands for an address without being its usual form (octal, hexadecimal, short, …). */
export function assertPlainHost(written: string, parsed: string = written): void {
  const numeric = isIP(parsed) === 0 && endsInNumber(parsed)
  const rewritten = isIPv4(parsed) && written !== parsed
  if (numeric || rewritten) {
    throw blocked(
      `"${written}" is another way to write an IP address.`,
      'Write the address as four decimal numbers.',
    )
  }
}

const blocked = (detail: string, hint?: string) => new OutboundFailure('outbound.blocked', detail, hint)
