import { z } from 'zod'
import { MENDS } from '../../mend.ts'
import { STATUSES } from '../../state.ts'
import { reason } from './credential.ts'
import { instant } from './instant.ts'

const count = z.int().min(0)

const span = z.object({
  from: instant,
  expires: count.describe('Tokens that end then'),
  refreshes: count.describe('Tokens that are due for renewal then'),
})

/** A credential that does not work as it should, and what to do. */
export const failure = z.object({
  name: z.string(),
  provider: z.string().nullable(),
  environment: z.string().nullable(),
  status: z.enum(STATUSES),
  reason: reason.nullable(),
  token_ends_at: instant.nullable().describe('Until when a token from before is served'),
  mend: z.enum(MENDS).nullable().describe('The one thing that helps'),
})

const latency = z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable()

const traffic = z.object({
  requests: count,
  refused: count,
  latency_ms: latency.describe('Of a sample; null without one'),
  points: z.array(
    z.object({ from: instant, requests: count, refused: count, p99_ms: z.number().nullable() }),
  ),
})

const check = z.object({
  name: z.enum(['database', 'spool', 'key_ring', 'clock', 'nodes']),
  state: z.enum(['ok', 'warning', 'failed']),
  detail: z.string(),
})

export const SETUP_STEPS = ['caller', 'provider', 'credential', 'token', 'destination', 'use'] as const

/** What the first page shows. */
export const overview = z.object({
  at: instant,
  credentials: z.object({ total: count, by_status: z.record(z.string(), count) }),
  upcoming: z.object({
    hours: z.array(span).describe('24, from the hour that runs'),
    days: z.array(span).describe('90, from the day that runs, in UTC'),
  }),
  failures: z.object({ total: count, items: z.array(failure).describe('At most 20, the worst first') }),
  traffic: z.object({
    node_id: z.string().describe('Counted by this node, in memory, since it started'),
    hour: traffic.describe('By minute'),
    day: traffic.describe('By quarter of an hour'),
  }),
  health: z.object({ status: z.enum(['ok', 'warning', 'failed']), checks: z.array(check) }),
  setup: z.object({
    done: z.boolean(),
    steps: z.array(z.object({ id: z.enum(SETUP_STEPS), title: z.string(), done: z.boolean() })),
  }),
})
