import { createHash } from 'node:crypto'
import { may } from '@bursar/domain/access.ts'
import { RIGHTS } from '@bursar/domain/reactor/rights.ts'
import type { Caller } from '../operations.ts'
import type { Ports } from '../ports.ts'
import { companyOf } from './companies.ts'

/** Who is asking, and what the key allows. */
export interface Profile {
  id: string
  name: string
  organization: { id: string; companyId: string; isAdmin: boolean }
  /** Null where the key does not end. */
  expiresInSeconds: number | null
  rights: ReadonlyArray<(typeof RIGHTS)[number]>
  scopes: readonly string[]
}

export async function getProfile(
  { store, clock }: Pick<Ports, 'store' | 'clock'>,
  caller: Caller,
): Promise<Profile> {
  const { workspaceId, id, name, scopes } = caller
  const row = await store.callers.get(workspaceId, id)
  const digest = createHash('sha256').update(`user ${id} of ${workspaceId}`).digest('hex')
  return {
    id: `UR${digest.slice(0, 32)}`,
    name,
    organization: {
      id: workspaceId,
      companyId: companyOf(workspaceId).id,
      isAdmin: may(scopes, { action: 'admin' }),
    },
    expiresInSeconds: row?.expiresAt == null ? null : Math.max(0, row.expiresAt - clock.now()),
    rights: may(scopes, { action: 'credentials:write' }) ? RIGHTS : [],
    scopes,
  }
}

/** Throws `store.unavailable` where the database can not be reached. */
export const heartbeat = ({ store }: Pick<Ports, 'store'>): Promise<void> => store.ping()
