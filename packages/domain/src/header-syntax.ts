/** A header name or method, RFC 9110 §5.6.2 `token`. */
export const isHeaderName = (name: string): boolean => /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,256}$/.test(name)

/** A header value that every HTTP version and server reads alike: visible ASCII with single blanks inside. */
export const isHeaderValue = (value: string): boolean =>
  /^(?:[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?)?$/.test(value)

/** Header fields that concern one connection only, RFC 9110 §7.6.1, with those HTTP/1.0 proxies left behind. */
export const HOP_BY_HOP_HEADERS: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authentication-info',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])

/** Header fields that say where a message ends and where it goes; they are computed, never configured. */
export const FRAMING_HEADERS: ReadonlySet<string> = new Set(['host', 'content-length', 'expect'])

/** The fields not to forward, in lower case: the fixed ones and those a `Connection` field nominates. */
export function hopByHopNames(connection: string | undefined): ReadonlySet<string> {
  const nominated = (connection ?? '').split(',').map((name) => name.trim().toLowerCase())
  return new Set([...HOP_BY_HOP_HEADERS, ...nominated.filter(isHeaderName)])
}

/** True for a field that a recipe may set. */
export function isSettableHeader(name: string): boolean {
  const lower = name.toLowerCase()
  return isHeaderName(name) && !HOP_BY_HOP_HEADERS.has(lower) && !FRAMING_HEADERS.has(lower)
}
