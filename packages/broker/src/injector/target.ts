import { BursarError } from '@bursar/domain/error.ts'

/** Where a request goes, cut out of the URL that the rules have judged: nothing in it is decoded or repaired. */
export interface Target {
  url: string
  /** `https://host:port`, what the connection is made to. */
  origin: string
  /** Path and query, byte for byte. */
  path: string
}

const ORIGIN_SCHEMES: Readonly<Record<string, string>> = {
  https: 'https',
  http: 'http',
  wss: 'https',
  ws: 'http',
}

/** Callers ask for the same URLs again and again; those that were read lately are not read again. */
const recent = new Map<string, Target>()
const RECENT_AT_MOST = 1_000
const RECENT_LENGTH = 512

export function parseTarget(rawUrl: string): Target {
  const known = recent.get(rawUrl)
  if (known !== undefined) return known
  const target = readTarget(rawUrl)
  if (rawUrl.length > RECENT_LENGTH) return target
  if (recent.size >= RECENT_AT_MOST) recent.clear()
  recent.set(rawUrl, target)
  return target
}

/**
 * Takes apart the URL behind `/proxy/{name}/`; whether it is sound is for the rules to say. Only an empty path
 * is completed, since `/` is what will be sent: RFC 9112 §3.2.1.
 */
function readTarget(rawUrl: string): Target {
  const parts = /^([A-Za-z]+):\/\/([^/?]+)(.*)$/s.exec(rawUrl)
  const scheme = parts === null ? undefined : ORIGIN_SCHEMES[parts[1]!.toLowerCase()]
  if (parts === null || scheme === undefined) throw notAbsolute(rawUrl)
  const rest = parts[3]!
  const path = rest.startsWith('/') ? rest : `/${rest}`
  const origin = normalOrigin(`${scheme}://${parts[2]}`)
  if (origin === undefined) throw notAbsolute(rawUrl)
  return { url: `${parts[1]}://${parts[2]}${path}`, origin, path }
}

/** The origin as URLs spell it, under which connections are kept: lower case, no default port. */
const normalOrigin = (origin: string): string | undefined =>
  /^https:\/\/[a-z][a-z0-9.-]*$/.test(origin) ? origin : URL.parse(origin)?.origin

function notAbsolute(rawUrl: string): BursarError {
  const collapsed = /^(?:https?|wss?):\/[^/]/i.test(rawUrl)
  const encoded = /^(?:https?|wss?)%3a/i.test(rawUrl)
  return new BursarError('destination.ambiguous_url', {
    detail: 'Behind /proxy/{name}/ there has to be an absolute http, https, ws or wss URL.',
    hint: collapsed
      ? 'Something on the way joined the two slashes behind the scheme; Bursar does not guess. Turn that off there.'
      : encoded
        ? 'Write the URL as it is, without percent-encoding it once more.'
        : 'For example /proxy/sales-email/https://graph.example.com/v1.0/me.',
  })
}
