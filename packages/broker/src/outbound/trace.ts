import type { TraceStep } from './outbound.ts'

/** Collects the steps of one call with their time. */
export class Trace {
  readonly steps: TraceStep[] = []
  readonly #monotonicMs: () => number
  readonly #startMs: number

  constructor(monotonicMs: () => number) {
    this.#monotonicMs = monotonicMs
    this.#startMs = monotonicMs()
  }

  get elapsedMs(): number {
    return Math.round((this.#monotonicMs() - this.#startMs) * 10) / 10
  }

  add(step: TraceStep['step'], detail: string): void {
    this.steps.push({ atMs: this.elapsedMs, step, detail })
  }
}
