import type { Ports } from '../operations/ports.ts'
import type { ManagedEnvelope } from '../vault/envelope.ts'

const ROUND_MS = 20_000
const PRUNE_AT_ONCE = 1_000

/** What has to be done now and then: last uses written, data keys of other nodes read, old rows removed. */
export function createHousekeeping(
  { store, clock, log }: Pick<Ports, 'store' | 'clock' | 'log'>,
  envelope: Pick<ManagedEnvelope, 'reload'>,
  chores: ReadonlyArray<() => Promise<void>>,
  exchangeRetentionDays: number,
): { start(): void; stop(): Promise<void> } {
  const stopping = new AbortController()
  let loop: Promise<void> = Promise.resolve()

  async function round(): Promise<void> {
    const now = clock.now()
    for (const chore of chores) await chore()
    await envelope.reload()
    await store.exchanges.prune(now - exchangeRetentionDays * 86_400, PRUNE_AT_ONCE)
    await store.entries.prune(now - exchangeRetentionDays * 86_400, PRUNE_AT_ONCE)
    await store.authorizations.prune(now)
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.wait(ROUND_MS, stopping.signal)
      await round().catch((error) => log.warn('housekeeping_failed', { error: (error as Error).name }))
    }
  }

  return {
    start() {
      loop = run()
    },
    async stop() {
      stopping.abort()
      await loop
    },
  }
}
