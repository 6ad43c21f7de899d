import { EXIT, exitCodeOf } from './exit-code.ts'

export interface FailureProblem {
  path: string
  code: string
  detail: string
  hint?: string
  /** Of a template: the line, and a caret under the place. */
  excerpt?: string
}

/** Why a command ends without having done its work: one sentence, where, what to do, and the exit code. */
export class Failure extends Error {
  override readonly name = 'Failure'
  readonly exitCode: number
  readonly hint: string | undefined
  readonly problems: readonly FailureProblem[]
  readonly requestId: string | undefined
  /** Error code of the API, where the server refused. */
  readonly code: string | undefined

  constructor(
    detail: string,
    fields: {
      exitCode?: number
      hint?: string | undefined
      problems?: readonly FailureProblem[]
      requestId?: string | undefined
      code?: string | undefined
    } = {},
  ) {
    super(detail)
    this.exitCode = fields.exitCode ?? (fields.code === undefined ? EXIT.failed : exitCodeOf(fields.code))
    this.hint = fields.hint
    this.problems = fields.problems ?? []
    this.requestId = fields.requestId
    this.code = fields.code
  }
}

/** The command was not given as it has to be. */
export const usageFailure = (detail: string, hint?: string): Failure =>
  new Failure(detail, { exitCode: EXIT.usage, hint })

/** Something else listens there. */
export const notBursar = (status: number, url: string): Failure =>
  new Failure(`The server answered ${status}, and not as Bursar does.`, {
    hint: `Is ${new URL(url).origin} the address of Bursar?`,
  })

const KEY_HINT = 'Put a key into BURSAR_KEY, or name the file that holds one with --key-file.'

/** What to do about a refusal of the server, where the command line knows it better than who speaks HTTP. */
export const hintFor = (code: string | undefined, hint: string | undefined): string | undefined =>
  code === 'caller.unauthenticated' ? KEY_HINT : hint
