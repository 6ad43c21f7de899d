import { BursarError } from '@bursar/domain/error.ts'
import type { ExchangeRow } from '../store/store.ts'
import { notFound } from './credential-view.ts'
import type { Exchanger } from './exchange-now.ts'
import type { Caller } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'

/**
 * An exchange now. Callers that come while one is under way get the record of that one: its token is newer
 * than what they saw.
 */
export async function forceExchange(
  { store, exchanger }: Pick<Ports, 'store'> & { exchanger: Exchanger },
  caller: Caller,
  name: string,
): Promise<ExchangeRow> {
  demand(caller, { action: 'credentials:write' })
  const row = await store.credentials.get(caller.workspaceId, name)
  const token = row && (await store.tokens.get(caller.workspaceId, row.id))
  if (row === undefined || token === undefined) throw notFound(name)
  if (row.status === 'paused') {
    throw new BursarError('credential.paused', { hint: `Resume it: bursar credential resume ${name}.` })
  }
  const at = { workspaceId: row.workspaceId, credentialId: row.id }
  const result = await exchanger.newerThan(at, token.version, 'forced')
  if (result.kind === 'made') return result.end.row
  const last = await store.exchanges.last(row.workspaceId, row.id)
  if (last === undefined) throw new BursarError('token.refresh_in_progress', { retryAfterSeconds: 1 })
  return last
}
