import { type DestinationStream, pino } from 'pino'
import type { Log } from '../operations/ports.ts'
import { gatherLines } from './log-sink.ts'
import { textLine } from './log-text.ts'

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const

export const LOG_FORMATS = ['auto', 'json', 'text'] as const

/** Whether people read along: asked for, or standard output is a terminal. */
export const isText = (format: string) => format === 'text' || (format === 'auto' && process.stdout.isTTY)

/** Where lines of text go. It is written at once: who reads along types Ctrl+C. */
export const textDestination: DestinationStream = {
  write: (line) => void process.stdout.write(textLine(line)),
}

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
