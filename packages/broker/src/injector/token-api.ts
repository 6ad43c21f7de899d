import { BursarError } from '@bursar/domain/error.ts'
import type { TokenHandout } from '../operations/operations.ts'
import { AUTHORIZATION } from './caller-key.ts'
import { type Call, type DeliveryPorts, grantToken } from './delivery.ts'
import { sendProblem } from './problem.ts'
import { decodeName } from './route.ts'

const KEY_SOURCES = [AUTHORIZATION]

interface PreparedAnswer {
  headers: string[]
  body: string
}

/** The hand-out lives as long as its token does in memory; so does the answer that was made of it. */
const prepared = new WeakMap<TokenHandout, PreparedAnswer>()

/** `GET /v1/credentials/{name}/token`. */
export function serveToken(ports: DeliveryPorts, call: Call, name: string, query: string): void {
  try {
    const minTtlSeconds = query === '' ? 0 : readMinTtl(query)
    const grant = grantToken(
      ports.operations,
      call.req,
      KEY_SOURCES,
      decodeName(name),
      'token',
      minTtlSeconds,
    )
    if (!(grant instanceof Promise)) answer(ports, call, grant.handout)
    else
      grant.then(({ handout }) => answer(ports, call, handout)).catch((error) => refuse(ports, call, error))
  } catch (error) {
    refuse(ports, call, error)
  }
}

function answer({ metrics }: DeliveryPorts, { res }: Call, handout: TokenHandout): void {
  let ready = prepared.get(handout)
  if (ready === undefined) {
    ready = prepareAnswer(handout)
    prepared.set(handout, ready)
  }
  res.writeHead(200, ready.headers)
  // ASCII by construction, and as a string it leaves in one write together with the head.
  res.end(ready.body, 'latin1')
  metrics.tokenServed('api', 'ok')
}

function refuse({ metrics, log }: DeliveryPorts, { res }: Call, error: unknown): void {
  metrics.tokenServed('api', sendProblem(res, error, log))
}

/** The body of the token API, written once for each token. The refresh token is not part of a hand-out. */
function prepareAnswer(handout: TokenHandout): PreparedAnswer {
  const outputs = Object.entries(handout.outputs).map(([name, value]) => [name, value.reveal()])
  const json = JSON.stringify({
    access_token: handout.accessToken.reveal(),
    token_type: handout.tokenType,
    expires_at: handout.expiresAt === null ? null : new Date(handout.expiresAt * 1000).toISOString(),
    version: handout.version,
    ...(outputs.length > 0 && { outputs: Object.fromEntries(outputs) }),
  })
  const body = json.replace(/[^\x00-\x7e]/g, escapeCodeUnit)
  const length = String(body.length)
  return {
    headers: ['Content-Type', 'application/json', 'Content-Length', length, 'Cache-Control', 'no-store'],
    body,
  }
}

/** RFC 8259 §7. */
const escapeCodeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`

/** The remaining life the caller asks for, seconds. A parameter with a typo must not read as "any". */
function readMinTtl(query: string): number {
  const parameters = [...new URLSearchParams(query)]
  const [name, value] = parameters[0] ?? ['', '']
  if (parameters.length !== 1 || name !== 'min_ttl' || !/^\d{1,9}$/.test(value)) {
    throw new BursarError('request.invalid', {
      path: '/query/min_ttl',
      detail: 'The only query parameter is min_ttl, once, in whole seconds.',
      hint: 'For example ?min_ttl=60.',
    })
  }
  return Number(value)
}
