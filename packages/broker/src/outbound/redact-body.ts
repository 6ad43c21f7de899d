import { hide, type Scrubber } from './scrub.ts'

export type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json }

/** Members whose text is for people (RFC 6749 §5, RFC 8693 §2), never a credential. */
const SHOWN = new Set([
  'audience',
  'client_assertion_type',
  'client_id',
  'error',
  'error_description',
  'error_uri',
  'expires_in',
  'grant_type',
  'issued_token_type',
  'redirect_uri',
  'requested_token_type',
  'resource',
  'response_type',
  'scope',
  'subject_token_type',
  'token_type',
])
/** Shown as well inside of an `error` object, as many APIs send it. */
const SHOWN_IN_ERROR = new Set(['code', 'detail', 'message', 'reason', 'status', 'title', 'type'])

const MAX_DEPTH = 8
const MAX_MEMBERS = 100
const MAX_SHOWN = 500
const MAX_EXCERPT = 200
/** Longer bodies and texts are not looked into: that would hold up the event loop. */
const MAX_PARSED = 128 * 1024
const MAX_SCRUBBED = 4 * 1024

/** Keeps the structure of a body and what explains an error; every other text only by its length. */
export function redactBody(body: string, scrubber: Scrubber): Json {
  const text = body.replace(/^\ufeff/, '').trim()
  if (text === '') return ''
  if (text.length > MAX_PARSED) return hide(text)
  if (/^[{[]/.test(text)) {
    const parsed = parseJson(text)
    return parsed === undefined ? excerpt(hideQuoted(text), scrubber) : redactJson(parsed, scrubber)
  }
  if (/^[^\s=&<>]+=[^\s<>]*$/.test(text)) return redactPairs(readPairs(text), scrubber)
  return excerpt(text, scrubber)
}

/** The pairs of a form. Without escapes they are what stands there, and told without a parser. */
function readPairs(form: string): Iterable<readonly [string, string]> {
  if (/[%+]/.test(form) || !form.isWellFormed()) return new URLSearchParams(form)
  const pairs = form.split('&').filter((pair) => pair !== '')
  return pairs.map((pair) => {
    const end = pair.indexOf('=')
    return end === -1 ? [pair, ''] : [pair.slice(0, end), pair.slice(end + 1)]
  })
}

/** Query strings and form bodies: names, and the values of those that are shown. */
export function redactPairs(
  pairs: Iterable<readonly [string, string]>,
  scrubber: Scrubber,
): { [name: string]: Json } {
  const entries = [...pairs].slice(0, MAX_MEMBERS)
  return Object.fromEntries(
    entries.map(([name, value]) => [showText(name, scrubber), redactMember(name, value, scrubber)]),
  )
}

const redactMember = (name: string, value: string, scrubber: Scrubber) =>
  SHOWN.has(name.toLowerCase()) ? showText(value, scrubber) : hide(value)

function redactJson(value: unknown, scrubber: Scrubber, name = '', inError = false, depth = 0): Json {
  if (typeof value === 'string') {
    const shown = SHOWN.has(name) || (inError && SHOWN_IN_ERROR.has(name))
    return shown ? showText(value, scrubber) : hide(value)
  }
  // A number can be a secret as well: a PIN, a one-time code.
  if (typeof value === 'number') return scrubber.scrub(String(value)) === String(value) ? value : '[redacted]'
  if (typeof value !== 'object' || value === null) return value as boolean | null
  if (depth === MAX_DEPTH) return '[redacted, too deep]'
  const within = inError || name === 'error' || name === 'errors'
  if (Array.isArray(value)) {
    return value.slice(0, MAX_MEMBERS).map((item) => redactJson(item, scrubber, name, within, depth + 1))
  }
  const members = Object.entries(value).slice(0, MAX_MEMBERS)
  return Object.fromEntries(
    members.map(([key, member]) => [
      showText(key, scrubber),
      redactJson(member, scrubber, key.toLowerCase(), within, depth + 1),
    ]),
  )
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** Texts that were shown as they are, once known secrets were out: the same ones come with every exchange. */
const harmless = new Set<string>()
const HARMLESS_AT_MOST = 1_000
const HARMLESS_LENGTH = 100

/** Text that is meant to be shown, without known secrets and without anything that looks like a token. */
export function showText(text: string, scrubber: Scrubber): string {
  if (text.length > MAX_SCRUBBED) return hide(text)
  const clean = scrubber.scrub(text)
  if (harmless.has(clean)) return clean
  const shown = cut(hideTokenRuns(clean).replace(/[\u0000-\u001f\u007f]+/g, ' '), MAX_SHOWN)
  if (shown === clean && clean.length <= HARMLESS_LENGTH) {
    if (harmless.size >= HARMLESS_AT_MOST) harmless.clear()
    harmless.add(clean)
  }
  return shown
}

/** The beginning of a body that has no structure we know. */
function excerpt(text: string, scrubber: Scrubber): string {
  // A lone word may be the token itself.
  if (!/\s/.test(text)) return hide(text)
  const searched = text.slice(0, MAX_SCRUBBED)
  const clean = scrubber.scrub(searched)
  // A secret in what is searched may stand once more across its end, where it would not be found.
  if (searched.length < text.length && clean !== searched) return hide(text)
  const shown = hideTokenRuns(hideNamedValues(clean.slice(0, MAX_SCRUBBED / 4)))
  return cut(shown.replace(/[\s\u0000-\u001f\u007f]+/g, ' '), MAX_EXCERPT)
}

const cut = (text: string, length: number) => (text.length > length ? `${text.slice(0, length)}…` : text)

/** Every string of broken JSON that is not the name of a member. */
const hideQuoted = (text: string) =>
  text.replace(/"(?:[^"\\]|\\.)*(?:"|$)(\s*:)?/gs, (all, colon) =>
    colon === undefined ? '"[redacted]"' : all,
  )

/** `token=…`, `"password": "…"`, `<AccessToken>…<`: the value goes, whatever it looks like. */
function hideNamedValues(text: string): string {
  return text
    .replace(/>[^<>\s]{4,}</g, '>[redacted]<')
    .replace(
      /((?:token|secret|passw(?:or)?d|assertion|signature|key|code|auth)\w{0,32}["']?\s*[:=]\s*["']?)[^\s"'<>&,;]{3,}/gi,
      '$1[redacted]',
    )
}

/**
 * JWTs, and runs as long as a token that are not words: base64, base64url, hexadecimal, percent-encoded.
 * Of a URL or path only such segments go.
 */
function hideTokenRuns(text: string): string {
  return text.replace(/[\w+/=.~%-]{16,}/g, (run) => {
    const segments = run.split('/')
    if (!segments.some(isTokenLike)) return run
    const path = run.startsWith('/')
    return path
      ? segments.map((segment) => (isTokenLike(segment) ? '[redacted]' : segment)).join('/')
      : '[redacted]'
  })
}

/** Words joined by `_` or `-` have one case and no digits; tokens mix. */
function isTokenLike(run: string): boolean {
  return run.startsWith('eyJ') || run.split(/[.=]/).some((piece) => piece.length >= 16 && !WORDS.test(piece))
}

const WORDS = /^(?:[A-Z]?[a-z]+|[A-Z]+)(?:[_-](?:[A-Z]?[a-z]+|[A-Z]+))*$/
