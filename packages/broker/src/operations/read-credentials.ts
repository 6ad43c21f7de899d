import { BursarError } from '@bursar/domain/error.ts'
import { STATUSES } from '@bursar/domain/state.ts'
import type { CredentialOrder, ExchangeRow } from '../store/store.ts'
import { loadView, notFound, viewCredential } from './credential-view.ts'
import type { Caller, CredentialView, Operations, Page } from './operations.ts'
import { pageOf, readLimit } from './page.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'

type ReadPorts = Pick<Ports, 'store'>

export async function listCredentials(
  { store }: ReadPorts,
  caller: Caller,
  query: Parameters<Operations['listCredentials']>[1],
): ReturnType<Operations['listCredentials']> {
  demand(caller, { action: 'credentials:read' })
  const limit = readLimit(query.limit)
  if (query.status !== undefined && !(STATUSES as readonly string[]).includes(query.status)) {
    throw new BursarError('request.invalid', {
      path: '/query/status',
      detail: `There is no status "${query.status}".`,
      hint: `One of ${STATUSES.join(', ')}.`,
    })
  }
  const { status, provider, environment, q, grant, label, expiringBefore } = query
  const sort = readSort(query.sort)
  const filter = {
    workspaceId: caller.workspaceId,
    limit: limit + 1,
    sort,
    ...(status !== undefined && { status }),
    ...(provider !== undefined && { provider }),
    ...(environment !== undefined && { environment }),
    ...(q !== undefined && { q }),
    ...(grant !== undefined && { grant }),
    ...(label !== undefined && { label: readLabel(label) }),
    ...(expiringBefore !== undefined && { expiringBefore }),
    ...readCursor(query.cursor, sort.by),
  }
  const [rows, total] = await Promise.all([
    store.credentials.list(filter),
    query.withTotal ? store.credentials.count(filter) : null,
  ])
  const page = pageOf(rows, limit, (row) => cursorOf(row, sort.by))
  return {
    items: page.items.map(({ credential, token }) => viewCredential(credential, token, null)),
    nextCursor: page.nextCursor,
    total,
  }
}

type Listed = Awaited<ReturnType<Ports['store']['credentials']['list']>>[number]

/** What each order sorts by; the last word is the name's. */
const SORTED_BY: Readonly<Record<CredentialOrder, (row: Listed) => string | number>> = {
  name: ({ credential }) => credential.name,
  status: ({ credential }) => credential.status,
  expires_at: ({ token }) => token.expiresAt ?? Number.MAX_SAFE_INTEGER,
  refresh_due_at: ({ token }) => token.refreshDueAt ?? Number.MAX_SAFE_INTEGER,
  updated_at: ({ credential }) => credential.updatedAt,
  created_at: ({ credential }) => credential.createdAt,
}

function readSort(text = 'name'): { by: CredentialOrder; descending: boolean } {
  const by = text.replace(/^-/, '')
  if (Object.hasOwn(SORTED_BY, by)) return { by: by as CredentialOrder, descending: text.startsWith('-') }
  throw new BursarError('request.invalid', {
    path: '/query/sort',
    detail: `There is no order "${text}".`,
    hint: `One of ${Object.keys(SORTED_BY).join(', ')}, with "-" in front backwards.`,
  })
}

function readLabel(text: string): { name: string; value: string | null } {
  const at = text.indexOf('=')
  return at < 0 ? { name: text, value: null } : { name: text.slice(0, at), value: text.slice(at + 1) }
}

/** In the order of names the cursor is the last name itself; in others it holds their value as well. */
function cursorOf(row: Listed, by: CredentialOrder): string {
  if (by === 'name') return row.credential.name
  return Buffer.from(JSON.stringify([by, SORTED_BY[by](row), row.credential.name])).toString('base64url')
}

function readCursor(
  cursor: string | undefined,
  by: CredentialOrder,
): { after?: string; afterValue?: string | number } {
  if (cursor === undefined) return {}
  if (by === 'name') return { after: cursor }
  try {
    const [order, afterValue, after] = JSON.parse(Buffer.from(cursor, 'base64url').toString()) as unknown[]
    const isNumber = by !== 'status'
    const fits = isNumber ? Number.isSafeInteger(afterValue) : typeof afterValue === 'string'
    if (order === by && fits && typeof after === 'string')
      return { after, afterValue: afterValue as string | number }
  } catch {
    // Said below.
  }
  throw new BursarError('request.invalid', {
    path: '/query/cursor',
    detail: 'The cursor is not one of this order.',
    hint: 'Begin again without a cursor.',
  })
}

export async function getCredential(ports: ReadPorts, caller: Caller, name: string): Promise<CredentialView> {
  demand(caller, { action: 'credentials:read' })
  return loadView(ports, caller.workspaceId, name)
}

export async function listExchanges(
  { store }: ReadPorts,
  caller: Caller,
  name: string,
  query: { cursor?: string; limit?: number },
): Promise<Page<ExchangeRow>> {
  demand(caller, { action: 'credentials:read' })
  const row = await store.credentials.get(caller.workspaceId, name)
  if (row === undefined) throw notFound(name)
  const limit = readLimit(query.limit)
  const before = query.cursor === undefined ? {} : { before: query.cursor }
  const at = { workspaceId: caller.workspaceId, credentialId: row.id, limit: limit + 1, ...before }
  return pageOf(await store.exchanges.list(at), limit, (exchange) => exchange.id)
}
