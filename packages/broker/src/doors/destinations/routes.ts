import { BursarError } from '@bursar/domain/error.ts'
import { type Context, Hono } from 'hono'
import { authenticate } from '../../http/authenticate.ts'
import { readBody } from '../../http/body.ts'
import { logError, presentError } from '../../http/problem-answer.ts'
import type { DestinationOperations } from '../../operations/destinations/destinations.ts'
import type { Caller, Operations } from '../../operations/operations.ts'
import type { Clock, Log, Random } from '../../operations/ports.ts'
import { presentDestination, presentReceipt } from './present.ts'
import { userContextOf } from './user-context.ts'

export const DESTINATIONS_PATH = '/data/core/activation/authoring/destinations'

export interface DestinationsDoorPorts {
  operations: Pick<Operations, 'authenticate' | 'authenticateFast' | 'authenticateSession'> &
    DestinationOperations
  log: Log
  clock: Pick<Clock, 'monotonicMs'>
  random: Pick<Random, 'id'>
}

type Variables = { requestId: string; caller: Caller }

/** The Destination SDK's authoring API for destination configurations. */
export function createDestinationsDoor({ operations, log, clock, random }: DestinationsDoorPorts) {
  const door = new Hono<{ Variables: Variables }>()
  const one = `${DESTINATIONS_PATH}/:instanceId`

  door.use(async (context, next) => {
    const startedMs = clock.monotonicMs()
    context.set('requestId', random.id())
    await next()
    for (const [name, value] of Object.entries(SEAL)) context.header(name, value)
    context.header('X-Request-Id', context.get('requestId'))
    log.info('destinations.request', {
      request_id: context.get('requestId'),
      caller: context.get('caller')?.id ?? null,
      method: context.req.method,
      path: context.req.path,
      status: context.res.status,
      duration_ms: Math.round(clock.monotonicMs() - startedMs),
    })
  })
  door.use(`${DESTINATIONS_PATH}/*`, async (context, next) => {
    context.set('caller', await authenticate(operations, context.req.raw))
    await next()
  })

  const bodyOf = (context: Context) => readBody(context.req.raw, ['application/json'])

  door.post(DESTINATIONS_PATH, async (context) => {
    const body = await bodyOf(context)
    const userContext = userContextOf(context.req.raw.headers)
    const view = await operations.createDestination(context.get('caller'), body, userContext)
    return context.json(presentDestination(view))
  })
  door.get(DESTINATIONS_PATH, async (context) => {
    const views = await operations.listDestinations(context.get('caller'))
    return context.json({ items: views.map(presentDestination) })
  })
  door.get(one, async (context) => {
    const { instanceId } = context.req.param()
    return context.json(
      presentDestination(await operations.getDestination(context.get('caller'), instanceId)),
    )
  })
  door.put(one, async (context) => {
    const { instanceId } = context.req.param()
    const body = await bodyOf(context)
    const userContext = userContextOf(context.req.raw.headers)
    const view = await operations.updateDestination(context.get('caller'), instanceId, body, userContext)
    return context.json(presentDestination(view))
  })
  door.delete(one, async (context) => {
    const { instanceId } = context.req.param()
    return context.json(presentReceipt(await operations.deleteDestination(context.get('caller'), instanceId)))
  })

  for (const [path, methods] of [
    [DESTINATIONS_PATH, 'GET, HEAD, POST'],
    [one, 'GET, HEAD, PUT, DELETE'],
  ] as const) {
    door.all(path, (context) => {
      const refusal = new BursarError('request.method', { detail: `Here goes ${methods}.` })
      return presentError(refusal, context.get('requestId'), { Allow: methods })
    })
  }
  door.notFound((context) => presentError(new BursarError('request.not_found'), context.get('requestId')))
  door.onError((error, context) => {
    logError(log, error, context.get('requestId'))
    const answer = presentError(error, context.get('requestId'))
    return answer.status === 422 ? asMalformed(answer) : answer
  })
  return door
}

/** This API knows one status for all that is wrong with a body. */
async function asMalformed(answer: Response): Promise<Response> {
  const document = (await answer.json()) as object
  const headers = { 'Content-Type': answer.headers.get('content-type') ?? 'application/problem+json' }
  return new Response(JSON.stringify({ ...document, status: 400 }), { status: 400, headers })
}

const SEAL = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
