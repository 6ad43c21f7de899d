import type { IncomingMessage, ServerResponse } from 'node:http'
import { BursarError } from '@bursar/domain/error.ts'
import { isObject } from '@bursar/domain/json.ts'
import { isResourceId } from '@bursar/domain/reactor/resource-type.ts'
import { authenticate } from '../../http/authenticate.ts'
import { endInTurn } from '../../http/end-in-turn.ts'
import { logError } from '../../http/problem-answer.ts'
import { readRequestText } from '../../http/request-text.ts'
import { CONSOLE_HEADER } from '../../http/session-cookie.ts'
import type { Caller, Operations } from '../../operations/operations.ts'
import type { Log, Random } from '../../operations/ports.ts'
import type { EventForwarding } from '../../operations/reactor/forward-event.ts'
import { presentErrors } from './json-api/error-answer.ts'
import { presentResults } from './present-results.ts'

/** Events on a `node:http` server, in front of any router. */
export interface EventsDoor {
  handles(req: IncomingMessage): boolean
  handle(req: IncomingMessage, res: ServerResponse): void
}

export interface EventsDoorPorts {
  events: Pick<EventForwarding, 'forward'>
  operations: Pick<Operations, 'authenticateFast' | 'authenticate' | 'authenticateSession'>
  log: Log
  random: Pick<Random, 'id'>
}

const PREFIX = '/reactor/edge/'
const PATH = /^\/reactor\/edge\/(EN[0-9a-f]{32})\/events(?:\?|$)/
/** The logs of every rule repeat the event, so one may not be large. */
const EVENT_BYTES_AT_MOST = 256 * 1024
const DEPTH_AT_MOST = 64

/** `POST /reactor/edge/{environment}/events`: an event in, what became of it in every rule out. */
export function createEventsDoor(ports: EventsDoorPorts): EventsDoor {
  const { events, operations, log, random } = ports

  async function serve(req: IncomingMessage, res: ServerResponse, requestId: string): Promise<void> {
    const environmentId = PATH.exec(req.url!)?.[1]
    if (environmentId === undefined || !isResourceId('environments', environmentId)) {
      throw new BursarError('request.not_found', { hint: 'Events go to /reactor/edge/{environment}/events.' })
    }
    if (req.method !== 'POST')
      throw new BursarError('request.method', { hint: 'An event is sent with POST.' })
    const caller = callerByKey(req) ?? (await authenticate(operations, questionOf(req)))
    checkMediaType(req.headers['content-type'] ?? '')
    const event = parseEvent(await readRequestText(req, EVENT_BYTES_AT_MOST))
    const loop = req.headers['cdn-loop']
    const hops = Array.isArray(loop) ? loop.join(', ') : (loop ?? null)
    // RFC 7240 §4.2: whoever does not read the logs need not have them made and sent.
    const logs = !/(?:^|[,;\s])return=minimal\b/i.test(String(req.headers.prefer ?? ''))
    const forwarded = await events.forward(caller, environmentId, event, { loop: hops, logs })
    const text = presentResults(requestId, forwarded, logs)
    const bytes = Buffer.byteLength(text)
    res.writeHead(200, [
      'Content-Type',
      'application/json',
      'Cache-Control',
      'no-store',
      'X-Content-Type-Options',
      'nosniff',
      'X-Request-Id',
      requestId,
      'Content-Length',
      String(bytes),
      ...(logs ? [] : ['Preference-Applied', 'return=minimal']),
    ])
    // Text that is ASCII needs no encoding.
    endInTurn(res, text, bytes === text.length ? 'latin1' : 'utf8')
  }

  /** A key that is known is known without waiting. */
  function callerByKey({ headers }: IncomingMessage): Caller | undefined {
    const key = /^bearer +([^\s]+) *$/i.exec(headers.authorization ?? '')?.[1]
    return key === undefined ? undefined : operations.authenticateFast(key)
  }

  async function sendError(res: ServerResponse, error: unknown, requestId: string): Promise<void> {
    logError(log, error, requestId)
    const answer = presentErrors(error, requestId)
    if (res.headersSent) return void res.destroy()
    // What is left of a body that was not read would be taken for the next request.
    if (!res.req.complete) res.shouldKeepAlive = false
    res.writeHead(answer.status, { ...Object.fromEntries(answer.headers), 'X-Request-Id': requestId })
    res.end(await answer.text())
  }

  return {
    handles: ({ url }) => url!.startsWith(PREFIX),
    handle(req, res) {
      const requestId = random.id()
      serve(req, res, requestId).catch((error: unknown) => sendError(res, error, requestId))
    },
  }
}

const OF_CALLER = ['authorization', 'cookie', 'host', 'origin', 'sec-fetch-site', CONSOLE_HEADER]

/** What tells who asks: a key that is not in memory, or the session of a page of the console. */
function questionOf(req: IncomingMessage): { method: string; headers: Headers } {
  const given = OF_CALLER.filter((name) => req.headers[name] !== undefined)
  const headers = new Headers(given.map((name) => [name, String(req.headers[name])]))
  return { method: req.method!, headers }
}

function checkMediaType(type: string): void {
  if (/^application\/(?:vnd\.api\+)?json *(?:; *charset="?utf-8"?)?$/i.test(type)) return
  throw new BursarError('request.media_type', { hint: 'Send the event as application/json.' })
}

function parseEvent(text: string): Record<string, unknown> {
  if (isDeeper(text, DEPTH_AT_MOST)) {
    throw new BursarError('request.malformed_json', {
      detail: `The event nests deeper than ${DEPTH_AT_MOST} levels.`,
    })
  }
  let event: unknown
  try {
    event = JSON.parse(text)
  } catch {
    throw new BursarError('request.malformed_json', { detail: 'The event is not JSON.' })
  }
  if (isObject(event)) return event
  throw new BursarError('request.malformed_json', { detail: 'An event is a JSON object.' })
}

/** Whether brackets open so often, be it in strings: who has few of them can not nest deep. */
function hasMore(text: string, opening: number): boolean {
  let count = 0
  for (const bracket of ['{', '[']) {
    for (let at = text.indexOf(bracket); at !== -1; at = text.indexOf(bracket, at + 1)) {
      count += 1
      if (count > opening) return true
    }
  }
  return false
}

/** Counts brackets outside of strings: what is parsed later is walked by recursion. */
function isDeeper(text: string, levels: number): boolean {
  if (!hasMore(text, levels)) return false
  let depth = 0
  let inString = false
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (inString) {
      if (code === 0x5c) i += 1
      else if (code === 0x22) inString = false
    } else if (code === 0x22) inString = true
    else if (code === 0x7b || code === 0x5b) {
      depth += 1
      if (depth > levels) return true
    } else if (code === 0x7d || code === 0x5d) depth -= 1
  }
  return false
}
