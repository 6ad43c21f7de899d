import type { Clock } from '../operations/ports.ts'

const IDLE_MS = 1_000
/** Between two steps that follow each other, so that whoever waits for the database has a turn. */
const BREATH_MS = 5

/** Work that stands in the database and is carried on step by step, whoever began it. */
export interface SteppedWork {
  /** Answers whether there is more to do at once. */
  step(): Promise<boolean>
}

/** Carries work on; a step that fails is told, and tried again. */
export function createStepLoop(
  work: SteppedWork,
  clock: Pick<Clock, 'wait'>,
  tell: (failure: { error: string; detail: string }) => void,
): { start(): void; stop(): Promise<void> } {
  const stopping = new AbortController()
  let loop: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const more = await work.step().catch((error: Error) => {
        tell({ error: error.name, detail: error.message })
        return false
      })
      await clock.wait(more ? BREATH_MS : IDLE_MS, stopping.signal)
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
