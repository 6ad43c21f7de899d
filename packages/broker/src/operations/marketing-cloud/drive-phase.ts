import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { bindingScope, phaseBody } from '@bursar/domain/marketing-cloud/activity-body.ts'
import type { Phase } from '@bursar/domain/marketing-cloud/activity-config.ts'
import { UnboundExpression } from '@bursar/domain/marketing-cloud/binding.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import { type Activity, type ActivityStatus, loadActivity } from './activity.ts'
import { checkEndpoints, demandSend, prepareEndpoint } from './endpoint.ts'
import type { MarketingCloudPorts } from './ports.ts'
import { saveActivity } from './register-activity.ts'

/** How one phase went. */
export interface PhaseReport {
  phase: Phase
  outcome: 'ok' | 'failed' | 'not_configured'
  httpStatus?: number
  code?: string
  detail?: string
}

export interface DriveReport {
  key: string
  status: ActivityStatus
  phases: readonly PhaseReport[]
}

/** What is called, in this order, and what becomes of the activity. */
const COURSES: Record<
  Phase,
  { calls: readonly Phase[]; becomes: ActivityStatus | null; whateverHappens: boolean }
> = {
  save: { calls: ['save'], becomes: null, whateverHappens: false },
  validate: { calls: ['validate'], becomes: null, whateverHappens: false },
  publish: { calls: ['save', 'validate', 'publish'], becomes: 'published', whateverHappens: false },
  unpublish: { calls: ['unpublish'], becomes: 'draft', whateverHappens: true },
  stop: { calls: ['stop'], becomes: 'stopped', whateverHappens: true },
}

/**
 * Drives an activity through a phase. What publishes it must answer 200 at every step, and everything its
 * endpoints name must be there; stopping takes effect here whatever the service says to it.
 */
export async function drivePhase(
  ports: MarketingCloudPorts,
  caller: Caller,
  key: string,
  phase: Phase,
): Promise<DriveReport> {
  demand(caller, { action: 'credentials:write' })
  const activity = await loadActivity(ports, caller.workspaceId, key)
  const { calls, becomes, whateverHappens } = COURSES[phase]
  for (const call of calls) {
    const endpoint = activity.config.phases[call]
    if (endpoint !== undefined) demandSend(caller, endpoint)
  }
  if (!whateverHappens) await demandReady(ports, activity)
  let status = activity.status
  const settle = async () => {
    if (becomes === null || becomes === status) return
    const row = { ...activity.row, body: { ...activity.row.body, status: becomes } }
    status = (await saveActivity(ports, caller, row, `activity.${phase}`)).status
  }
  if (whateverHappens) await settle()
  const phases: PhaseReport[] = []
  for (const call of calls) {
    const report = await callPhase(ports, caller, activity, call)
    phases.push(report)
    if (report.outcome === 'failed' && !whateverHappens) throw blocked(activity, report)
  }
  if (!whateverHappens) await settle()
  return { key, status, phases }
}

async function demandReady(ports: MarketingCloudPorts, activity: Activity): Promise<void> {
  const problems = await checkEndpoints(ports, activity)
  if (problems.length === 0) return
  throw new BursarError('activity.unready', {
    detail:
      problems.length === 1
        ? problems[0]!.detail
        : `${problems.length} things keep the activity "${activity.key}" from being called.`,
    problems,
  })
}

function blocked({ config, key }: Activity, { phase, code, detail }: PhaseReport): BursarError {
  const problem: Problem = { path: config.phases[phase]!.pointer, code: code!, detail: detail! }
  return new BursarError('activity.blocked', {
    detail: `${phase} of "${key}" failed: ${detail}`,
    problems: [problem],
  })
}

/** Asks once: only `execute` has retries. */
async function callPhase(
  ports: MarketingCloudPorts,
  caller: Caller,
  activity: Activity,
  phase: Phase,
): Promise<PhaseReport> {
  const endpoint = activity.config.phases[phase]
  if (endpoint === undefined) return { phase, outcome: 'not_configured' }
  const failed = (code: string, detail: string): PhaseReport => ({ phase, outcome: 'failed', code, detail })
  try {
    const send = await prepareEndpoint(ports, caller, activity, endpoint)
    const standard = phaseBody(activity.key, activity.ids, activity.status === 'published')
    const sent = await send(endpoint.body === null ? standard : endpoint.body(scopeWithoutContact(activity)))
    if (sent.kind === 'no_answer') return failed(sent.failure.code, sent.failure.detail)
    const { status } = sent.answer
    if (status === 200) return { phase, outcome: 'ok', httpStatus: status }
    return { ...failed('answer.status', `It answered ${status} instead of 200.`), httpStatus: status }
  } catch (error) {
    if (error instanceof UnboundExpression) return failed('binding.unresolved', error.message)
    if (error instanceof BursarError && error.code !== 'caller.forbidden' && error.code !== 'internal')
      return failed(error.code, error.detail)
    throw error
  }
}

const NOBODY = { key: '', attributes: {}, events: {}, interactions: {}, interactionDefaults: {} }

const scopeWithoutContact = ({ key, ids }: Activity) =>
  bindingScope(NOBODY, key, ids, { definitionInstanceId: ids.journeyId, activityInstanceId: ids.activityId })
