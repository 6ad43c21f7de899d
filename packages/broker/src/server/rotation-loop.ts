import type { KeyRotation } from '../operations/keys/rotation.ts'
import type { Clock, Log } from '../operations/ports.ts'

const IDLE_MS = 1_000
/** Between two batches, so that whoever waits for the database has a turn. */
const BREATH_MS = 5

/** Carries a rotation of keys on, step by step, whoever began it. */
export function createRotationLoop(
  rotation: Pick<KeyRotation, 'step'>,
  { clock, log }: { clock: Pick<Clock, 'wait'>; log: Log },
): { start(): void; stop(): Promise<void> } {
  const stopping = new AbortController()
  let loop: Promise<void> = Promise.resolve()

  async function run(): Promise<void> {
    while (!stopping.signal.aborted) {
      const more = await rotation.step().catch((error: Error) => {
        log.warn('key_rotation_failed', { error: error.name, detail: error.message })
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
