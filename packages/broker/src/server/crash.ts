import { describeFault } from '@bursar/domain/fault.ts'
import type { createLog } from './log.ts'

/**
 * What this process tells of itself when it breaks: an uncaught fault by name and place, a diagnostic report of
 * Node without the environment, where keys and passwords stand.
 */
export function watchForCrashes(log: Pick<ReturnType<typeof createLog>, 'error' | 'flush'>): void {
  process.report.excludeEnv = true
  process.on('uncaughtException', (fault) => {
    log.error('crashed', describeFault(fault))
    log.flush()
    process.exit(1)
  })
}
