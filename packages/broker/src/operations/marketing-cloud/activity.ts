import { BursarError } from '@bursar/domain/error.ts'
import type { ActivityIds } from '@bursar/domain/marketing-cloud/activity-body.ts'
import { type ActivityConfig, parseActivityConfig } from '@bursar/domain/marketing-cloud/activity-config.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { DocumentRow } from '../../store/store.ts'
import { DOOR, type MarketingCloudPorts } from './ports.ts'

export type ActivityStatus = 'draft' | 'published' | 'stopped'

/** A custom activity as it is kept. */
export interface Activity {
  row: DocumentRow
  key: string
  status: ActivityStatus
  config: ActivityConfig
  /** As it was handed in. */
  written: Record<string, unknown>
  /** Where it was fetched from. */
  source: string | null
  ids: ActivityIds
  /** Of the installed package: signs where no Salt key is named. */
  jwtSigningSecret: Secret | null
}

export const ACTIVITY_KIND = 'activity'

/** What stands in the body of the document. */
export interface ActivityBody {
  status: ActivityStatus
  config: Record<string, unknown>
  source: string | null
  ids: ActivityIds
}

export const activityPlace = ({ workspaceId, id }: Pick<DocumentRow, 'workspaceId' | 'id'>) => ({
  workspaceId,
  table: 'documents',
  row: `${DOOR}/${ACTIVITY_KIND}/${id}`,
  column: 'sealed',
})

export const configRules = ({ settings }: Pick<MarketingCloudPorts, 'settings'>) => ({
  insecureLoopback: settings.insecureHttp === 'loopback',
})

/** Reads a config.json; throws `request.invalid` with every problem, each below `basePath`. */
export function readConfig(
  ports: Pick<MarketingCloudPorts, 'settings'>,
  written: unknown,
  basePath: string,
): ActivityConfig {
  const parsed = parseActivityConfig(written, configRules(ports))
  if ('config' in parsed) return parsed.config
  const problems = parsed.problems.map((problem) => ({ ...problem, path: basePath + problem.path }))
  throw new BursarError('request.invalid', {
    detail: problems.length === 1 ? problems[0]!.detail : `${problems.length} things are wrong with it.`,
    problems,
  })
}

export function openActivity(
  ports: Pick<MarketingCloudPorts, 'settings' | 'envelope'>,
  row: DocumentRow,
): Activity {
  const body = row.body as unknown as ActivityBody
  return {
    row,
    key: row.name!,
    status: body.status,
    config: readConfig(ports, body.config, '/config'),
    written: body.config,
    source: body.source,
    ids: body.ids,
    jwtSigningSecret:
      row.sealed === null ? null : new Secret(ports.envelope.open(activityPlace(row), row.sealed)),
  }
}

export async function loadActivity(
  ports: Pick<MarketingCloudPorts, 'store' | 'settings' | 'envelope'>,
  workspaceId: string,
  key: string,
): Promise<Activity> {
  const row = await ports.store.documents.getByName({
    workspaceId,
    door: DOOR,
    kind: ACTIVITY_KIND,
    parentId: '',
    name: key,
  })
  if (row === undefined) {
    throw new BursarError('activity.not_found', {
      detail: `There is no activity with the key "${key}".`,
      hint: 'List them: bursar activity list.',
    })
  }
  return openActivity(ports, row)
}

export function demandPublished({ key, status }: Activity): void {
  if (status === 'published') return
  throw new BursarError('activity.not_published', {
    detail: `The activity "${key}" is ${status === 'draft' ? 'a draft' : 'stopped'}; no contact reaches it.`,
    hint: `Publish it: bursar activity publish ${key}.`,
  })
}
