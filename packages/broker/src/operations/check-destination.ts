import { BursarError } from '@bursar/domain/error.ts'
import type { Operations, TokenHandout } from './operations.ts'

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
  const { allowed, reasons } = operations.decide(destinations, url, method)
  if (allowed) return
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
