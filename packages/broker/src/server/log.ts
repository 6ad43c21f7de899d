import { type DestinationStream, pino } from 'pino'
import type { Log } from '../operations/ports.ts'
import { gatherLines } from './log-sink.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

/**
 * One JSON line an event. Secrets are `[secret]` by type; errors are named, never dumped. Warnings and errors
 * are written before the call returns, and all lines before them; others within some milliseconds.
 */
export function createLog(level: string, destination?: DestinationStream): Log & { flush(): void } {
  const options = {
    level,
    base: null,
    messageKey: 'event',
    timestamp: pino.stdTimeFunctions.isoTime,
    formatters: { level: (label: string) => ({ level: label }) },
  }
  const sink = destination === undefined ? gatherLines(writeOut()) : null
  const logger = pino(options, destination ?? sink!)
  return {
    debug: (event, fields) => logger.debug(fields ?? {}, event),
    info: (event, fields) => logger.info(fields ?? {}, event),
    warn(event, fields) {
      logger.warn(fields ?? {}, event)
      sink?.flush()
    },
    error(event, fields) {
      logger.error(fields ?? {}, event)
      sink?.flush()
    },
    flush: () => sink?.flush(),
  }
}

/** To standard output, past its stream, which would keep what a pipe does not take at once. */
function writeOut(): (lines: string) => void {
  const output = pino.destination({ fd: 1, sync: true })
  return (lines) => void output.write(lines)
}
