import { BursarError } from '@bursar/domain/error.ts'
import type { Caller, StatusReport } from './operations.ts'
import { demand } from './permission.ts'
import type { Ports } from './ports.ts'

/** How this node and its credentials are. Works while the database is away, and says so. */
export async function readStatus(
  { store, spool, clock, settings }: Pick<Ports, 'store' | 'spool' | 'clock' | 'settings'>,
  caller: Caller,
  version: string,
): Promise<StatusReport> {
  demand(caller, { action: 'credentials:read' })
  let credentials: Record<string, number> = {}
  let reachable = true
  try {
    credentials = await store.credentials.countByStatus(caller.workspaceId)
  } catch (error) {
    if (!(error instanceof BursarError) || error.code !== 'store.unavailable') throw error
    reachable = false
  }
  return {
    status: reachable && spool.size === 0 ? 'ok' : 'degraded',
    version,
    nodeId: settings.nodeId,
    engine: store.engine,
    databaseAgeSeconds: Math.max(0, clock.now() - store.lastContactAt),
    credentials,
    spooled: spool.size,
  }
}
