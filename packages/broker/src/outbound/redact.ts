import type { Answer } from '@bursar/domain/exchange.ts'
import type { WireRequest } from './outbound.ts'
import { type Json, redactBody, redactPairs, showText } from './redact-body.ts'
import { type Scrubber, scrubberOf } from './scrub.ts'

/** A request as an exchange record shows it. */
export interface RequestRecord {
  readonly [member: string]: Json
  method: string
  url: string
  headers: { [name: string]: string }
  body: Json
}

/** An answer as an exchange record shows it. */
export interface AnswerRecord {
  readonly [member: string]: Json
  status: number
  headers: { [name: string]: string }
  body: Json
}

/** What a request looked like, without what it carried. `secrets` are values that must not show in any form. */
export function redactRequest(request: WireRequest, secrets: readonly string[]): RequestRecord {
  const scrubber = scrubberOf(secrets)
  return {
    method: request.method,
    url: redactUrl(request.url, scrubber),
    headers: redactHeaders(request.headers, scrubber),
    body: request.body === null ? null : redactBody(request.body, scrubber),
  }
}

/** What an answer looked like; freshly issued tokens are hidden although nobody knows them yet. */
export function redactAnswer(answer: Answer, secrets: readonly string[]): AnswerRecord {
  const scrubber = scrubberOf(secrets)
  return {
    status: answer.status,
    headers: redactHeaders(Object.entries(answer.headers), scrubber),
    body: redactBody(answer.body, scrubber),
  }
}

/** A sentence that may quote what was sent: a description by the provider, a hint. */
export const redactText = (text: string, secrets: readonly string[]): string =>
  showText(text, scrubberOf(secrets))

/** An answer that is shown to whoever may have what was issued: as it is, without what was known before. */
export function withoutKnown(value: unknown, secrets: readonly string[]): unknown {
  const { scrub } = scrubberOf(secrets)
  const clean = (one: unknown): unknown => {
    if (typeof one === 'string') return scrub(one)
    // A number can be a secret as well.
    if (typeof one === 'number') return scrub(String(one)) === String(one) ? one : '[redacted]'
    if (Array.isArray(one)) return one.map(clean)
    if (typeof one !== 'object' || one === null) return one
    return Object.fromEntries(Object.entries(one).map(([name, member]) => [scrub(name), clean(member)]))
  }
  return clean(value)
}

/** URLs that are origin and path alone, and how they are spelled: token endpoints come again and again. */
const endpoints = new Map<string, string>()
const ENDPOINTS_AT_MOST = 1_000
const ENDPOINT_LENGTH = 512

/** Origin and path; the query as the members of a form are; no user, no fragment. */
export function redactUrl(url: string, scrubber: Scrubber): string {
  const known = endpoints.get(url)
  if (known !== undefined) return showText(known, scrubber)
  const parsed = URL.parse(url)
  if (parsed === null) return '[redacted]'
  const { origin, protocol, host, pathname, searchParams } = parsed
  const base = origin === 'null' ? `${protocol}//${host}` : origin
  if (!/[?#@]/.test(url) && url.length <= ENDPOINT_LENGTH) {
    if (endpoints.size >= ENDPOINTS_AT_MOST) endpoints.clear()
    endpoints.set(url, base + pathname)
  }
  const query = Object.entries(redactPairs(searchParams, scrubber)).map(([name, value]) => `${name}=${value}`)
  return showText(base + pathname, scrubber) + (query.length > 0 ? `?${query.join('&')}` : '')
}

/** Headers that explain an exchange and carry no credential. */
const SHOWN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'access-control-allow-origin',
  'access-control-expose-headers',
  'cache-control',
  'connection',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'keep-alive',
  'pragma',
  'retry-after',
  'server',
  'transfer-encoding',
  'user-agent',
  'vary',
  'via',
  'www-authenticate',
])

function redactHeaders(
  headers: Iterable<readonly [string, string]>,
  scrubber: Scrubber,
): { [name: string]: string } {
  const shown: Array<[string, string]> = []
  for (const [name, value] of headers) {
    const lower = name.toLowerCase()
    if (lower === 'set-cookie') continue
    const text = SHOWN_HEADERS.has(lower)
      ? showText(value, scrubber)
      : lower === 'location'
        ? redactUrl(value, scrubber)
        : '[redacted]'
    shown.push([showText(lower, scrubber), text])
  }
  return Object.fromEntries(shown)
}
