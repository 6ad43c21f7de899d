import { may } from '@bursar/domain/access.ts'
import type { UsageRow } from '../../store/store.ts'
import { notFound } from '../credential-view.ts'
import type { Caller } from '../operations.ts'
import { demand } from '../permission.ts'
import type { Ports } from '../ports.ts'
import type { UsageCounter } from '../usage.ts'

export interface CredentialUsage {
  name: string
  lastUsedAt: number | null
  uses: ReadonlyArray<Omit<UsageRow, 'workspaceId' | 'credentialId' | 'callerId'> & { caller: CallerName }>
  /** Callers whose scopes name it, by name or pattern, and what they may do with it. */
  allowed: ReadonlyArray<CallerName & { token: boolean; proxy: boolean; scopes: readonly string[] }>
  /** What doors keep that names it and would stop working without it. */
  references: ReadonlyArray<{ door: string; kind: string; id: string; name: string | null }>
}

/** The name is null for a caller that was deleted. */
interface CallerName {
  id: string
  name: string | null
}

/** Who used a credential, who could, and what names it: to be looked at before it is deleted. */
export async function getCredentialUsage(
  { store, usage }: Pick<Ports, 'store'> & { usage: Pick<UsageCounter, 'flush'> },
  caller: Caller,
  name: string,
): Promise<CredentialUsage> {
  demand(caller, { action: 'credentials:read' })
  const { workspaceId } = caller
  const row = await store.credentials.get(workspaceId, name)
  if (row === undefined) throw notFound(name)
  await usage.flush()
  const [rows, callers, references] = await Promise.all([
    store.usage.list(workspaceId, row.id),
    store.callers.list(workspaceId),
    store.documents.naming(workspaceId, { id: row.id, name }),
  ])
  const names = new Map(callers.map(({ id, name: callerName }) => [id, callerName]))
  return {
    name,
    lastUsedAt: rows[0]?.lastUsedAt ?? null,
    uses: rows.map(({ callerId, delivery, uses, firstUsedAt, lastUsedAt }) => ({
      caller: { id: callerId, name: names.get(callerId) ?? null },
      delivery,
      uses,
      firstUsedAt,
      lastUsedAt,
    })),
    allowed: callers
      .map(({ id, name: callerName, scopes }) => ({
        id,
        name: callerName,
        token: may(scopes, { action: 'token', credential: name }),
        proxy: may(scopes, { action: 'proxy', credential: name }),
        scopes,
      }))
      .filter(({ token, proxy }) => token || proxy),
    references,
  }
}
