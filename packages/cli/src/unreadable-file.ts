import { type Failure, usageFailure } from './failure.ts'

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  EACCES: 'this user may not',
  EISDIR: 'it is a folder',
}

/** A file that was named can not be read; `what` begins the sentence. */
export function unreadableFile(what: string, error: unknown): Failure {
  const { code = 'unknown' } = error as NodeJS.ErrnoException
  return usageFailure(`${what} can not be read: ${REASONS[code] ?? code}.`)
}
