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
    const before = now - exchangeRetentionDays * 86_400
    const all: ReadonlyArray<() => Promise<unknown>> = [
      ...chores,
      () => envelope.reload(),
      () => emptied(() => store.exchanges.prune(before, PRUNE_AT_ONCE)),
      () => emptied(() => store.entries.prune(before, PRUNE_AT_ONCE)),
      () => store.authorizations.prune(now),
    ]
    // Each by itself: what fails keeps nothing else from being done.
    for (const chore of all) {
      await chore().catch((error) => log.warn('housekeeping_failed', { error: (error as Error).name }))
    }
  }

  /** In small portions, so that nobody waits for long behind one. */
  async function emptied(prune: () => Promise<number>): Promise<void> {
    while (!stopping.signal.aborted && (await prune()) >= PRUNE_AT_ONCE);
  }

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      await clock.wait(ROUND_MS, stopping.signal)
      await round()
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
