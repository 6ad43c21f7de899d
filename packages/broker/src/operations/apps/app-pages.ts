import { BursarError } from '@bursar/domain/error.ts'
import { parseAppPageInput, parseBody } from '@bursar/domain/issuing/app-input.ts'
import { type AppPage, compatPage, standardPage } from '@bursar/domain/issuing/app-page.ts'
import { isObject } from '@bursar/domain/json.ts'
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

/** What a page may not be on: a signing key that does not exist. */
async function checkKey(ports: Pick<Ports, 'store'>, caller: Caller, config: AppPage): Promise<void> {
  // The platform finds out only when it signs, and so does a page that behaves like it.
  if (config.mode === 'compat') return
  const at = { workspaceId: caller.workspaceId, kind: 'signing_key', name: config.signing_key } as const
  if ((await findDocument(ports, at)) !== undefined) return
  throw new BursarError('request.invalid', {
    path: '/signing_key',
    detail: 'There is no signing key of this name.',
    hint: `Make it first: bursar signing-key create ${config.signing_key}.`,
  })
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
  const parsed = parseAppPageInput(body)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  const { name, ...config } = parsed.input
  await checkKey(ports, caller, config)
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
  if (isObject(patch) && patch.mode !== undefined && patch.mode !== config.mode) {
    throw new BursarError('request.invalid', {
      path: '/mode',
      detail: 'The mode of a page stays what it is.',
      hint: 'Make another page.',
    })
  }
  const merged = mergePatch(config, patch)
  const parsed = config.mode === 'standard' ? parseBody(standardPage, merged) : parseBody(compatPage, merged)
  if ('problems' in parsed) throw new BursarError('request.invalid', { problems: parsed.problems })
  await checkKey(ports, caller, parsed.input)
  return parsed.input
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
