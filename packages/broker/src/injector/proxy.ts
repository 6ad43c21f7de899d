import type { Duplex } from 'node:stream'
import { BursarError } from '@bursar/domain/error.ts'
import { checkDestination } from '../operations/check-destination.ts'
import type { AnswerHead } from './attempt.ts'
import { BURSAR_KEY, PROXY_AUTHORIZATION } from './caller-key.ts'
import { type Call, type DeliveryPorts, type Grant, grantToken } from './delivery.ts'
import { Forwarding } from './forwarding.ts'
import { requestFraming } from './header-fields.ts'
import { sendProblem } from './problem.ts'
import { decodeName } from './route.ts'
import { parseTarget } from './target.ts'

const KEY_SOURCES = [BURSAR_KEY, PROXY_AUTHORIZATION]

/** A change of protocol that the caller asks for, and what to do once the destination agrees. */
export interface Upgrade {
  protocol: string
  join(head: AnswerHead, upstream: Duplex): void
}

/** `ANY /proxy/{name}/{absolute URL}`: nothing is sent before caller, token and destination are settled. */
export function serveProxy(
  ports: DeliveryPorts,
  call: Call,
  route: { name: string; rawUrl: string },
  upgrade: Upgrade | null = null,
): void {
  const { operations, metrics, log } = ports
  const { req, res } = call
  let isCounted = false
  const count = (outcome: string) => {
    if (!isCounted) metrics.tokenServed('proxy', outcome)
    isCounted = true
  }
  const refuse = (error: unknown) => count(sendProblem(res, error, log))
  try {
    const name = decodeName(route.name)
    const method = req.method ?? 'GET'
    const target = parseTarget(route.rawUrl)
    const framing = requestFraming(req.rawHeaders)
    if (upgrade !== null && framing.kind !== 'none') {
      throw new BursarError('request.invalid', { detail: 'A request for another protocol has no body here.' })
    }
    const forward = ({ caller, handout }: Grant) => {
      // The caller may have left while its token was being fetched.
      if (res.destroyed) return
      checkDestination(operations, handout, target.url, method)
      const passage = { caller, name, handout, target, method, framing, upgrade: upgrade?.protocol ?? null }
      const exits = { refuse, passed: () => count('ok'), join: upgrade?.join ?? noUpgrade }
      new Forwarding(ports, call, passage, exits).start()
    }
    const grant = grantToken(operations, req, KEY_SOURCES, name, 'proxy', 0)
    if (grant instanceof Promise) grant.then(forward).catch(refuse)
    else forward(grant)
  } catch (error) {
    refuse(error)
  }
}

/** `undici` refuses a change of protocol that was not asked for, so nothing calls this. */
function noUpgrade(_head: AnswerHead, upstream: Duplex): void {
  upstream.destroy()
}
