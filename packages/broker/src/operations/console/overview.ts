import { BursarError } from '@bursar/domain/error.ts'
import { type Mend, mendOf } from '@bursar/domain/mend.ts'
import type { Reason, Status } from '@bursar/domain/state.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import type { Nodes } from './nodes.ts'
import type { Traffic, TrafficReport } from './traffic.ts'

export interface Failure {
  name: string
  provider: string | null
  environment: string | null
  status: Status
  reason: Reason | null
  tokenEndsAt: number | null
  mend: Mend | null
}
export interface Upcoming {
  from: number
  expires: number
  refreshes: number
}
export interface HealthCheck {
  name: 'database' | 'spool' | 'key_ring' | 'clock' | 'nodes'
  state: 'ok' | 'warning' | 'failed'
  detail: string
}
export interface SetupStep {
  id: 'caller' | 'provider' | 'credential' | 'token' | 'destination' | 'use'
  title: string
  done: boolean
}
export interface Overview {
  at: number
  byStatus: Record<string, number>
  hours: readonly Upcoming[]
  days: readonly Upcoming[]
  failures: { total: number; items: readonly Failure[] }
  nodeId: string
  hour: TrafficReport
  day: TrafficReport
  checks: readonly HealthCheck[]
  steps: readonly SetupStep[]
}

type OverviewPorts = Pick<Ports, 'store' | 'spool' | 'clock' | 'settings' | 'skew'> & {
  traffic: Traffic
  nodes: Nodes
  /** What the key ring says of itself. */
  keyRing(): Promise<HealthCheck>
}

const HOUR = 3_600
const DAY = 86_400
const FAILURES_AT_MOST = 20
/** The worst first. */
const FAILED: readonly Status[] = ['broken', 'needs_sign_in', 'degraded']

/** What an administrator looks at first. */
export async function getOverview(ports: OverviewPorts, caller: Caller): Promise<Overview> {
  demand(caller, { action: 'credentials:read' })
  const { clock, traffic, settings, spool } = ports
  const now = clock.now()
  const read = await readStore(ports, caller.workspaceId, now)
  const checks: HealthCheck[] = [
    read.database,
    {
      name: 'spool',
      state: spool.size === 0 ? 'ok' : 'warning',
      detail: spool.size === 0 ? 'No answer waits for the database.' : `${spool.size} answers wait on disk.`,
    },
    ...read.checks,
    clockCheck(ports),
  ]
  const { checks: _checks, database: _database, ...shown } = read
  return {
    at: now,
    ...shown,
    nodeId: settings.nodeId,
    hour: traffic.read(HOUR, 60),
    day: traffic.read(DAY, 900),
    checks,
  }
}

type StoreReport = Pick<Overview, 'byStatus' | 'hours' | 'days' | 'failures' | 'steps' | 'checks'> & {
  database: HealthCheck
}

async function readStore(ports: OverviewPorts, workspaceId: string, now: number): Promise<StoreReport> {
  const { store, clock, nodes } = ports
  const hour = now - (now % HOUR)
  const day = now - (now % DAY)
  const startedMs = clock.monotonicMs()
  try {
    await store.ping()
    const took = clock.monotonicMs() - startedMs
    const [byStatus, hours, days, items, steps, keyRing, all] = await Promise.all([
      store.credentials.countByStatus(workspaceId),
      upcoming(store, workspaceId, hour, HOUR, 24),
      upcoming(store, workspaceId, day, DAY, 90),
      listFailures(store, workspaceId),
      setup(ports, workspaceId),
      ports.keyRing(),
      nodes.all(),
    ])
    const gone = all.filter(({ state }) => state === 'gone').length
    const unserved = items.filter(({ status }) => status === 'pending').length
    const total = FAILED.reduce((sum, status) => sum + (byStatus[status] ?? 0), unserved)
    return {
      byStatus,
      hours,
      days,
      failures: { total, items },
      steps,
      database: {
        name: 'database',
        state: 'ok',
        detail: `${ENGINES[store.engine]} answers in ${took.toFixed(1)} ms.`,
      },
      checks: [
        keyRing,
        {
          name: 'nodes',
          state: gone === 0 ? 'ok' : 'warning',
          detail:
            gone === 0
              ? `${all.length} ${all.length === 1 ? 'node is' : 'nodes are'} up.`
              : `${gone} of ${all.length} nodes have not reported for a minute.`,
        },
      ],
    }
  } catch (error) {
    if (!(error instanceof BursarError) || error.code !== 'store.unavailable') throw error
    const age = Math.max(0, now - store.lastContactAt)
    return {
      byStatus: {},
      hours: [],
      days: [],
      failures: { total: 0, items: [] },
      steps: [],
      database: {
        name: 'database',
        state: 'failed',
        detail: `${ENGINES[store.engine]} was last reached ${age} s ago.`,
      },
      checks: [],
    }
  }
}

const ENGINES = { sqlite: 'SQLite', postgres: 'PostgreSQL' } as const

async function upcoming(
  store: Ports['store'],
  workspaceId: string,
  from: number,
  seconds: number,
  spans: number,
): Promise<Upcoming[]> {
  const found = await store.credentials.upcoming({ workspaceId, from, seconds, spans })
  const bySpan = new Map(found.map((each) => [each.span, each]))
  return Array.from({ length: spans }, (_, span) => {
    const { expires = 0, refreshes = 0 } = bySpan.get(span) ?? {}
    return { from: from + span * seconds, expires, refreshes }
  })
}

async function listFailures(store: Ports['store'], workspaceId: string): Promise<Failure[]> {
  const failures: Failure[] = []
  for (const status of [...FAILED, 'pending'] as const) {
    const limit = FAILURES_AT_MOST - failures.length
    if (limit === 0) break
    for (const { credential, token } of await store.credentials.list({ workspaceId, status, limit })) {
      // Without a reason it is just being exchanged for the first time; with one, its provider gave no token yet.
      if (status === 'pending' && credential.reason === null) continue
      failures.push({
        name: credential.name,
        provider: credential.provider?.name ?? null,
        environment: credential.environment,
        status: credential.status,
        reason: credential.reason,
        tokenEndsAt: token.expiresAt,
        mend: mendOf(credential.status, credential.reason),
      })
    }
  }
  return failures
}

/** What a newcomer has still to do. A caller beside the first one is the application that will use tokens. */
async function setup({ store, traffic }: OverviewPorts, workspaceId: string): Promise<SetupStep[]> {
  const [callers, providers, first, byStatus] = await Promise.all([
    store.callers.list(workspaceId),
    store.providers.list(workspaceId),
    store.credentials.list({ workspaceId, limit: 1, sort: { by: 'created_at', descending: false } }),
    store.credentials.countByStatus(workspaceId),
  ])
  const used = traffic.read(DAY, 900).requests > 0
  const hasToken = (byStatus.active ?? 0) + (byStatus.degraded ?? 0) > 0
  return [
    {
      id: 'provider',
      title: 'Describe a provider, or skip this for a single credential',
      done: providers.length > 0 || first.length > 0,
    },
    { id: 'credential', title: 'Create a credential', done: first.length > 0 },
    { id: 'token', title: 'Get its first token', done: hasToken },
    {
      id: 'destination',
      title: 'Say where its token may go',
      done: first.some(({ credential }) => credential.destinations.length > 0),
    },
    { id: 'caller', title: 'Give an application a key', done: callers.length > 1 },
    {
      id: 'use',
      title: 'Use the token',
      done:
        used || callers.some(({ scopes, lastUsedAt }) => lastUsedAt !== null && !scopes.includes('admin')),
    },
  ]
}

function clockCheck({ skew }: OverviewPorts): HealthCheck {
  const worst = skew.worst()
  if (worst === null) return { name: 'clock', state: 'ok', detail: 'No provider has another time than we.' }
  const { origin, seconds, origins } = worst
  const side = seconds > 0 ? 'behind' : 'ahead of'
  return {
    name: 'clock',
    // One provider may be wrong; where several agree it is us.
    state: origins > 1 ? 'warning' : 'ok',
    detail: `Our clock is ${Math.abs(seconds)} s ${side} ${origin}${origins > 1 ? ` and ${origins - 1} more` : ''}.`,
  }
}
