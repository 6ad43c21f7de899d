import { isIP, isIPv4 } from 'node:net'
import { endsInNumber } from './allow.ts'
import { OutboundFailure } from './failure.ts'

/** Where a request goes, read once from its URL. */
export interface Target {
  origin: string
  tls: boolean
  /** Without the brackets of an IPv6 literal. */
  host: string
  port: number
  /** Path and query. */
  path: string
}

/** Scheme and authority as written, before the URL parser tidies them up. */
const AUTHORITY = /^https?:\/\/([^/?#]*)/i

/**
 * Reads a URL that is about to be called. What can be read in two ways is refused, not repaired: the URL
 * parser would turn `http://0177.1/` into `127.0.0.1` without a word.
 */
export function parseTarget(url: string): Target {
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
