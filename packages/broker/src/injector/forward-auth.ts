import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { checkDestination } from '../operations/check-destination.ts'
import type { TokenHandout } from '../operations/operations.ts'
import { BURSAR_KEY, OWN_AUTHORIZATION, PROXY_AUTHORIZATION } from './caller-key.ts'
import { type Call, type DeliveryPorts, grantToken } from './delivery.ts'
import { headerValue } from './header-fields.ts'
import { sendProblem } from './problem.ts'
import { decodeName } from './route.ts'

const KEY_SOURCES = [BURSAR_KEY, PROXY_AUTHORIZATION, OWN_AUTHORIZATION]

/** Names the header to send, for those who do not know the recipe. */
const TOKEN_HEADER = 'Bursar-Token-Header'

/** The request that a gateway asks about. */
export interface OriginalRequest {
  method: string
  url: string
}

/**
 * `/forward-auth/{name}`: tells a gateway which header to send with a request that it will make itself. The
 * gateway gets to see the token, so its key needs the permission of the token API, not the proxy's.
 */
export function serveForwardAuth(ports: DeliveryPorts, call: Call, rawName: string): void {
  const { operations, metrics, log } = ports
  const { req, res } = call
  const refuse = (error: unknown) => metrics.tokenServed('forward_auth', sendProblem(res, error, log))
  try {
    const original = readOriginalRequest(req.rawHeaders)
    const answer = (handout: TokenHandout) => {
      checkDestination(operations, handout, original.url, original.method)
      const { header } = handout
      res.writeHead(200, [
        header.name,
        headerValue(header),
        TOKEN_HEADER,
        header.name,
        'Cache-Control',
        'no-store',
        'Content-Length',
        '0',
      ])
      res.end()
      metrics.tokenServed('forward_auth', 'ok')
    }
    const grant = grantToken(operations, req, KEY_SOURCES, decodeName(rawName), 'token', 0)
    if (grant instanceof Promise) grant.then(({ handout }) => answer(handout)).catch(refuse)
    else answer(grant.handout)
  } catch (error) {
    refuse(error)
  }
}

/**
 * Reads what nginx (`X-Original-…`) or Traefik and Caddy (`X-Forwarded-…`) say about the request. Both at once
 * are refused: one of them then comes from somebody the gateway let through, and could name another URL than
 * the one the token will go to.
 */
export function readOriginalRequest(rawHeaders: readonly string[]): OriginalRequest {
  const fields = new Map<string, string[]>()
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i]!.toLowerCase()
    fields.set(name, [...(fields.get(name) ?? []), rawHeaders[i + 1]!])
  }
  const nginx = fields.has('x-original-url')
  if (nginx && fields.has('x-forwarded-uri')) {
    throw new BursarError('destination.ambiguous_url', {
      detail: 'X-Original-URL and X-Forwarded-Uri exclude each other.',
      hint: 'Let the gateway remove the one that it does not set itself.',
    })
  }
  const names = nginx ? NGINX_HEADERS : FORWARDED_HEADERS
  const problems = names.flatMap((name) => problemOf(name, fields.get(name.toLowerCase())))
  if (problems.length > 0) {
    throw new BursarError('destination.ambiguous_url', {
      detail: problems.map(({ detail }) => detail).join(' '),
      problems,
    })
  }
  const value = (name: string): string => fields.get(name.toLowerCase())![0]!
  if (nginx) return { method: value('X-Original-Method'), url: value('X-Original-URL') }
  const [proto, host, uri] = [value('X-Forwarded-Proto'), value('X-Forwarded-Host'), value('X-Forwarded-Uri')]
  return { method: value('X-Forwarded-Method'), url: `${proto}://${host}${uri}` }
}

const NGINX_HEADERS = ['X-Original-Method', 'X-Original-URL']
const FORWARDED_HEADERS = ['X-Forwarded-Method', 'X-Forwarded-Proto', 'X-Forwarded-Host', 'X-Forwarded-Uri']

function problemOf(name: string, values: readonly string[] | undefined): Problem[] {
  const path = `/header/${name}`
  if (values === undefined || values[0] === '') {
    return [{ path, code: 'header.missing', detail: `The header ${name} is missing.` }]
  }
  if (values.length > 1) {
    return [{ path, code: 'header.repeated', detail: `The header ${name} came more than once.` }]
  }
  const form = FORMS[name]
  if (form !== undefined && !form.test(values[0]!)) {
    return [{ path, code: 'header.invalid', detail: `${name} is not what its name says, and nothing else.` }]
  }
  return []
}

/** The parts are put together again: none of them may bring a piece that belongs to another. */
const FORMS: Readonly<Record<string, RegExp>> = {
  'X-Forwarded-Proto': /^[A-Za-z]+$/,
  'X-Forwarded-Host': /^[^/?#\\\s]+$/,
  'X-Forwarded-Uri': /^\//,
}
