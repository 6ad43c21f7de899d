import { BASE_PATH } from '@bursar/domain/api/reactor/reactor-route.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { Hono } from 'hono'
import { authenticate } from '../../http/authenticate.ts'
import { logError } from '../../http/problem-answer.ts'
import type { Caller, Operations } from '../../operations/operations.ts'
import type { Clock, Log, Random } from '../../operations/ports.ts'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import { addCallbacks } from './callback-routes.ts'
import { serveDescribed } from './described-calls.ts'
import { checkAccept, type Env } from './json-api/call.ts'
import { presentErrors } from './json-api/error-answer.ts'
import { methodsOf } from './json-api/wrong-method.ts'
import {
  addBuilds,
  addExtensionPackages,
  addLibraries,
  addRevisioned,
  addRuleComponents,
} from './publishing-routes.ts'
import { addRelationships } from './relationship-routes.ts'
import { addSecrets } from './secret-routes.ts'
import { addService } from './service-routes.ts'
import { addCompanies, addEnvironments, addHosts, addNotes, addProperties } from './simple-routes.ts'

export interface ReactorDoorPorts {
  reactor: Reactor
  operations: Pick<Operations, 'authenticateFast' | 'authenticate' | 'authenticateSession'>
  log: Log
  clock: Pick<Clock, 'monotonicMs'>
  random: Pick<Random, 'id'>
}

/** Secrets and what belongs to them as Adobe's Reactor API has them: JSON:API 1.0. Every path needs a key. */
export function createReactorDoor(ports: ReactorDoorPorts): Hono<Env> {
  const { reactor, operations, log, clock, random } = ports
  const door = new Hono<Env>().basePath(BASE_PATH)

  door.use(async (call, next) => {
    const startedMs = clock.monotonicMs()
    call.set('requestId', random.id())
    await next()
    call.header('Cache-Control', 'no-store')
    call.header('X-Content-Type-Options', 'nosniff')
    call.header('X-Request-Id', call.get('requestId'))
    log.info('api.request', {
      request_id: call.get('requestId'),
      caller: (call.get('caller') as Caller | undefined)?.id ?? null,
      method: call.req.method,
      path: call.req.path,
      status: call.res.status,
      duration_ms: Math.round(clock.monotonicMs() - startedMs),
    })
  })
  door.use(async (call, next) => {
    call.set('caller', await authenticate(operations, call.req.raw))
    checkAccept(call)
    await next()
  })

  serveDescribed(door, (serve) => {
    addCompanies(serve, reactor)
    addProperties(serve, reactor)
    addEnvironments(serve, reactor)
    addHosts(serve, reactor)
    addExtensionPackages(serve, reactor)
    addRevisioned(serve, reactor)
    addRuleComponents(serve, reactor)
    addLibraries(serve, reactor)
    addBuilds(serve, reactor)
    addSecrets(serve, reactor)
    addNotes(serve, reactor)
    addCallbacks(serve, reactor)
    addService(serve, reactor)
    addRelationships(serve, reactor)
  })

  door.all('/*', (call) => {
    const allowed = methodsOf(door, call.req.path)
    const isKnown = allowed.length > 0 && !allowed.includes(call.req.method)
    const refusal = new BursarError(isKnown ? 'request.method' : 'request.not_found', {
      hint: isKnown ? `This path takes ${allowed.join(', ')}.` : 'See docs/reactor.md.',
    })
    const answer = presentErrors(refusal, call.get('requestId'))
    // RFC 9110 §15.5.6
    if (isKnown) answer.headers.set('Allow', allowed.join(', '))
    return answer
  })
  door.onError((error, call) => {
    logError(log, error, call.get('requestId'))
    return presentErrors(error, call.get('requestId'))
  })
  return door
}
