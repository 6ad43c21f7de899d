import type { Clock } from '../../operations/ports.ts'
import type { Outbound } from '../../outbound/outbound.ts'

/** What the callers of the demonstration ask for; some of it they may not have. */
const CALLS: ReadonlyArray<readonly [caller: string, credential: string]> = [
  ['web-shop', 'orders-feed'],
  ['web-shop', 'warehouse'],
  ['reporting', 'analytics'],
  ['reporting', 'mail-marketing'],
  ['sync-job', 'crm-sales'],
  ['sync-job', 'billing'],
  ['web-shop', 'orders-feed'],
  ['sync-job', 'drive-team'],
  ['reporting', 'legacy-reports'],
  ['reporting', 'crm-sales'],
]
const BETWEEN_MS = 400

/** Callers that ask the broker for tokens over HTTP, as applications do, until they are stopped. */
export function startDemoTraffic(
  url: string,
  keys: ReadonlyMap<string, string>,
  { outbound, clock }: { outbound: Outbound; clock: Pick<Clock, 'wait'> },
): { stop(): Promise<void> } {
  const stopping = new AbortController()
  async function run(): Promise<void> {
    for (let turn = 0; !stopping.signal.aborted; turn += 1) {
      const [caller, credential] = CALLS[turn % CALLS.length]!
      await outbound.send({
        method: 'GET',
        url: `${url}/v1/credentials/${credential}/token`,
        headers: [['Authorization', `Bearer ${keys.get(caller)}`]],
        body: null,
      })
      await clock.wait(BETWEEN_MS, stopping.signal)
    }
  }
  const running = run()
  return {
    async stop() {
      stopping.abort()
      await running
    },
  }
}
