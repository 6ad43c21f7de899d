import { AggregatorRegistry, Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { Metrics } from '../operations/ports.ts'
import type { Collected } from './worker-metrics.ts'

export interface MetricsRegistry extends Metrics {
  /** The text of `/metrics` and its media type; with what others on this port have counted. */
  expose(others: readonly Collected[]): Promise<{ text: string; contentType: string }>
  /** What this process has counted. */
  collect(): Promise<Collected>
  /** Values that are read when somebody looks. */
  watch(name: string, help: string, read: () => number): void
  watchByStatus(read: () => Promise<Record<string, number>>): void
}

/**
 * Labels are from closed sets: never a credential's name, a URL or a value from outside. Of several processes on
 * one port each has a label of its own, since any of them may answer for all.
 */
export function createMetrics(worker: number | null): MetricsRegistry {
  const registry = new Registry()
  if (worker !== null) registry.setDefaultLabels({ worker: String(worker) })
  collectDefaultMetrics({ register: registry })
  const registers = [registry]
  const exchanges = new Counter({
    name: 'bursar_exchanges_total',
    help: 'Exchanges by how they ended and what began them.',
    labelNames: ['kind', 'trigger'],
    registers,
  })
  const exchangeSeconds = new Histogram({
    name: 'bursar_exchange_duration_seconds',
    help: 'Time from the claim to the judged answer.',
    labelNames: ['kind'],
    buckets: [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20],
    registers,
  })
  const served = new Counter({
    name: 'bursar_tokens_served_total',
    help: 'Tokens handed out, by delivery and outcome.',
    labelNames: ['delivery', 'outcome'],
    registers,
  })
  const lag = new Histogram({
    name: 'bursar_refresh_lag_seconds',
    help: 'How late a due refresh was begun.',
    buckets: [0, 1, 2, 5, 10, 30, 60, 300],
    registers,
  })
  // Looked up once: label objects on a hot path cost more than the count.
  const children = new Map<string, { inc(): void }>()
  const exchangeChildren = new Map<string, { inc(): void }>()
  const secondsChildren = new Map<string, { observe(seconds: number): void }>()

  return {
    exchange(kind, trigger, durationMs) {
      remembered(exchangeChildren, `${kind} ${trigger}`, () => exchanges.labels(kind, trigger)).inc()
      remembered(secondsChildren, kind, () => exchangeSeconds.labels(kind)).observe(durationMs / 1000)
    },
    tokenServed(delivery, outcome) {
      remembered(children, `${delivery} ${outcome}`, () => served.labels(delivery, outcome)).inc()
    },
    refreshLag: (seconds) => lag.observe(seconds),
    async expose(others) {
      const all =
        others.length === 0
          ? registry
          : AggregatorRegistry.aggregate([
              await registry.getMetricsAsJSON(),
              ...others.map((each) => [...each]),
            ])
      return { text: await all.metrics(), contentType: registry.contentType }
    },
    collect: () => registry.getMetricsAsJSON(),
    watch(name, help, read) {
      new Gauge({
        name,
        help,
        registers,
        collect() {
          this.set(read())
        },
      })
    },
    watchByStatus(read) {
      new Gauge({
        name: 'bursar_credentials',
        help: 'Credentials by status.',
        labelNames: ['status'],
        registers,
        async collect() {
          this.reset()
          const counts = await read().catch(() => ({}))
          for (const [status, count] of Object.entries(counts)) this.set({ status }, count)
        },
      })
    },
  }
}

function remembered<T>(known: Map<string, T>, key: string, make: () => T): T {
  let found = known.get(key)
  if (found === undefined) {
    found = make()
    known.set(key, found)
  }
  return found
}
