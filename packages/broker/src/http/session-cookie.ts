import { BursarError } from '@bursar/domain/error.ts'

/** What a page of ours sends and a form or link of another site can not (it would need CORS, which we never grant). */
export const CONSOLE_HEADER = 'bursar-console'

/** Over https the prefix ties the cookie to this very host, RFC 6265bis §4.1.3.2. */
const SECURE_NAME = '__Host-bursar_session'

/**
 * Cookies know no ports: without https, brokers on one machine would sign each other's people out if their
 * cookies had one name.
 */
const plainName = (host: string): string => `bursar_session_${/:(\d+)$/.exec(host)?.[1] ?? '80'}`

const SECURE_TICKET = '__Host-bursar_sso'
const plainTicket = (host: string): string => plainName(host).replace('session', 'sso')

/** Lax, since the identity provider sends the browser back from another site. */
export function ticketCookie(ticket: string, host: string, isSecure: boolean, maxAgeSeconds: number): string {
  const name = isSecure ? SECURE_TICKET : plainTicket(host)
  const secure = isSecure ? '; Secure' : ''
  return `${name}=${ticket}; Path=/; HttpOnly; SameSite=Lax${secure}; Max-Age=${maxAgeSeconds}`
}

export function readTicketCookie(headers: Headers): string | null {
  const cookies = readCookies(headers.get('cookie') ?? '')
  return cookies.get(SECURE_TICKET) ?? cookies.get(plainTicket(headers.get('host') ?? '')) ?? null
}

/** The session token of a request; null when there is none. */
export function readSessionCookie(headers: Headers): string | null {
  const cookies = readCookies(headers.get('cookie') ?? '')
  return cookies.get(SECURE_NAME) ?? cookies.get(plainName(headers.get('host') ?? '')) ?? null
}

/** The first of a name counts: user agents send the more specific one first. */
function readCookies(header: string): Map<string, string> {
  const cookies = new Map<string, string>()
  for (const pair of header.split(';')) {
    const at = pair.indexOf('=')
    if (at < 0) continue
    const name = pair.slice(0, at).trim()
    if (!cookies.has(name)) cookies.set(name, pair.slice(at + 1).trim())
  }
  return cookies
}

/**
 * `Set-Cookie` for a session. Strict: the pages themselves need no cookie, and their calls come from the same
 * site, so that nothing is lost and no request that another site began carries it.
 */
export function sessionCookie(token: string, host: string, isSecure: boolean, maxAgeSeconds: number): string {
  const name = isSecure ? SECURE_NAME : plainName(host)
  const secure = isSecure ? '; Secure' : ''
  return `${name}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}; Max-Age=${maxAgeSeconds}`
}

/** `Set-Cookie` lines that take the session away, under whichever name it came. */
export function endedCookies(headers: Headers): string[] {
  const host = headers.get('host') ?? ''
  const cookies = readCookies(headers.get('cookie') ?? '')
  return [true, false]
    .filter((isSecure) => cookies.has(isSecure ? SECURE_NAME : plainName(host)))
    .map((isSecure) => sessionCookie('', host, isSecure, 0))
}

/**
 * Refuses what another site may have made a browser send. A call that changes something has to carry the
 * header of the console; whatever the browser says of its origin has to fit (Fetch Metadata; RFC 6454 §7).
 */
export function refuseForeign(method: string, headers: Headers): void {
  if (method !== 'GET' && method !== 'HEAD' && !headers.has(CONSOLE_HEADER)) {
    throw foreign('A session changes nothing without the header `Bursar-Console`.')
  }
  const site = headers.get('sec-fetch-site')
  if (site !== null) {
    if (site !== 'same-origin' && site !== 'none') throw foreign('The browser says that another site asked.')
    return
  }
  const origin = headers.get('origin')
  if (origin !== null && URL.parse(origin)?.host !== headers.get('host')) {
    throw foreign('The page that asked has another origin.')
  }
}

const foreign = (detail: string): BursarError =>
  new BursarError('session.foreign_request', {
    detail,
    hint: 'Programs use a key: `Authorization: Bearer bsr_…`.',
  })
