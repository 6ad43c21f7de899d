import { randomUUID } from 'node:crypto'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { codeOf, INTERNAL, titleOf } from '@bursar/domain/reactor/error-code.ts'
import { MEDIA_TYPE } from '@bursar/domain/reactor/json-api/document.ts'

/** The errors of an answer in Reactor's shape (JSON:API 1.0, "Error Objects"). */
export function presentErrors(error: unknown, requestId: string): Response {
  const known = error instanceof BursarError ? error : new BursarError('internal')
  const code = codeOf(known.code)
  const shown: readonly Partial<Problem>[] =
    code === INTERNAL
      ? [{ detail: known.status < 500 || known.code !== 'internal' ? known.detail : LOOK_IN_THE_LOG }]
      : known.problems.length > 0
        ? known.problems
        : [{ detail: known.detail, ...(known.hint !== undefined && { hint: known.hint }) }]
  const errors = shown.map((problem) => {
    // Codes with a dot are the broker's own.
    const own = problem.code === undefined || problem.code.includes('.') ? code : problem.code
    return {
      id: randomUUID(),
      status: String(known.status),
      code: own,
      title: titleOf(own),
      detail: sentences(problem.detail, problem.hint),
      meta: { request_id: requestId.replaceAll('-', '') },
      source: sourceOf(problem.path),
    }
  })
  return new Response(JSON.stringify({ errors }), {
    status: known.status,
    headers: {
      'Content-Type': MEDIA_TYPE,
      ...(known.status === 401 && { 'WWW-Authenticate': 'Bearer realm="bursar"' }),
      ...(known.retryAfterSeconds !== undefined && {
        'Retry-After': String(Math.max(0, Math.ceil(known.retryAfterSeconds))),
      }),
    },
  })
}

const sentences = (...parts: Array<string | undefined>): string =>
  parts
    .filter((part) => part !== undefined && part !== '')
    .map((part, nth, { length }) => (nth === length - 1 || /[.!?:]$/.test(part!) ? part : `${part}.`))
    .join(' ')

const LOOK_IN_THE_LOG = 'The log of the server has an entry with this request id.'

/** A pointer into the document, or the query parameter; neither where it is about the call as a whole. */
function sourceOf(path: string | undefined): { pointer?: string; parameter?: string } {
  if (path === undefined || path.startsWith('/header/')) return {}
  if (path.startsWith('/query/')) return { parameter: path.slice('/query/'.length) }
  return { pointer: path }
}
