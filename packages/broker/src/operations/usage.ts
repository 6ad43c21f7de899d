import type { UsageRow } from '../store/store.ts'
import type { Caller } from './operations.ts'
import type { Ports } from './ports.ts'

/** Who used what: counted in memory, added to the store now and then, so that no read waits for a write. */
export interface UsageCounter {
  /** Hot path: two look-ups and three assignments. */
  note(caller: Caller, credentialId: string, delivery: 'token' | 'proxy', now: number): void
  flush(): Promise<void>
}

type Uses = Record<'token' | 'proxy', UsageRow | null>

export function createUsageCounter({ store }: Pick<Ports, 'store'>): UsageCounter {
  let byCredential = new Map<string, Map<string, Uses>>()

  function first(caller: Caller, credentialId: string, delivery: 'token' | 'proxy', now: number): UsageRow {
    const { workspaceId, id: callerId } = caller
    return { workspaceId, credentialId, callerId, delivery, uses: 0, firstUsedAt: now, lastUsedAt: now }
  }

  return {
    note(caller, credentialId, delivery, now) {
      let byCaller = byCredential.get(credentialId)
      if (byCaller === undefined) {
        byCaller = new Map()
        byCredential.set(credentialId, byCaller)
      }
      let uses = byCaller.get(caller.id)
      if (uses === undefined) {
        uses = { token: null, proxy: null }
        byCaller.set(caller.id, uses)
      }
      let use = uses[delivery]
      if (use === null) {
        use = first(caller, credentialId, delivery, now)
        uses[delivery] = use
      }
      use.uses += 1
      use.lastUsedAt = now
    },
    async flush() {
      const taken = byCredential
      byCredential = new Map()
      const rows = [...taken.values()]
        .flatMap((byCaller) => [...byCaller.values()])
        .flatMap(({ token, proxy }) => [token, proxy])
        .filter((use) => use !== null)
      // What could not be written is lost: a count, nothing that anything depends on.
      await store.usage.add(rows)
    },
  }
}
