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

/** Origin and path; the query as the members of a form are; no user, no fragment. */
export function redactUrl(url: string, scrubber: Scrubber): string {
  if (!URL.canParse(url)) return '[redacted]'
  const { origin, protocol, host, pathname, searchParams } = new URL(url)
  const base = origin === 'null' ? `${protocol}//${host}` : origin
  const query = Object.entries(redactPairs(searchParams, scrubber)).map(([name, value]) => `${name}=${value}`)
  return showText(base + pathname, scrubber) + (query.length > 0 ? `?${query.join('&')}` : '')
}

/** Headers that explain an exchange and carry no credential. */
const SHOWN_HEADERS = new Set([
  'accept',
  'accept-encoding',
  'cache-control',
  'content-encoding',
  'content-length',
  'content-type',
  'date',
  'pragma',
  'retry-after',
  'server',
  'user-agent',
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
