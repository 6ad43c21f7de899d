import type { consoleRoutes } from '@bursar/domain/api/routes/console.ts'
import { presentInstant, presentInstantOrNull } from '@bursar/domain/api/wire/instant.ts'
import type { ConsoleOperations } from '../../operations/console/console-operations.ts'
import type { NodeReport } from '../../operations/console/nodes.ts'
import type { Failure, HealthCheck, Overview, Upcoming } from '../../operations/console/overview.ts'
import type { TrafficReport } from '../../operations/console/traffic.ts'
import { presentPage, presentReason } from './present.ts'
import type { RequestOfOperation } from './request.ts'

export type ConsoleHandlers = {
  [Id in (typeof consoleRoutes)[number]['operationId']]: (request: RequestOfOperation<Id>) => Promise<unknown>
}

export function createConsoleHandlers(operations: ConsoleOperations): ConsoleHandlers {
  return {
    getOverview: async ({ caller }) => presentOverview(await operations.getOverview(caller)),
    getFacets: ({ caller }) => operations.getFacets(caller),
    listEnvironments: async ({ caller }) =>
      presentPage(await operations.listEnvironments(caller), ({ name, credentials, byStatus }) => ({
        name,
        credentials,
        by_status: byStatus,
      })),
    changeCredentials: ({ caller, body }) => operations.changeCredentials(caller, body),
    listSettings: async ({ caller }) => presentPage(operations.listSettings(caller), (setting) => setting),
    listNodes: async ({ caller }) => presentPage(await operations.listNodes(caller), presentNode),
  }
}

function presentOverview(overview: Overview) {
  const { at, byStatus, hours, days, failures, nodeId, hour, day, checks, steps } = overview
  return {
    at: presentInstant(at),
    credentials: {
      total: Object.values(byStatus).reduce((sum, credentials) => sum + credentials, 0),
      by_status: byStatus,
    },
    upcoming: { hours: hours.map(presentSpan), days: days.map(presentSpan) },
    failures: { total: failures.total, items: failures.items.map(presentFailure) },
    traffic: { node_id: nodeId, hour: presentTraffic(hour), day: presentTraffic(day) },
    health: { status: worstOf(checks), checks },
    setup: { done: steps.length > 0 && steps.every(({ done }) => done), steps },
  }
}

const presentSpan = ({ from, expires, refreshes }: Upcoming) => ({
  from: presentInstant(from),
  expires,
  refreshes,
})

const presentFailure = ({ tokenEndsAt, reason, ...failure }: Failure) => ({
  ...failure,
  reason: reason && presentReason(reason),
  token_ends_at: presentInstantOrNull(tokenEndsAt),
})

const presentTraffic = ({ requests, refused, latencyMs, points }: TrafficReport) => ({
  requests,
  refused,
  latency_ms: latencyMs,
  points: points.map(({ from, p99Ms, ...point }) => ({
    from: presentInstant(from),
    ...point,
    p99_ms: p99Ms,
  })),
})

const worstOf = (checks: readonly HealthCheck[]): HealthCheck['state'] =>
  (['failed', 'warning'] as const).find((state) => checks.some((check) => check.state === state)) ?? 'ok'

const presentNode = (node: NodeReport) => ({
  node_id: node.nodeId,
  version: node.version,
  started_at: presentInstant(node.startedAt),
  seen_at: presentInstant(node.seenAt),
  state: node.state,
  worker: node.worker,
  url: node.url,
  ring_keys: node.ringKeys,
  spooled: node.spooled,
  current: node.current,
})
