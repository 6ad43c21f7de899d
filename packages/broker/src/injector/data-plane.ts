import type { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { BursarError } from '@bursar/domain/error.ts'
import type { Call, DeliveryPorts } from './delivery.ts'
import { serveForwardAuth } from './forward-auth.ts'
import { sendProblem } from './problem.ts'
import { serveProxy } from './proxy.ts'
import { parseRoute, type Route } from './route.ts'
import { serveToken } from './token-api.ts'
import { answerOn, asksForWebSocket, joinWebSocket } from './websocket.ts'

/** The deliveries on a `node:http` server, in front of any router. */
export interface DataPlane {
  /** True for requests that are for a delivery. */
  handles(req: IncomingMessage): boolean
  /** Listener of `request`, for what `handles` says yes to. */
  handle(req: IncomingMessage, res: ServerResponse): void
  /** Listener of `checkContinue`: the caller is asked for its body only once it can go somewhere. */
  handleExpectation(req: IncomingMessage, res: ServerResponse): void
  /** True for requests to give to `upgrade`; `shouldUpgradeCallback` of the server. */
  upgrades(req: IncomingMessage): boolean
  /** Listener of `upgrade`. */
  upgrade(req: IncomingMessage, socket: Duplex, head: Buffer): void
}

/** Makes the deliveries from the verbs and the guard; keeps no state of its own. */
export function createDataPlane(ports: DeliveryPorts): DataPlane {
  /** `handles` is asked right before `handle`: what it read is not read again. */
  let asked: { req: IncomingMessage; route: Route } | null = null
  const routeOf = (req: IncomingMessage): Route | null => {
    const route = asked?.req === req ? asked.route : parseRoute(req.method!, req.url!)
    asked = null
    return route
  }
  const serve = (call: Call): void => {
    const route = routeOf(call.req)
    switch (route?.kind) {
      case 'token':
        serveToken(ports, call, route.name, route.query)
        break
      case 'proxy':
        serveProxy(ports, call, route)
        break
      case 'forward_auth':
        serveForwardAuth(ports, call, route.name)
        break
      default:
        sendProblem(call.res, new BursarError('request.not_found'), ports.log)
    }
  }
  return {
    handles(req) {
      const route = parseRoute(req.method!, req.url!)
      asked = route === null ? null : { req, route }
      return route !== null
    },
    handle: (req, res) => serve({ req, res, awaitsContinue: false }),
    handleExpectation: (req, res) => serve({ req, res, awaitsContinue: true }),
    upgrades: (req) => asksForWebSocket(req) && parseRoute(req.method!, req.url!)?.kind === 'proxy',
    upgrade: (req, socket, head) => {
      if (!(socket instanceof Socket)) return void socket.destroy()
      const res = answerOn(req, socket)
      const route = parseRoute(req.method!, req.url!)
      if (route?.kind !== 'proxy' || !asksForWebSocket(req)) {
        sendProblem(
          res,
          new BursarError('request.not_found', { detail: 'No other protocol is spoken here.' }),
          ports.log,
        )
        return
      }
      serveProxy(ports, { req, res, awaitsContinue: false }, route, {
        protocol: 'websocket',
        join: (answer, upstream) => joinWebSocket(res, socket, head, answer, upstream),
      })
    },
  }
}
