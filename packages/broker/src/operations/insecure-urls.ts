import type { Problem } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { pointer } from '@bursar/domain/problem.ts'
import type { Ports } from './ports.ts'

type UrlPorts = { settings: Pick<Ports['settings'], 'insecureHttp'> }

/** Requests that a recipe writes out. */
const REQUESTS = ['token_request', 'refresh_request'] as const

/**
 * Plain http where secrets and tokens travel, which is refused save to loopback in development. Looks at what was
 * sent, whatever else is wrong with it.
 */
export function insecureUrls(
  { settings }: UrlPorts,
  { recipe, destinations }: { recipe?: unknown; destinations?: unknown },
): Problem[] {
  const urls: Array<readonly [path: string, url: unknown]> = []
  if (isObject(recipe)) {
    for (const [member, value] of Object.entries(recipe))
      if (member.endsWith('_url')) urls.push([pointer('/recipe', [member]), value])
    for (const member of REQUESTS) {
      const request = recipe[member]
      if (isObject(request)) urls.push([`/recipe/${member}/url`, request.url])
    }
  }
  for (const [index, rule] of (Array.isArray(destinations) ? destinations : []).entries())
    urls.push([`/destinations/${index}`, isObject(rule) ? rule.url : rule])
  return urls.flatMap(([path, url]) => insecureUrl(settings, path, url) ?? [])
}

/** What is wrong with one address; undefined when nothing is. */
export function insecureUrl(settings: UrlPorts['settings'], path: string, url: unknown): Problem | undefined {
  if (typeof url !== 'string' || !/^\s*(?:http|ws):/i.test(url)) return undefined
  const host = URL.parse(url)?.hostname ?? ''
  const loopback = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(host)
  if (settings.insecureHttp === 'loopback' && loopback) return undefined
  return {
    path,
    code: 'url.insecure',
    detail: 'Only https is allowed here: a secret or token would travel in the clear.',
    hint: loopback
      ? 'For development on one machine set BURSAR_OUTBOUND_INSECURE_HTTP=loopback.'
      : 'Use the https address.',
  }
}
