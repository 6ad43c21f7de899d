import type { Route } from '@bursar/domain/api/route.ts'
import { ROUTES } from '@bursar/domain/api/table.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { type Context, Hono } from 'hono'
import { authenticate } from '../../http/authenticate.ts'
import { createClientFacts } from '../../http/client-facts.ts'
import { logError, presentError } from '../../http/problem-answer.ts'
import { methodsByPath, routerPath } from '../../http/route-path.ts'
import type { Caller } from '../../operations/operations.ts'
import type { Clock, Log, Random } from '../../operations/ports.ts'
import { createHandlers, type NativeOperations } from './handlers.ts'
import { readRequest } from './request.ts'
import { visitorOf } from './visitor.ts'

export interface NativeDoorPorts {
  operations: NativeOperations
  log: Log
  clock: Pick<Clock, 'now' | 'monotonicMs'>
  random: Pick<Random, 'id'>
  /** Of Bursar, for `/openapi.json`. */
  version: string
  /** Whose `X-Forwarded-For` is believed; none when absent. */
  trustedProxies?: readonly string[]
}

type Door = Hono<{ Variables: { requestId: string; callerId: string | null } }>
type DoorContext = Context<{ Variables: { requestId: string; callerId: string | null } }>

/** The native REST API: walks the table of routes; each reads the request, calls one operation, presents. */
export function createNativeDoor(ports: NativeDoorPorts): Door {
  const { operations, log, clock, random, version } = ports
  const door: Door = new Hono()
  const clientFacts = createClientFacts(ports.trustedProxies ?? [])
  const handlers = createHandlers(operations, version, clock)

  door.use(async (context, next) => {
    const startedMs = clock.monotonicMs()
    context.set('requestId', requestIdOf(context.req.header('x-request-id')) ?? random.id())
    context.set('callerId', null)
    await next()
    seal(context)
    log.info('api.request', {
      request_id: context.get('requestId'),
      caller: context.get('callerId'),
      method: context.req.method,
      path: withoutKeys(context.req.path),
      status: context.res.status,
      duration_ms: Math.round(clock.monotonicMs() - startedMs),
    })
  })

  for (const route of ROUTES) {
    const handle = handlers[route.operationId] as (request: object) => Promise<unknown>
    door.on(route.method, routerPath(route.path), async (context) => {
      let caller: Caller | undefined
      if (route.scope !== null) {
        caller = await authenticate(operations, context.req.raw)
        context.set('callerId', caller.id)
      }
      const request = await readRequest(route, context.req.raw, context.req.param())
      return answer(
        context,
        route,
        await handle({
          caller,
          visitor: visitorOf(context, clientFacts),
          headers: context.req.raw.headers,
          ...request,
        }),
      )
    })
  }

  for (const [path, methods] of methodsByPath(ROUTES))
    door.all(path, (context) => {
      const refusal = new BursarError('request.method', { detail: `Here goes ${methods.join(', ')}.` })
      return presentError(refusal, context.get('requestId'), { Allow: methods.join(', ') })
    })

  // Named as a route too, so that it also answers when the door is mounted into a larger application.
  door.all('/v1/*', notFound)
  door.notFound(notFound)
  door.onError((error, context) => {
    logError(log, error, context.get('requestId'))
    return presentError(error, context.get('requestId'))
  })
  return door
}

/** The id of a request that came with one, unless it could disturb a log or is a key. */
const requestIdOf = (header: string | undefined): string | undefined =>
  header !== undefined && /^[\w.:+/=-]{1,128}$/.test(header) && !header.includes('bsr_') ? header : undefined

/** People paste a key where a name belongs. */
const withoutKeys = (path: string): string => path.replace(/bsr_[^/]*/g, 'bsr_…')

function answer(context: DoorContext, { answer: described }: Route, body: unknown): Response {
  const { status, location, etag } = described
  if (body instanceof Response) return body
  if (status === 204) return context.body(null, 204)
  const members = body as Record<string, unknown>
  if (location !== undefined) context.header('Location', fill(location, members))
  if (etag !== undefined) context.header('ETag', `"${members[etag]}"`)
  return context.json(body as object, status)
}

const fill = (path: string, values: Readonly<Record<string, unknown>>): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, member: string) => encodeURIComponent(String(values[member])))

const notFound = (context: DoorContext): Response =>
  presentError(
    new BursarError('request.not_found', { hint: 'GET /openapi.json lists what there is.' }),
    context.get('requestId'),
  )

/** What every answer carries: nothing of it may be kept, unless it says otherwise itself, or guessed at. */
function seal(context: DoorContext): void {
  if (!context.res.headers.has('Cache-Control')) context.header('Cache-Control', 'no-store')
  context.header('X-Content-Type-Options', 'nosniff')
  context.header('X-Request-Id', context.get('requestId'))
}
