import type { IncomingMessage } from 'node:http'

const ABSOLUTE = /^https?:\/\/([^/?#@\\\s]+)(?:([/?].*))?$/i

/** The authority and the origin form of a target in absolute form, RFC 9112 §3.2.2; null for every other. */
function parseAbsolute(target: string): { authority: string; origin: string } | null {
  const [, authority, rest = '/'] = ABSOLUTE.exec(target) ?? []
  if (authority === undefined) return null
  return { authority, origin: rest.startsWith('?') ? `/${rest}` : rest }
}

/**
 * Rewrites a request in absolute form to the one in origin form that asks for the same: the host is that of the
 * target, whatever the Host field says. False, with nothing done, where that would be a request for `refused`.
 */
export function acceptAbsoluteForm(req: IncomingMessage, refused: string): boolean {
  const parsed = req.url!.startsWith('/') ? null : parseAbsolute(req.url!)
  if (parsed === null) return true
  if (parsed.origin.startsWith(refused)) return false
  req.url = parsed.origin
  req.headers.host = parsed.authority
  const { rawHeaders } = req
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]!.toLowerCase() === 'host') rawHeaders[i + 1] = parsed.authority
  }
  if (!rawHeaders.some((name, i) => i % 2 === 0 && name.toLowerCase() === 'host')) {
    rawHeaders.push('Host', parsed.authority)
  }
  return true
}
