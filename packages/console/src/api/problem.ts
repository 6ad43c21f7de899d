import type { ProblemDocument } from '@bursar/domain/api/wire/problem.ts'

export type FieldProblem = ProblemDocument['errors'][number]

/** What Bursar answered when it refused: RFC 9457. */
export class ApiProblem extends Error {
  readonly status: number
  readonly code: string
  readonly hint: string | undefined
  /** Everything that is wrong, each with a JSON pointer into what was sent. */
  readonly problems: readonly FieldProblem[]
  readonly requestId: string | undefined
  /** Members beside those of the standard, such as the present state of what has changed. */
  readonly document: Readonly<Record<string, unknown>>

  constructor(document: Partial<ProblemDocument> & { status: number }) {
    super(document.detail || document.title || `Bursar answered ${document.status}.`)
    this.name = 'ApiProblem'
    this.status = document.status
    this.code = document.code ?? 'internal'
    this.hint = document.hint
    this.problems = document.errors ?? []
    this.requestId = document.request_id
    this.document = document
  }

  /** The same refusal, its problems named at other places. */
  withProblems(problems: readonly FieldProblem[]): ApiProblem {
    return new ApiProblem({ ...this.document, status: this.status, errors: [...problems] })
  }
}

/** No answer came: the network, or Bursar itself, is away. Nothing is known of what was sent. */
export class ConnectionLost extends Error {
  constructor(cause: unknown) {
    super('There is no connection to Bursar.', { cause })
    this.name = 'ConnectionLost'
  }
}

/** One sentence for a person, and what to do. */
export function explainError(error: unknown): { title: string; hint?: string } {
  if (error instanceof ConnectionLost) {
    return { title: error.message, hint: 'What you typed is still here. Try again in a moment.' }
  }
  if (error instanceof ApiProblem) {
    const first = error.problems[0]
    const hint = error.hint ?? (error.problems.length === 1 ? first?.hint : undefined)
    const title = error.problems.length === 1 && first ? first.detail : error.message
    return hint === undefined ? { title } : { title, hint }
  }
  return { title: error instanceof Error ? error.message : 'Something went wrong.' }
}
