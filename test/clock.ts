import type { Clock } from '@bursar/broker/operations/ports.ts'

/**
 * Stands still at the time it was made, and is moved forward by a test whenever something has to have become
 * old: what is counted by the second, or tried again after one, comes out the same on a slow machine.
 */
export interface MovableClock extends Clock {
  advance(seconds: number): void
  /** Stands still again. */
  hold(): void
  /** Goes on with the real one from where it stands, for what a test waits for. */
  release(): void
}

export function movableClock(): MovableClock {
  let aheadMs = 0
  let heldAtMs: number | null = Date.now()
  const sleepers = new Set<{ untilMs: number; wake: () => void }>()
  const nowMs = () => (heldAtMs ?? Date.now()) + aheadMs
  return {
    now: () => Math.floor(nowMs() / 1000),
    unixMs: nowMs,
    monotonicMs: () => performance.now() + aheadMs,
    wait(ms, signal) {
      return new Promise((resolve) => {
        if (signal?.aborted) return resolve()
        const sleeper = { untilMs: nowMs() + ms, wake: () => wake() }
        const timer = setTimeout(wake, ms)
        function wake(): void {
          clearTimeout(timer)
          sleepers.delete(sleeper)
          signal?.removeEventListener('abort', wake)
          resolve()
        }
        sleepers.add(sleeper)
        signal?.addEventListener('abort', wake)
      })
    },
    hold() {
      heldAtMs ??= Date.now()
    },
    release() {
      if (heldAtMs !== null) aheadMs -= Date.now() - heldAtMs
      heldAtMs = null
    },
    advance(seconds) {
      aheadMs += seconds * 1000
      for (const sleeper of [...sleepers]) if (sleeper.untilMs <= nowMs()) sleeper.wake()
    },
  }
}
