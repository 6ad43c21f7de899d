import type { consoleRoutes } from '@bursar/domain/api/routes/console.ts'
import { presentInstant, presentInstantOrNull } from '@bursar/domain/api/wire/instant.ts'
import type { ConsoleOperations } from '../../operations/console/console-operations.ts'
import type { CredentialUsage } from '../../operations/console/credential-usage.ts'
import type { NodeReport } from '../../operations/console/nodes.ts'
import type { Failure, HealthCheck, Overview, Upcoming } from '../../operations/console/overview.ts'
import type { TokenClaims } from '../../operations/console/token-claims.ts'
import type { TrafficReport } from '../../operations/console/traffic.ts'
import type { Clock } from '../../operations/ports.ts'
import { presentCredential, presentPage, presentReason } from './present.ts'
import type { RequestOfOperation } from './request.ts'

export type ConsoleHandlers = {
  [Id in (typeof consoleRoutes)[number]['operationId']]: (request: RequestOfOperation<Id>) => Promise<unknown>
}

export function createConsoleHandlers(
  operations: ConsoleOperations,
  clock: Pick<Clock, 'now'>,
): ConsoleHandlers {
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
    getCredentialUsage: async ({ caller, params: { name } }) =>
      presentUsage(await operations.getCredentialUsage(caller, name)),
    getTokenClaims: async ({ caller, params: { name } }) =>
      presentClaims(await operations.getTokenClaims(caller, name)),
    rotateSecret: async ({ caller, params: { name }, body, ifMatch }) => {
      const { secret, value, keep_old_seconds, validate } = body
      const order = { secret, value, keepOldSeconds: keep_old_seconds, validate }
      const { view, validated, oldUntil } = await operations.rotateSecret(caller, name, order, ifMatch)
      return {
        credential: presentCredential(view, clock.now()),
        validated,
        old_until: presentInstantOrNull(oldUntil),
      }
    },
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

const presentUsage = ({ name, lastUsedAt, uses, allowed, references }: CredentialUsage) => ({
  name,
  last_used_at: presentInstantOrNull(lastUsedAt),
  uses: uses.map((use) => ({
    caller: use.caller,
    delivery: use.delivery,
    uses: use.uses,
    first_used_at: presentInstant(use.firstUsedAt),
    last_used_at: presentInstant(use.lastUsedAt),
  })),
  allowed,
  references,
})

const presentClaims = ({ version, format, jwt, length, scope, outputs, hasRefreshToken }: TokenClaims) => ({
  version,
  format,
  header: jwt?.header ?? null,
  claims: jwt?.claims ?? null,
  length,
  scope,
  outputs,
  has_refresh_token: hasRefreshToken,
})

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
