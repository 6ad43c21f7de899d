import { BursarError } from '@bursar/domain/error.ts'
import type { Operations, TokenHandout } from './operations.ts'

/**
 * What rules have allowed lately, by the list of rules itself: a changed credential has another list. Bounded
 * over all credentials, since anybody who may use one chooses the URLs.
 */
let allowedLately = new WeakMap<TokenHandout['destinations'], Set<string>>()
let remembered = 0
const REMEMBERED_AT_MOST = 20_000
const URL_LENGTH_AT_MOST = 512

/**
 * Refuses unless a rule of the credential allows the request, and names the rules that were compared. Nothing
 * has been sent when this throws.
 */
export function checkDestination(
  operations: Pick<Operations, 'decide'>,
  { destinations }: Pick<TokenHandout, 'destinations'>,
  url: string,
  method: string,
): void {
  const request = `${method} ${url}`
  if (allowedLately.get(destinations)?.has(request)) return
  const { allowed, reasons } = operations.decide(destinations, url, method)
  if (allowed) {
    if (url.length <= URL_LENGTH_AT_MOST) remember(destinations, request)
    return
  }
  const ambiguous = reasons.some(({ code }) => code.startsWith('url.'))
  throw new BursarError(ambiguous ? 'destination.ambiguous_url' : 'destination.refused', {
    detail: reasons.map(({ detail }) => detail).join(' '),
    problems: reasons.map(({ code, detail, rule }) => ({
      path: '',
      code,
      detail: rule === undefined ? detail : `${rule}: ${detail}`,
    })),
  })
}

function remember(destinations: TokenHandout['destinations'], request: string): void {
  if (remembered >= REMEMBERED_AT_MOST) {
    allowedLately = new WeakMap()
    remembered = 0
  }
  const lately = allowedLately.get(destinations)
  if (lately === undefined) allowedLately.set(destinations, new Set([request]))
  else lately.add(request)
  remembered += 1
}
