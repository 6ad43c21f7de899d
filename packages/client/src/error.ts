import type { ProblemDocument } from '@bursar/domain/api/wire/problem.ts'

/** Codes of Bursar, `client.no_answer` where nobody answered, `client.not_bursar` where somebody else did. */
export type BursarErrorCode = ProblemDocument['code'] | 'client.no_answer' | 'client.not_bursar'

interface Said {
  detail: string
  status?: number
  hint?: string | undefined
  errors?: ProblemDocument['errors']
  requestId?: string | undefined
  retryAfterSeconds?: number | undefined
  cause?: unknown
}

/** What Bursar refused, as problem details (RFC 9457) said it. */
export class BursarError extends Error {
  override readonly name = 'BursarError'
  readonly code: BursarErrorCode
  /** 0 where there was no answer. */
  readonly status: number
  readonly hint: string | undefined
  /** Everything that is wrong with what was sent, with JSON pointers. */
  readonly errors: ProblemDocument['errors']
  readonly requestId: string | undefined
  readonly retryAfterSeconds: number | undefined

  constructor(code: BursarErrorCode, said: Said) {
    super(said.detail, said.cause === undefined ? undefined : { cause: said.cause })
    this.code = code
    this.status = said.status ?? 0
    this.hint = said.hint
    this.errors = said.errors ?? []
    this.requestId = said.requestId
    this.retryAfterSeconds = said.retryAfterSeconds
  }
}

/** Reads an answer that is no success. */
export async function readError(response: Response): Promise<BursarError> {
  const { status, headers } = response
  const type = headers.get('content-type') ?? ''
  const problem = type.startsWith('application/problem+json')
    ? ((await response.json().catch(() => null)) as ProblemDocument | null)
    : null
  if (problem === null) {
    await response.body?.cancel()
    const detail = `The server answered ${status}, and not as Bursar does.`
    return new BursarError('client.not_bursar', { detail, status })
  }
  const after = headers.get('retry-after')
  return new BursarError(problem.code, {
    detail: problem.detail,
    status,
    hint: problem.hint,
    errors: problem.errors,
    requestId: problem.request_id,
    ...(after !== null && /^\d+$/.test(after) && { retryAfterSeconds: Number(after) }),
  })
}
