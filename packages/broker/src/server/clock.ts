import type { Clock } from '../operations/ports.ts'

/** The machine's clock: the only file that reads it. */
export const systemClock: Clock = {
  now: () => Math.floor(Date.now() / 1000),
  unixMs: () => Date.now(),
  monotonicMs: () => performance.now(),
  wait(ms, signal) {
    return new Promise((resolve) => {
      if (signal?.aborted) return resolve()
      const timer = setTimeout(done, ms)
      function done() {
        clearTimeout(timer)
        signal?.removeEventListener('abort', done)
        resolve()
      }
      signal?.addEventListener('abort', done)
    })
  },
}
