/**
 * A fault of ours as a log may have it: name, code and place. The message stays out, for what parsers and
 * drivers write into theirs may be a secret; so do `cause` and whatever else hangs on it.
 */
export function describeFault(fault: unknown): Record<string, unknown> {
  if (!(fault instanceof Error)) return { error: typeof fault }
  const code: unknown = 'code' in fault ? fault.code : undefined
  return {
    error: isWord(fault.name) ? fault.name : 'Error',
    ...(isWord(code) && { error_code: code }),
    stack: framesOf(fault),
  }
}

const isWord = (value: unknown): value is string => typeof value === 'string' && /^\w{1,64}$/.test(value)

const FRAME = /^\s+at .*:\d+:\d+\)?$/

/** The frames stand at the end, behind a message that may have lines of its own. */
function framesOf({ stack, message }: Error): string[] {
  const lines = (typeof stack === 'string' ? stack : '').replace(message, '').split('\n')
  const frames = lines.slice(lines.findLastIndex((line) => !FRAME.test(line) && !/^\s+at /.test(line)) + 1)
  return frames.filter((line) => FRAME.test(line)).map((line) => line.trim())
}
