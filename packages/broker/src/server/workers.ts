import cluster, { type Worker } from 'node:cluster'
import { once } from 'node:events'
import { BursarError } from '@bursar/domain/error.ts'
import type { Clock, Log } from '../operations/ports.ts'
import { relayMetrics } from './worker-metrics.ts'

/** What is said about a listener. */
export interface ListenerFacts {
  url: string
  planes: readonly string[]
}

/** What is said once a broker serves. */
export interface ServingFacts {
  listeners: readonly ListenerFacts[]
  /** Where the console is. */
  console: string
}

interface Ready extends ServingFacts {
  kind: 'ready'
}

/** Which worker this process is, from 1; null for the first process and for one that is alone. */
export const workerNumber = (): number | null =>
  cluster.isWorker ? Number(process.env.BURSAR_WORKER_NUMBER ?? 1) : null

/** Tells the first process that this one serves. */
export function tellReady({ listeners, console }: ServingFacts): void {
  process.send?.({ kind: 'ready', listeners, console } satisfies Ready)
}

const AGAIN_MS = 1_000

/**
 * Runs the same command in several processes that share its listeners. Each is a whole broker: leases in the
 * database keep them apart as they keep nodes apart. The first one starts alone, since it makes what is made
 * once: key ring, schema, admin key. One that ends unasked is replaced.
 */
export async function startWorkers(
  count: number,
  clock: Pick<Clock, 'wait'>,
  log: Log,
): Promise<ServingFacts & { stop(): Promise<void> }> {
  const workers = new Map<number, Worker>()
  const ending = new AbortController()

  async function start(number: number): Promise<ServingFacts> {
    const worker = cluster.fork({ BURSAR_WORKER_NUMBER: String(number) })
    workers.set(number, worker)
    const exited = once(worker, 'exit')
    const ready = new Promise<Ready>((resolve) => {
      worker.on('message', (message: Ready) => {
        if (message.kind === 'ready') resolve(message)
      })
    })
    const first = await Promise.race([ready, exited])
    if (Array.isArray(first)) {
      workers.delete(number)
      throw new BursarError('internal', {
        detail: `Worker ${number} ended before it was ready.`,
        hint: 'Its own line says why.',
      })
    }
    void exited.then(() => replace(number))
    return first
  }

  async function replace(number: number): Promise<void> {
    workers.delete(number)
    while (!ending.signal.aborted) {
      log.error('worker_ended', { worker: number })
      await clock.wait(AGAIN_MS, ending.signal)
      if (ending.signal.aborted) return
      try {
        await start(number)
        return
      } catch {
        // It says why by itself; the others go on meanwhile.
      }
    }
  }

  async function stop(): Promise<void> {
    ending.abort()
    const exits = [...workers.values()].map((worker) => {
      const exited = worker.isDead() ? Promise.resolve() : once(worker, 'exit')
      worker.process.kill('SIGTERM')
      return exited
    })
    await Promise.all(exits)
  }

  relayMetrics(clock)
  try {
    const { listeners, console } = await start(1)
    await Promise.all(Array.from({ length: count - 1 }, (_, index) => start(index + 2)))
    return { listeners, console, stop }
  } catch (error) {
    await stop()
    throw error
  }
}
