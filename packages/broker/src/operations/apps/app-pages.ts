import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { parseAppPageInput, parseBody } from '@bursar/domain/issuing/app-input.ts'
import { type AppPage, compatPage, standardPage } from '@bursar/domain/issuing/app-page.ts'
import { isObject } from '@bursar/domain/json.ts'
import { problem } from '@bursar/domain/problem.ts'
import type { DocumentRow } from '../../store/store.ts'
import { auditEntry } from '../audit.ts'
import type { Caller, Page } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import { changeDocument, findDocument, newDocument, type PageBody } from './app-documents.ts'
import type { AppPageView } from './app-operations.ts'
import { listDocuments, type PageQuery } from './document-list.ts'
import { DOOR } from './door-name.ts'

type PagePorts = Pick<Ports, 'store' | 'clock' | 'random' | 'settings' | 'log'>

const bodyOf = (row: DocumentRow): PageBody => row.body as unknown as PageBody

/** `iss` of a page that sets none: where it is, which no other page can be. */
export const issuerOf = (settings: Ports['settings'], name: string, config: AppPage): string | null =>
  config.mode === 'standard' ? (config.issuer ?? `${settings.publicUrl()}/apps/${name}`) : null

function viewPage({ settings }: Pick<PagePorts, 'settings'>, row: DocumentRow): AppPageView {
  const { config } = bodyOf(row)
  const name = row.name!
  return {
    name,
    config,
    issuer: issuerOf(settings, name, config),
    createdAt: row.createdAt,
    updatedAt: row.updatedAt,
  }
}

export async function loadPage(
  ports: Pick<Ports, 'store'>,
  caller: Caller,
  name: string,
): Promise<DocumentRow> {
  const row = await findDocument(ports, { workspaceId: caller.workspaceId, kind: 'page', name })
  if (row !== undefined) return row
  throw new BursarError('app_page.not_found', {
    detail: `There is no token page named "${name}".`,
    hint: 'List them: bursar app-page list.',
  })
}

/**
 * What a page parsed to, or everything that is wrong with it: a page in standard mode may also not be on a signing
 * key that does not exist. The platform finds out only when it signs, and so does a page that behaves like it.
 */
async function demandSound<T extends AppPage>(
  ports: Pick<Ports, 'store'>,
  caller: Caller,
  parsed: { input: T } | { problems: readonly Problem[] },
  written: unknown,
  before: readonly Problem[] = [],
): Promise<T> {
  const found = 'problems' in parsed ? parsed.problems : []
  const problems = [...before, ...found.filter(({ path }) => !before.some((each) => each.path === path))]
  const { mode = 'standard', signing_key: name } = isObject(written) ? written : {}
  if (
    mode === 'standard' &&
    typeof name === 'string' &&
    !problems.some(({ path }) => path === '/signing_key')
  ) {
    const at = { workspaceId: caller.workspaceId, kind: 'signing_key', name } as const
    if ((await findDocument(ports, at)) === undefined) {
      const hint = `Make it first: bursar signing-key create ${name}.`
      problems.push(problem('/signing_key', 'field.invalid', 'There is no signing key of this name.', hint))
    }
  }
  if ('problems' in parsed || problems.length > 0) throw new BursarError('request.invalid', { problems })
  return parsed.input
}

/** A page that tells its secrets to everybody says so, when it is made and at each start. */
export function warnOfVerbatim({ log }: Pick<Ports, 'log'>, name: string, config: AppPage): void {
  if (config.mode !== 'compat' || !config.verbatim) return
  log.warn('app_page.verbatim', {
    page: name,
    detail: 'Its JWTs hold the client secret in clear, for everybody who sees one.',
    hint: 'Set verbatim to false.',
  })
}

export async function createAppPage(ports: PagePorts, caller: Caller, body: unknown): Promise<AppPageView> {
  demand(caller, { action: 'credentials:write' })
  const { name, ...config } = await demandSound(ports, caller, parseAppPageInput(body), body)
  const row = newDocument(ports, { workspaceId: caller.workspaceId, kind: 'page', name }, { config })
  const audit = auditEntry(caller, row.createdAt, 'app_page.create', name, { mode: config.mode })
  if (!(await ports.store.documents.insert(row, audit))) {
    throw new BursarError('app_page.name_taken', {
      path: '/name',
      detail: `A token page named "${name}" exists already.`,
    })
  }
  warnOfVerbatim(ports, name, config)
  return viewPage(ports, row)
}

export async function listAppPages(
  ports: PagePorts,
  caller: Caller,
  query: PageQuery,
): Promise<Page<AppPageView>> {
  demand(caller, { action: 'credentials:read' })
  return listDocuments(ports, { workspaceId: caller.workspaceId, kind: 'page' }, query, (row) =>
    viewPage(ports, row),
  )
}

export async function getAppPage(ports: PagePorts, caller: Caller, name: string): Promise<AppPageView> {
  demand(caller, { action: 'credentials:read' })
  return viewPage(ports, await loadPage(ports, caller, name))
}

export async function updateAppPage(
  ports: PagePorts,
  caller: Caller,
  name: string,
  patch: unknown,
): Promise<AppPageView> {
  demand(caller, { action: 'credentials:write' })
  const row = await changeDocument(
    ports,
    () => loadPage(ports, caller, name),
    async (before) => {
      const config = await patchConfig(ports, caller, bodyOf(before).config, patch)
      const now = ports.clock.now()
      const changed = isObject(patch) ? Object.keys(patch) : []
      const audit = auditEntry(caller, now, 'app_page.update', name, { changed })
      return { row: { ...before, body: { config }, updatedAt: now }, audit }
    },
  )
  warnOfVerbatim(ports, name, bodyOf(row).config)
  return viewPage(ports, row)
}

async function patchConfig(
  ports: Pick<Ports, 'store'>,
  caller: Caller,
  config: AppPage,
  patch: unknown,
): Promise<AppPage> {
  const isMoved = isObject(patch) && patch.mode !== undefined && patch.mode !== config.mode
  const moved = isMoved
    ? [problem('/mode', 'field.invalid', 'The mode of a page stays what it is.', 'Make another page.')]
    : []
  const merged = mergePatch(config, isMoved ? { ...patch, mode: config.mode } : patch)
  const parsed = config.mode === 'standard' ? parseBody(standardPage, merged) : parseBody(compatPage, merged)
  return demandSound<AppPage>(ports, caller, parsed, merged, moved)
}

/** RFC 7396 §2. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isObject(patch)) return patch
  const merged: Record<string, unknown> = isObject(target) ? { ...target } : {}
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name]
    else merged[name] = mergePatch(merged[name], value)
  }
  return merged
}

/** The page first: from then on nothing below it can be reached. */
export async function deleteAppPage(ports: PagePorts, caller: Caller, name: string): Promise<void> {
  demand(caller, { action: 'credentials:write' })
  const page = await loadPage(ports, caller, name)
  await ports.store.documents.delete(page, auditEntry(caller, ports.clock.now(), 'app_page.delete', name))
  for (const kind of ['app', 'revocation'] as const) {
    for (;;) {
      const at = { workspaceId: page.workspaceId, door: DOOR, kind, parentId: page.id, limit: 200 }
      const rows = await ports.store.documents.list(at)
      for (const row of rows) await ports.store.documents.delete(row, null)
      if (rows.length < at.limit) break
    }
  }
}
