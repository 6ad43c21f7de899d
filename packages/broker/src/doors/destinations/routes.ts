import {
  DESTINATION_SDK,
  DESTINATIONS_PATH,
  destinationRoutes,
} from '@bursar/domain/api/routes/destinations.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { type Context, Hono } from 'hono'
import { authenticate } from '../../http/authenticate.ts'
import { readBody } from '../../http/body.ts'
import { logError, presentError } from '../../http/problem-answer.ts'
import { methodsByPath, routerPath } from '../../http/route-path.ts'
import type { DestinationOperations } from '../../operations/destinations/destinations.ts'
import type { Caller, Operations } from '../../operations/operations.ts'
import type { Clock, Log, Random } from '../../operations/ports.ts'
import { presentDestination, presentReceipt } from './present.ts'
import { userContextOf } from './user-context.ts'

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

  const handlers = createHandlers(operations)
  for (const route of destinationRoutes) {
    const handle = handlers[route.operationId]
    door.on(route.method, routerPath(route.path), async (context) =>
      context.json(await handle(context), route.answer.status),
    )
  }
  for (const [path, allowed] of methodsByPath(destinationRoutes)) {
    const methods = allowed.join(', ')
    door.all(path, (context) => {
      const refusal = new BursarError('request.method', { detail: `Here goes ${methods}.` })
      return presentError(refusal, context.get('requestId'), { Allow: methods })
    })
  }
  door.notFound((context) => presentError(new BursarError('request.not_found'), context.get('requestId')))
  door.onError((error, context) => {
    logError(log, error, context.get('requestId'))
    return withOwnStatus(presentError(error, context.get('requestId')), error)
  })
  return door
}

type DoorContext = Context<{ Variables: Variables }>
type Handlers = Record<
  (typeof destinationRoutes)[number]['operationId'],
  (context: DoorContext) => Promise<object>
>

/** What each call of the table of routes does; one without a handler does not compile. */
function createHandlers(operations: DestinationOperations): Handlers {
  const caller = (context: DoorContext) => context.get('caller')
  const id = (context: DoorContext) => context.req.param('instanceId') ?? ''
  const body = (context: DoorContext) => readBody(context.req.raw, ['application/json'])
  const userContext = (context: DoorContext) => userContextOf(context.req.raw.headers)
  return {
    async createDestinationConfiguration(context) {
      const configuration = await body(context)
      return presentDestination(
        await operations.createDestination(caller(context), configuration, userContext(context)),
      )
    },
    async listDestinationConfigurations(context) {
      const views = await operations.listDestinations(caller(context))
      return { items: views.map(presentDestination) }
    },
    async getDestinationConfiguration(context) {
      return presentDestination(await operations.getDestination(caller(context), id(context)))
    },
    async updateDestinationConfiguration(context) {
      const configuration = await body(context)
      return presentDestination(
        await operations.updateDestination(caller(context), id(context), configuration, userContext(context)),
      )
    },
    async deleteDestinationConfiguration(context) {
      return presentReceipt(await operations.deleteDestination(caller(context), id(context)))
    },
  }
}

/** The Destination SDK has a status of its own for some errors. */
async function withOwnStatus(answer: Response, error: unknown): Promise<Response> {
  const status = error instanceof BursarError ? DESTINATION_SDK.statusOf(error.code) : answer.status
  if (status === answer.status) return answer
  const document = (await answer.json()) as object
  return new Response(JSON.stringify({ ...document, status }), { status, headers: answer.headers })
}

const SEAL = { 'Cache-Control': 'no-store', 'X-Content-Type-Options': 'nosniff' }
