import { presentInstant, presentInstantOrNull } from '@bursar/domain/api/wire/instant.ts'
import type { Problem } from '@bursar/domain/error.ts'
import { PHASES } from '@bursar/domain/marketing-cloud/activity-config.ts'
import type { Activity } from '../../operations/marketing-cloud/activity.ts'
import type { DriveReport } from '../../operations/marketing-cloud/drive-phase.ts'
import type { ActivityView } from '../../operations/marketing-cloud/register-activity.ts'
import type { RunView } from '../../operations/marketing-cloud/runs.ts'
import type { SaltKeyView } from '../../operations/marketing-cloud/salt-keys.ts'
import type { SecurityContextView } from '../../operations/marketing-cloud/security-contexts.ts'

export function presentSecurityContext({ context, view: { credential, token } }: SecurityContextView) {
  const { reason, secrets } = credential
  return {
    ...context,
    keyType: 'Security Context',
    credential: credential.name,
    status: credential.status,
    reason: reason && { code: reason.code, detail: reason.detail, since: presentInstant(reason.since) },
    secretUpdatedAt: presentInstantOrNull(Object.values(secrets)[0]?.updatedAt ?? null),
    tokenExpiresAt: token.version === 0 ? null : presentInstantOrNull(token.expiresAt),
    createdAt: presentInstant(credential.createdAt),
    updatedAt: presentInstant(credential.updatedAt),
  }
}

export const presentSaltKey = ({ createdAt, updatedAt, ...facts }: SaltKeyView) => ({
  ...facts,
  keyType: 'Salt',
  createdAt: presentInstant(createdAt),
  updatedAt: presentInstant(updatedAt),
})

/** An activity in a list. */
export function presentActivity({ key, status, config, source, ids, row }: Activity) {
  const { execute, phases } = config
  return {
    key,
    status,
    name: config.title,
    type: config.kind,
    workflowApiVersion: config.workflowApiVersion,
    category: config.category,
    url: execute.url,
    securityContextKey: execute.securityContextKey,
    timeout: execute.timeoutMs,
    retryCount: execute.retryCount,
    retryDelay: execute.retryDelayMs,
    concurrentRequests: execute.concurrentRequests,
    phases: PHASES.filter((phase) => phases[phase] !== undefined),
    outcomes: config.branches,
    source,
    ids,
    revision: row.revision,
    createdAt: presentInstant(row.createdAt),
    updatedAt: presentInstant(row.updatedAt),
  }
}

/** With what was handed in, and what keeps it from being published. */
export const presentActivityView = ({ activity, problems }: ActivityView) => ({
  ...presentActivity(activity),
  jwtSigningSecret: { set: activity.jwtSigningSecret !== null },
  config: activity.written,
  problems: problems.map((problem: Problem) => ({ ...problem })),
})

export const presentDrive = ({ key, status, phases }: DriveReport) => ({ key, status, phases })

export const presentRun = ({ startedAt, updatedAt, endedAt, ...facts }: RunView) => ({
  ...facts,
  startedAt: presentInstant(startedAt),
  updatedAt: presentInstant(updatedAt),
  endedAt: presentInstantOrNull(endedAt),
})
