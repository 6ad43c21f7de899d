import { Failure } from './failure.ts'
import { note, printable, styled, type Terminal } from './terminal.ts'

/** Says on standard error what went wrong, each problem with its path and hint, and the request id. */
export function reportFailure(terminal: Pick<Terminal, 'stderr'>, error: unknown): number {
  const failure = error instanceof Failure ? error : unexpected(error)
  const { stderr } = terminal
  const code = failure.code === undefined ? '' : styled('dim', ` (${printable(failure.code)})`, stderr)
  note(terminal, `${styled('red', 'error:', stderr)} ${printable(failure.message)}${code}`)
  for (const { path, detail, hint, excerpt } of failure.problems) {
    note(terminal, `  ${styled('bold', path === '' ? '/' : printable(path), stderr)}  ${printable(detail)}`)
    for (const line of excerpt?.split('\n') ?? []) note(terminal, `      ${printable(line)}`)
    if (hint !== undefined) note(terminal, `      ${styled('cyan', 'hint:', stderr)} ${printable(hint)}`)
  }
  if (failure.hint !== undefined)
    note(terminal, `${styled('cyan', 'hint:', stderr)} ${printable(failure.hint)}`)
  if (failure.requestId !== undefined)
    note(terminal, styled('dim', `request id: ${printable(failure.requestId)}`, stderr))
  return failure.exitCode
}

function unexpected(error: unknown): Failure {
  return new Failure(error instanceof Error ? error.message : 'Something went wrong.')
}
