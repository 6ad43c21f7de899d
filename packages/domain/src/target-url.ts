import { type Host, parseHost } from './host.ts'

export type UrlScheme = 'https' | 'http' | 'wss' | 'ws'

/** A URL taken apart without changing a byte of what will be sent. */
export interface ParsedTarget {
  /** As it was written, and as it will be sent. */
  url: string
  scheme: UrlScheme
  /** Lower case; IPv6 in brackets and in the spelling of RFC 5952. */
  host: string
  hostKind: Host['kind']
  port: number
  /** From the first `/` up to the query, byte for byte; `/` where the URL has none. */
  path: string
  /** Without the `?`; null where there is none. */
  query: string | null
}

/** Why a URL is not taken: two programs could read it differently. */
export interface UrlProblem {
  code: string
  detail: string
}

export type TargetResult = { target: ParsedTarget } | { problem: UrlProblem }

const DEFAULT_PORTS: Record<UrlScheme, number> = { https: 443, wss: 443, http: 80, ws: 80 }
const MAX_URL_LENGTH = 16_384

const refuse = (code: string, detail: string): TargetResult => ({ problem: { code, detail } })

/**
 * Reads an absolute URL, RFC 3986 §3, and refuses what is ambiguous instead of repairing it. The query is
 * only checked for illegal characters and broken escapes, since it decides nothing.
 */
export function parseTarget(url: string): TargetResult {
  if (url.length > MAX_URL_LENGTH)
    return refuse('url.too_long', `The URL is longer than ${MAX_URL_LENGTH} characters.`)
  const illegal = illegalCharacter(url)
  if (illegal) return illegal
  const parts = /^([a-z][a-z0-9+.-]*):\/\/([^/?]*)([^?]*)(?:\?(.*))?$/i.exec(url)
  if (!parts) return refuse('url.not_absolute', 'The URL does not begin with a scheme and "//".')
  const scheme = parts[1]!.toLowerCase()
  if (!isUrlScheme(scheme)) return refuse('url.scheme', 'The scheme is not https, http, wss or ws.')
  const authority = parseAuthority(parts[2]!, DEFAULT_PORTS[scheme])
  if ('problem' in authority) return authority
  const path = parts[3] === '' ? '/' : parts[3]!
  const pathProblem = ambiguityOfPath(path)
  if (pathProblem) return { problem: pathProblem }
  return { target: { url, scheme, ...authority, path, query: parts[4] ?? null } }
}

const isUrlScheme = (scheme: string): scheme is UrlScheme => Object.hasOwn(DEFAULT_PORTS, scheme)

function illegalCharacter(url: string): TargetResult | undefined {
  if (/[^\x21-\x7e]/.test(url)) {
    return refuse('url.character', 'The URL contains a space, a control character or one outside ASCII.')
  }
  if (url.includes('\\')) return refuse('url.backslash', 'The URL contains a backslash.')
  if (url.includes('#')) return refuse('url.fragment', 'The URL has a fragment.')
  if (/["<>]/.test(url))
    return refuse('url.character', 'The URL contains a quotation mark or an angle bracket.')
  if (/%(?![0-9a-f]{2})/i.test(url))
    return refuse('url.escape', 'A "%" is not followed by two hexadecimal digits.')
  return undefined
}

function parseAuthority(
  authority: string,
  defaultPort: number,
): { host: string; hostKind: Host['kind']; port: number } | { problem: UrlProblem } {
  if (authority.includes('@')) {
    return {
      problem: { code: 'url.userinfo', detail: 'The URL has a user name or password before the host.' },
    }
  }
  const [, hostText, portText] = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/.exec(authority) ?? [
    undefined,
    authority,
    '',
  ]
  const host = parseHost(hostText!)
  if (!('host' in host)) return { problem: host }
  const port = portText === undefined ? defaultPort : parsePort(portText)
  if (port === undefined) {
    return {
      problem: {
        code: 'url.port',
        detail: 'The port is not a number from 1 to 65535 without leading zeros.',
      },
    }
  }
  return { host: host.host.text, hostKind: host.host.kind, port }
}

const parsePort = (text: string): number | undefined =>
  /^[1-9]\d{0,4}$/.test(text) && Number(text) <= 65_535 ? Number(text) : undefined

/**
 * What a server behind us could read as another path: dot segments in any spelling, escaped separators,
 * escapes of escapes, control characters, bytes that are not UTF-8. `//` at the start is refused because it
 * reads as an authority when resolved again; further in it stays, since merging slashes never leaves a prefix.
 */
function ambiguityOfPath(path: string): UrlProblem | undefined {
  if (path.startsWith('//')) return { code: 'url.empty_segment', detail: 'The path begins with two slashes.' }
  if (/[\^`{|}]/.test(path)) return { code: 'url.character', detail: 'The path contains one of ^ ` { | }.' }
  if (/%(?:2f|5c)/i.test(path)) {
    return { code: 'url.encoded_separator', detail: 'The path contains an encoded slash or backslash.' }
  }
  if (/%25[0-9a-f]{2}/i.test(path)) {
    return { code: 'url.double_escape', detail: 'The path contains an escape that is escaped once more.' }
  }
  if (/%(?:[01][0-9a-f]|7f)/i.test(path)) {
    return { code: 'url.character', detail: 'The path contains an encoded control character.' }
  }
  return path.split('/').map(ambiguityOfSegment).find(Boolean)
}

function ambiguityOfSegment(segment: string): UrlProblem | undefined {
  const text = unescaped(segment)
  if (text === undefined) return { code: 'url.escape', detail: 'The escapes of the path are not UTF-8.' }
  // A server that folds compatibility forms sees "/" in "℀" and ".." in "‥".
  const folded = text.normalize('NFKC')
  if (/^\.{1,2}(?:;|$)/.test(text) || /^\.{1,2}(?:;|$)/.test(folded)) {
    return { code: 'url.dot_segment', detail: 'The path contains a "." or ".." segment.' }
  }
  if (/[/\\]/.test(folded)) {
    return { code: 'url.encoded_separator', detail: 'The path contains a character that folds to a slash.' }
  }
  return undefined
}

function unescaped(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment)
  } catch {
    return undefined
  }
}
