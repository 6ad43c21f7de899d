import { BursarError } from '@bursar/domain/error.ts'
import { PHASES } from '@bursar/domain/marketing-cloud/activity-config.ts'
import type { ContactResult } from '@bursar/domain/marketing-cloud/outcome.ts'
import { type Context, Hono } from 'hono'
import { authenticate } from '../../http/authenticate.ts'
import { readBody } from '../../http/body.ts'
import { letBodyStream } from '../../http/body-deadline.ts'
import { incomingOf } from '../../http/incoming.ts'
import { logError, presentError } from '../../http/problem-answer.ts'
import type { MarketingCloud } from '../../operations/marketing-cloud/marketing-cloud.ts'
import type { Caller, Operations } from '../../operations/operations.ts'
import type { Clock, Log, Random } from '../../operations/ports.ts'
import * as present from './present.ts'
import { NDJSON, streamResults, streamRun } from './result-stream.ts'

export interface MarketingCloudDoorPorts {
  marketingCloud: MarketingCloud
  operations: Pick<Operations, 'authenticateFast' | 'authenticate' | 'authenticateSession'>
  log: Log
  clock: Pick<Clock, 'monotonicMs'>
  random: Pick<Random, 'id'>
}

interface Env {
  Variables: { requestId: string; caller: Caller }
}
type DoorContext = Context<Env>

export const BASE_PATH = '/marketing-cloud'
const JSON_TYPES = ['application/json']
const PATCH_TYPES = ['application/json', 'application/merge-patch+json']
const NDJSON_TYPES: ReadonlySet<string> = new Set([NDJSON, 'application/ndjson', 'application/jsonl'])

/** Key Management and custom activities, as Marketing Cloud calls things. Every path needs a key. */
export function createMarketingCloudDoor(ports: MarketingCloudDoorPorts): Hono<Env> {
  const { marketingCloud, operations, log, clock, random } = ports
  const door = new Hono<Env>().basePath(BASE_PATH)

  door.use(async (context, next) => {
    const startedMs = clock.monotonicMs()
    context.set('requestId', random.id())
    await next()
    context.header('Cache-Control', 'no-store')
    context.header('X-Content-Type-Options', 'nosniff')
    context.header('X-Request-Id', context.get('requestId'))
    log.info('api.request', {
      request_id: context.get('requestId'),
      caller: (context.get('caller') as Caller | undefined)?.id ?? null,
      method: context.req.method,
      path: context.req.path,
      status: context.res.status,
      duration_ms: Math.round(clock.monotonicMs() - startedMs),
    })
  })
  door.use(async (context, next) => {
    context.set('caller', await authenticate(operations, context.req.raw))
    await next()
  })

  addSecurityContexts(door, marketingCloud)
  addSaltKeys(door, marketingCloud)
  addActivities(door, marketingCloud)
  addExecution(door, marketingCloud, log)

  door.all('/*', (context) => {
    const refusal = new BursarError('request.not_found', { hint: 'See docs/marketing-cloud.md.' })
    return presentError(refusal, context.get('requestId'))
  })
  door.onError((error, context) => {
    logError(log, error, context.get('requestId'))
    return presentError(error, context.get('requestId'))
  })
  return door
}

const bodyOf = (context: DoorContext, types = JSON_TYPES) => readBody(context.req.raw, types)
const param = (context: DoorContext, name: string): string => context.req.param(name) ?? ''

function addSecurityContexts(door: Hono<Env>, contexts: MarketingCloud): void {
  const path = '/security-contexts'
  door.post(path, async (context) => {
    const waitSeconds = wholeNumber(context, 'wait', 0, 60)
    const options = waitSeconds === undefined ? {} : { waitSeconds }
    const made = await contexts.createContext(context.get('caller'), await bodyOf(context), options)
    return context.json(present.presentSecurityContext(made), 201)
  })
  door.get(path, async (context) => {
    const { items, nextCursor } = await contexts.listContexts(context.get('caller'), pageQuery(context))
    return context.json({ items: items.map(present.presentSecurityContext), nextCursor })
  })
  door.get(`${path}/:key`, async (context) => {
    const found = await contexts.getContext(context.get('caller'), param(context, 'key'))
    return context.json(present.presentSecurityContext(found))
  })
  door.patch(`${path}/:key`, async (context) => {
    const patch = await bodyOf(context, PATCH_TYPES)
    const changed = await contexts.updateContext(context.get('caller'), param(context, 'key'), patch)
    return context.json(present.presentSecurityContext(changed))
  })
  door.delete(`${path}/:key`, async (context) =>
    context.json(await contexts.deleteContext(context.get('caller'), param(context, 'key'))),
  )
}

function addSaltKeys(door: Hono<Env>, keys: MarketingCloud): void {
  const path = '/salt-keys'
  door.post(path, async (context) => {
    const made = await keys.createSaltKey(context.get('caller'), await bodyOf(context))
    return context.json(present.presentSaltKey(made), 201)
  })
  door.get(path, async (context) => {
    const { items, nextCursor } = await keys.listSaltKeys(context.get('caller'), pageQuery(context))
    return context.json({ items: items.map(present.presentSaltKey), nextCursor })
  })
  door.get(`${path}/:key`, async (context) =>
    context.json(present.presentSaltKey(await keys.getSaltKey(context.get('caller'), param(context, 'key')))),
  )
  door.patch(`${path}/:key`, async (context) => {
    const patch = await bodyOf(context, PATCH_TYPES)
    const changed = await keys.updateSaltKey(context.get('caller'), param(context, 'key'), patch)
    return context.json(present.presentSaltKey(changed))
  })
  door.delete(`${path}/:key`, async (context) => {
    await keys.deleteSaltKey(context.get('caller'), param(context, 'key'))
    return context.body(null, 204)
  })
}

function addActivities(door: Hono<Env>, activities: MarketingCloud): void {
  const path = '/activities'
  door.post(path, async (context) => {
    const made = await activities.register(context.get('caller'), await bodyOf(context))
    return context.json(present.presentActivityView(made), 201)
  })
  door.get(path, async (context) => {
    const { items, nextCursor } = await activities.list(context.get('caller'), pageQuery(context))
    return context.json({ items: items.map(present.presentActivity), nextCursor })
  })
  door.get(`${path}/:key`, async (context) =>
    context.json(
      present.presentActivityView(await activities.get(context.get('caller'), param(context, 'key'))),
    ),
  )
  door.put(`${path}/:key`, async (context) => {
    const body = await bodyOf(context)
    const changed = await activities.replace(context.get('caller'), param(context, 'key'), body)
    return context.json(present.presentActivityView(changed))
  })
  door.delete(`${path}/:key`, async (context) => {
    await activities.delete(context.get('caller'), param(context, 'key'))
    return context.body(null, 204)
  })
  for (const phase of PHASES) {
    door.post(`${path}/:key/${phase}`, async (context) =>
      context.json(
        present.presentDrive(await activities.drive(context.get('caller'), param(context, 'key'), phase)),
      ),
    )
  }
}

function addExecution(door: Hono<Env>, activities: MarketingCloud, log: Log): void {
  const path = '/activities/:key'
  const { runs } = activities
  const stream = (context: DoorContext, run: Awaited<ReturnType<typeof runs.start>>) => {
    const contacts = !wantsMinimal(context)
    const onFault = (error: unknown) => logError(log, error, context.get('requestId'))
    return new Response(streamRun(run, onFault, { contacts }), {
      headers: {
        'Content-Type': NDJSON,
        'Bursar-Run': run.id,
        ...(!contacts && { 'Preference-Applied': 'return=minimal' }),
      },
    })
  }
  /** One contact as JSON, or any number of them as NDJSON. */
  door.post(`${path}/execute`, async (context) => {
    const caller = context.get('caller')
    const key = param(context, 'key')
    if (isNdjson(context)) return stream(context, await runs.start(caller, key, chunksOf(context)))
    return context.json(await activities.execute(caller, key, await bodyOf(context)))
  })
  door.post(`${path}/runs/:run/resume`, async (context) => {
    if (!isNdjson(context)) {
      throw new BursarError('request.media_type', { hint: `Send the contacts again as ${NDJSON}.` })
    }
    const [key, run] = [param(context, 'key'), param(context, 'run')]
    return stream(context, await runs.resume(context.get('caller'), key, run, chunksOf(context)))
  })
  door.post(`${path}/runs/:run/stop`, async (context) => {
    const run = await runs.interrupt(context.get('caller'), param(context, 'key'), param(context, 'run'))
    return context.json(present.presentRun(run))
  })
  door.post(`${path}/runs`, async (context) => {
    const run = await runs.create(context.get('caller'), param(context, 'key'))
    return context.json(present.presentRun(run), 201)
  })
  door.get(`${path}/runs`, async (context) => {
    const [key, query] = [param(context, 'key'), pageQuery(context)]
    const { items, nextCursor } = await runs.list(context.get('caller'), key, query)
    return context.json({ items: items.map(present.presentRun), nextCursor })
  })
  door.get(`${path}/runs/:run`, async (context) => {
    const run = await runs.get(context.get('caller'), param(context, 'key'), param(context, 'run'))
    return context.json(present.presentRun(run))
  })
  door.get(`${path}/runs/:run/results`, async (context) => {
    const [key, run] = [param(context, 'key'), param(context, 'run')]
    const statuses = statusesIn(context)
    const batches = await runs.results(context.get('caller'), key, run)
    return new Response(streamResults(batches, statuses), { headers: { 'Content-Type': NDJSON } })
  })
}

const isNdjson = (context: DoorContext): boolean => {
  const type = (context.req.header('content-type') ?? '').split(';', 1)[0]!.trim().toLowerCase()
  return NDJSON_TYPES.has(type)
}

const STATUSES: readonly ContactResult['status'][] = ['sent', 'ejected', 'failed', 'invalid']

/** Which results are asked for; all of them where nothing is said. */
function statusesIn(context: DoorContext): readonly ContactResult['status'][] {
  const raw = context.req.query('status')
  if (raw === undefined) return STATUSES
  const asked = raw.split(',')
  const found = STATUSES.filter((status) => asked.includes(status))
  if (found.length === new Set(asked).size) return found
  throw new BursarError('request.invalid', {
    path: '/query/status',
    detail: `status is one or several of ${STATUSES.join(', ')}.`,
  })
}

/** RFC 7240 §4.2. */
const wantsMinimal = (context: DoorContext): boolean =>
  /(?:^|[,;\s])return=minimal\b/i.test(context.req.header('prefer') ?? '')

/** The contacts as they come: a journey lasts for as long as its activity takes. */
async function* chunksOf(context: DoorContext): AsyncGenerator<Uint8Array> {
  letBodyStream(incomingOf(context))
  yield* context.req.raw.body ?? []
}

function pageQuery(context: DoorContext): { cursor?: string; limit?: number } {
  const limit = wholeNumber(context, 'limit', 1, 500)
  const cursor = context.req.query('cursor')
  return { ...(limit !== undefined && { limit }), ...(cursor !== undefined && { cursor }) }
}

function wholeNumber(context: DoorContext, name: string, least: number, most: number): number | undefined {
  const raw = context.req.query(name)
  if (raw === undefined) return undefined
  const value = Number(raw)
  if (/^\d{1,6}$/.test(raw) && value >= least && value <= most) return value
  throw new BursarError('request.invalid', {
    path: `/query/${name}`,
    detail: `${name} is a whole number from ${least} to ${most}.`,
  })
}
