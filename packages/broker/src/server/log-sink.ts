import type { DestinationStream } from 'pino'

/** How long a line may wait for others. */
const GATHER_MS = 20
const GATHER_LENGTH = 16_000

export interface LogSink extends DestinationStream {
  /** Writes what waits. */
  flush(): void
}

/**
 * Lines gathered for a moment, since each write is a system call: where thousands of exchanges are made, one for
 * each of them. Who may not lose a line flushes behind it; what waits is written when the process exits.
 */
export function gatherLines(write: (lines: string) => void): LogSink {
  let waiting = ''
  let timer: NodeJS.Timeout | null = null

  function flush(): void {
    if (timer !== null) clearTimeout(timer)
    timer = null
    if (waiting === '') return
    const lines = waiting
    waiting = ''
    write(lines)
  }

  process.once('exit', flush)
  return {
    write(line) {
      waiting += line
      if (waiting.length >= GATHER_LENGTH) flush()
      else timer ??= setTimeout(flush, GATHER_MS).unref()
    },
    flush,
  }
}
