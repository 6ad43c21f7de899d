import { BursarError } from '@bursar/domain/error.ts'
import { HOP_BY_HOP_HEADERS, isHeaderName, isHeaderValue } from '@bursar/domain/header-syntax.ts'
import type { TokenHandout } from '../operations/operations.ts'

/** Made anew for the next connection: the target's host, the framing, and the wait for `100 Continue`. */
const REMADE: ReadonlySet<string> = new Set(['host', 'content-length', 'expect'])

const OURS = 'bursar-'

/** What `Connection` nominates (RFC 9110 §7.6.1), lower case; null when it only says `keep-alive` or `close`. */
function nominatedNames(rawHeaders: readonly string[]): ReadonlySet<string> | null {
  let names: Set<string> | null = null
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length !== 10 || name.toLowerCase() !== 'connection') continue
    const value = rawHeaders[i + 1]!
    if (value === 'keep-alive' || value === 'close') continue
    names ??= new Set()
    for (const option of value.split(',')) names.add(option.trim().toLowerCase())
  }
  return names
}

/**
 * The fields to send on, names and values in turn as `undici` takes them: all of the caller's in their order,
 * duplicates too, but for those of one hop, ours and every `Authorization`; then the header with the token.
 */
export function requestFields(
  rawHeaders: readonly string[],
  header: TokenHandout['header'],
  contentLength: string | null,
): string[] {
  const injectedName = header.name.toLowerCase()
  const nominated = nominatedNames(rawHeaders)
  const fields: string[] = []
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    const lower = name.toLowerCase()
    if (HOP_BY_HOP_HEADERS.has(lower) || REMADE.has(lower) || lower.startsWith(OURS)) continue
    if (lower === 'authorization' || lower === injectedName || nominated?.has(lower)) continue
    fields.push(name, rawHeaders[i + 1]!)
  }
  if (contentLength !== null) fields.push('Content-Length', contentLength)
  fields.push(header.name, headerValue(header))
  return fields
}

/** The token's header value; looked at once more, since one line break here would be a request of its own. */
export function headerValue({ name, value }: TokenHandout['header']): string {
  const text = value.reveal()
  if (text === '' || !isHeaderValue(text) || !isHeaderName(name)) {
    throw new BursarError('token.unsafe_header')
  }
  return text
}

/**
 * The fields of an answer to pass back, in their order, duplicates too. `Trailer` only goes where trailers can
 * follow; a `Bursar-…` field would look as if it came from us.
 */
export function responseFields(all: readonly string[], canTrail: boolean): string[] {
  const nominated = nominatedNames(all)
  const fields: string[] = []
  for (let i = 0; i < all.length; i += 2) {
    const lower = all[i]!.toLowerCase()
    if (HOP_BY_HOP_HEADERS.has(lower) && !(lower === 'trailer' && canTrail)) continue
    if (lower.startsWith(OURS) || nominated?.has(lower)) continue
    fields.push(all[i]!, all[i + 1]!)
  }
  return fields
}

/** How the body of a message ends: RFC 9112 §6. */
export type Framing = { kind: 'none' } | { kind: 'length'; length: string } | { kind: 'chunked' }

/**
 * Reads how a request's body is framed. A length beside a transfer coding is how requests are smuggled, and a
 * coding other than `chunked` would reach the destination unnamed: both are refused (RFC 9112 §6.1).
 */
export function requestFraming(rawHeaders: readonly string[]): Framing {
  let length: string | null = null
  let coding: string | null = null
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!
    if (name.length === 14 && name.toLowerCase() === 'content-length') {
      if (length !== null) throw badFraming('Content-Length came more than once.')
      length = rawHeaders[i + 1]!
    } else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') {
      if (coding !== null) throw badFraming('Transfer-Encoding came more than once.')
      coding = rawHeaders[i + 1]!
    }
  }
  if (coding !== null) {
    if (length !== null) throw badFraming('Content-Length and Transfer-Encoding exclude each other.')
    if (coding.toLowerCase() !== 'chunked')
      throw badFraming('The only transfer coding understood is chunked.')
    return { kind: 'chunked' }
  }
  if (length === null) return { kind: 'none' }
  if (!/^\d{1,15}$/.test(length)) throw badFraming('Content-Length is not a number.')
  return length === '0' ? { kind: 'none' } : { kind: 'length', length }
}

const badFraming = (detail: string): BursarError => new BursarError('request.framing', { detail })
