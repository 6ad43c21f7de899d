import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { httpUrlProblem } from '@bursar/domain/http-url.ts'
import { isObject } from '@bursar/domain/json.ts'
import { type ActivityInput, activityInput } from '@bursar/domain/marketing-cloud/activity-input.ts'
import { externalKey } from '@bursar/domain/marketing-cloud/external-key.ts'
import { problemsOfIssues } from '@bursar/domain/schema-problem.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import { listDocuments, type PageQuery } from '../document-list.ts'
import type { Caller, Page } from '../operations.ts'
import { demand } from '../permission.ts'
import {
  ACTIVITY_KIND,
  type Activity,
  type ActivityBody,
  activityPlace,
  loadActivity,
  openActivity,
  readConfig,
} from './activity.ts'
import { checkEndpoints } from './endpoint.ts'
import { DOOR, type MarketingCloudPorts } from './ports.ts'

/** An activity, and what keeps it from being published as things stand. */
export interface ActivityView {
  activity: Activity
  problems: readonly Problem[]
}

const FETCH_MS = 10_000

function readInput(body: unknown): ActivityInput {
  const parsed = activityInput.safeParse(body)
  if (parsed.success) return parsed.data
  throw new BursarError('request.invalid', {
    problems: problemsOfIssues(parsed.error.issues, activityInput, ''),
  })
}

/** The config.json of the body, or of where the body says it is. */
async function obtainConfig(ports: MarketingCloudPorts, { config, url }: ActivityInput) {
  const written = config ?? (await fetchConfig(ports, url!))
  return { written, read: readConfig(ports, written, config === undefined ? '' : '/config') }
}

async function fetchConfig(ports: MarketingCloudPorts, url: string): Promise<Record<string, unknown>> {
  const wrong = httpUrlProblem(url)
  if (wrong) throw new BursarError('request.invalid', { path: '/url', ...wrong })
  const unreadable = (detail: string) => new BursarError('activity.unreadable', { path: '/url', detail })
  const sent = await ports.destinations.send(
    { method: 'GET', url, headers: [], body: null },
    { deadlineMs: FETCH_MS },
  )
  if (sent.kind === 'no_answer') throw unreadable(sent.failure.detail)
  const { status, body } = sent.answer
  if (status !== 200) throw unreadable(`The server answered ${status} instead of 200.`)
  let value: unknown
  try {
    value = JSON.parse(body.replace(/^\ufeff/, ''))
  } catch {
    throw unreadable('What the server answered is not JSON.')
  }
  if (!isObject(value)) throw unreadable('What the server answered is not a JSON object.')
  return value
}

/** Keeps an activity as a draft. */
export async function registerActivity(
  ports: MarketingCloudPorts,
  caller: Caller,
  body: unknown,
): Promise<ActivityView> {
  demand(caller, { action: 'credentials:write' })
  const wanted = readInput(body)
  const { written, read } = await obtainConfig(ports, wanted)
  const key = wanted.key ?? read.applicationExtensionKey
  if (key === null || !externalKey.safeParse(key).success) {
    throw new BursarError('request.invalid', {
      path: '/key',
      detail: 'The activity needs a key: the configuration has no applicationExtensionKey that could be one.',
      hint: 'Give a key of visible ASCII characters.',
    })
  }
  const { workspaceId } = caller
  const now = ports.clock.now()
  const id = ports.random.id()
  const document: ActivityBody = {
    status: 'draft',
    config: written,
    source: wanted.url ?? null,
    ids: { activityObjectID: id, journeyId: ports.random.id(), activityId: ports.random.id() },
  }
  const secret = wanted.jwtSigningSecret ?? null
  const row: DocumentRow = {
    workspaceId,
    door: DOOR,
    kind: ACTIVITY_KIND,
    id,
    parentId: '',
    name: key,
    body: { ...document },
    sealed: secret === null ? null : ports.envelope.seal(activityPlace({ workspaceId, id }), secret),
    revision: 1,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await ports.store.documents.insert(row, auditEntry(caller, now, 'activity.register', key)))) {
    throw new BursarError('activity.key_taken', {
      path: '/key',
      detail: `An activity with the key "${key}" exists already.`,
      hint: `Replace its configuration: PUT /marketing-cloud/activities/${encodeURIComponent(key)}.`,
    })
  }
  return viewOf(ports, openActivity(ports, row))
}

/** Gives an activity another configuration; it has to be published again before contacts reach it. */
export async function replaceActivity(
  ports: MarketingCloudPorts,
  caller: Caller,
  key: string,
  body: unknown,
): Promise<ActivityView> {
  demand(caller, { action: 'credentials:write' })
  const wanted = readInput(body)
  if (wanted.key !== undefined && wanted.key !== key) {
    throw new BursarError('request.invalid', {
      path: '/key',
      detail: 'The key in the body is not the key in the path.',
    })
  }
  const { written } = await obtainConfig(ports, wanted)
  const before = await loadActivity(ports, caller.workspaceId, key)
  const { jwtSigningSecret } = wanted
  const sealed =
    jwtSigningSecret === undefined
      ? before.row.sealed
      : jwtSigningSecret === null
        ? null
        : ports.envelope.seal(activityPlace(before.row), jwtSigningSecret)
  const document: ActivityBody = {
    status: 'draft',
    config: written,
    source: wanted.url ?? null,
    ids: before.ids,
  }
  const row = { ...before.row, body: { ...document }, sealed }
  return viewOf(ports, await saveActivity(ports, caller, row, 'activity.replace'))
}

/** Writes an activity that was read before; throws `activity.changed` when somebody else was faster. */
export async function saveActivity(
  ports: MarketingCloudPorts,
  caller: Caller,
  row: DocumentRow,
  action: string,
): Promise<Activity> {
  const now = ports.clock.now()
  const changed = { ...row, updatedAt: now }
  const audit = auditEntry(caller, now, action, row.name!)
  if (!(await ports.store.documents.update(changed, row.revision, audit))) {
    throw new BursarError('activity.changed', { hint: 'Read it again, then repeat.' })
  }
  return openActivity(ports, { ...changed, revision: row.revision + 1 })
}

const viewOf = async (ports: MarketingCloudPorts, activity: Activity): Promise<ActivityView> => ({
  activity,
  problems: await checkEndpoints(ports, activity),
})

export async function getActivity(
  ports: MarketingCloudPorts,
  caller: Caller,
  key: string,
): Promise<ActivityView> {
  demand(caller, { action: 'credentials:read' })
  return viewOf(ports, await loadActivity(ports, caller.workspaceId, key))
}

export async function listActivities(
  ports: MarketingCloudPorts,
  caller: Caller,
  query: PageQuery,
): Promise<Page<Activity>> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const at = { workspaceId, door: DOOR, kind: ACTIVITY_KIND }
  return listDocuments(ports, at, query, (row) => openActivity(ports, row))
}

/** Removes an activity that is not published, so that nothing stops without being told. */
export async function deleteActivity(ports: MarketingCloudPorts, caller: Caller, key: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const { row, status } = await loadActivity(ports, caller.workspaceId, key)
  if (status === 'published') {
    throw new BursarError('activity.in_use', { hint: `Stop it first: bursar activity stop ${key}.` })
  }
  await ports.store.documents.delete(row, auditEntry(caller, ports.clock.now(), 'activity.delete', key))
}
