import type { DestinationRule } from '@bursar/domain/destination-rule.ts'

/**
 * Where `[[KEY]]` in a header is replaced: the URLs that destination rules cover, as one regular expression.
 * It is an offer only, what is sent is judged by the rules themselves; a URL that is spelled in an unusual way
 * keeps its `[[KEY]]`.
 */
export function urlPatternOf(rules: readonly DestinationRule[]): string {
  return rules.length === 0 ? '(?!)' : `^(?:${rules.map(patternOf).join('|')})`
}

function patternOf({ scheme, host, subdomains, port, path }: DestinationRule): string {
  const usual = scheme === 'https' || scheme === 'wss' ? 443 : 80
  const authority =
    (subdomains ? '(?:[a-z0-9_-]+\\.)+' : '') + quote(host) + (port === usual ? `(?::${port})?` : `:${port}`)
  const end = path === '/' ? '(?=[/?]|$)' : `${quote(path)}${path.endsWith('/') ? '' : '(?=[/?]|$)'}`
  return `${quote(scheme === 'https' || scheme === 'wss' ? 'https' : 'http')}://${authority}${end}`
}

const quote = (text: string): string => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')

/** A key as the engine looks for it: inside an expression of its own. */
export const quoteKey = quote

/** A value as the engine inserts it: `$` would be the beginning of a pattern. */
export const quoteReplacement = (value: string): string => value.replaceAll('$', '$$$$')
