import { startBroker } from '../broker.ts'
import { load } from '../load.ts'
import { freePort, missingNginx } from '../nginx.ts'
import { median, type Row } from '../row.ts'
import { bound } from './many.ts'
import { allowDestination, startDestination } from './proxy.ts'

const PER_SECOND = 200

/** What the proxy adds to a direct call at 200 requests/s, as the difference within one run. */
export const latencyRow: Row = {
  name: 'latency',
  missing: missingNginx,
  async run({ rounds, seconds, say }) {
    const port = await freePort()
    const destination = await startDestination(port)
    const broker = await startBroker()
    try {
      const key = await allowDestination(broker, port)
      const direct = { method: 'GET', port, path: '/1kB', headers: {} } as const
      const proxied = {
        method: 'GET',
        port: broker.port,
        path: `/proxy/crm/http://127.0.0.1:${port}/1kB`,
        headers: { 'Bursar-Key': key },
      } as const
      const options = { seconds: Math.max(3, seconds), ratePerSecond: PER_SECOND, connections: 16 }
      await load(proxied, options)
      const added: Array<{ p50: number; p99: number }> = []
      for (let round = 1; round <= rounds; round += 1) {
        const a = await load(direct, options)
        const b = await load(proxied, options)
        added.push({ p50: b.p50Ms - a.p50Ms, p99: b.p99Ms - a.p99Ms })
        say(
          `latency ${round}/${rounds}: p50 ${b.p50Ms.toFixed(2)} beside ${a.p50Ms.toFixed(2)} ms, ` +
            `p99 ${b.p99Ms.toFixed(2)} beside ${a.p99Ms.toFixed(2)} ms`,
        )
      }
      const beside = `direct call, ${PER_SECOND} requests/s`
      const figure = (name: string, what: string, limit: number, values: number[]) => ({
        ...bound(name, what, 'ms', limit, values),
        beside: `${beside}: at most ${limit} ms more`,
        value: median(values),
      })
      return [
        figure(
          'latency-p50',
          'added by the proxy, p50',
          1,
          added.map(({ p50 }) => p50),
        ),
        figure(
          'latency-p99',
          'added by the proxy, p99',
          5,
          added.map(({ p99 }) => p99),
        ),
      ]
    } finally {
      await Promise.all([broker.stop(), destination.stop()])
    }
  },
}
