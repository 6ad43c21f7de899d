import { z } from 'zod'
import type { Route } from '../route.ts'
import { REACTOR } from './dialect.ts'
import { eventExample, forwardedExample } from './examples.ts'
import { resourceIdOf } from './resources.ts'

const log = z.object({
  name: z.string(),
  timestampMs: z.number().describe('Unix milliseconds'),
  attributes: z.object({ logLevel: z.enum(['log', 'info', 'debug', 'warn', 'error']) }),
  messages: z.array(z.unknown()),
  context: z.object({ ruleId: z.string() }),
})

/** What became of an event. */
export const forwardedEvent = z.object({
  requestId: z.string(),
  buildId: resourceIdOf('builds'),
  results: z.array(
    z.object({
      ruleId: resourceIdOf('rules'),
      status: z.enum(['success', 'condition_not_met', 'failed']),
      logs: z.array(log).optional().describe('Absent with `Prefer: return=minimal`'),
    }),
  ),
})

export const event = z.record(z.string(), z.unknown()).describe('XDM, or any other object')

/** How large an event may be: the logs of every rule repeat it. */
export const EVENT_BYTES_AT_MOST = 256 * 1024

/** Where events come in. It is JSON, but for its errors. */
export const EVENT_ROUTE: Route = {
  dialect: { ...REACTOR, mediaType: 'application/json', errors: ['store.unavailable', 'internal'] },
  method: 'POST',
  path: '/reactor/edge/{environment}/events',
  operationId: 'sendReactorEvent',
  tag: 'Reactor: events',
  summary: 'Send an event',
  description: `Runs the rules of the build that the environment runs. At most ${EVENT_BYTES_AT_MOST / 1024} KiB.`,
  scope: 'events:<id of the environment>',
  params: z.strictObject({ environment: resourceIdOf('environments').describe('Id of the environment') }),
  shared: [
    {
      id: 'ReactorPrefer',
      name: 'Prefer',
      in: 'header',
      description: 'With `return=minimal` the logs are not made (RFC 7240 §4.2)',
      schema: z.string(),
    },
    {
      id: 'CdnLoop',
      name: 'CDN-Loop',
      in: 'header',
      description: 'Where the event came through already (RFC 8586)',
      schema: z.string(),
    },
  ],
  body: {
    schema: event,
    mediaTypes: ['application/json', 'application/vnd.api+json'],
    checkedBy: 'operation',
    example: eventExample,
  },
  answer: {
    status: 200,
    description: 'What became of it in every rule',
    schema: forwardedEvent,
    example: forwardedExample,
  },
  errors: ['reactor.not_found', 'reactor.loop'],
}
