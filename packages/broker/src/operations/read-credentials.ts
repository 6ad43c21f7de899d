import { BursarError } from '@bursar/domain/error.ts'
import { STATUSES } from '@bursar/domain/state.ts'
import type { ExchangeRow } from '../store/store.ts'
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
): Promise<Page<CredentialView>> {
  demand(caller, { action: 'credentials:read' })
  const limit = readLimit(query.limit)
  if (query.status !== undefined && !(STATUSES as readonly string[]).includes(query.status)) {
    throw new BursarError('request.invalid', {
      path: '/query/status',
      detail: `There is no status "${query.status}".`,
      hint: `One of ${STATUSES.join(', ')}.`,
    })
  }
  const { status, provider, environment, q, cursor } = query
  const rows = await store.credentials.list({
    workspaceId: caller.workspaceId,
    limit: limit + 1,
    ...(status !== undefined && { status }),
    ...(provider !== undefined && { provider }),
    ...(environment !== undefined && { environment }),
    ...(q !== undefined && { q }),
    ...(cursor !== undefined && { after: cursor }),
  })
  const page = pageOf(rows, limit, (row) => row.credential.name)
  return {
    items: page.items.map(({ credential, token }) => viewCredential(credential, token, null)),
    nextCursor: page.nextCursor,
  }
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
