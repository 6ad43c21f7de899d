import { z } from 'zod'
import { ERRORS } from '../../error.ts'
import { codeOf, titleOf } from '../../reactor/error-code.ts'
import { MEDIA_TYPE } from '../../reactor/json-api/document.ts'
import { type Dialect, NATIVE } from '../dialect.ts'

/** An error as JSON:API 1.0 has it ("Error Objects"), of a call or of what went on after it. */
export const reactorError = z.object({
  id: z.string(),
  status: z.string().optional().describe('HTTP status of the answer; absent of what went wrong later'),
  code: z.string(),
  title: z.string(),
  detail: z.string(),
  meta: z.object({
    request_id: z.string().describe('Stands in the log as well, with hyphens'),
    attempted_at: z.string().nullable().optional().describe('Of a refresh that failed'),
  }),
  source: z.object({
    pointer: z.string().optional().describe('JSON pointer (RFC 6901) into the document'),
    parameter: z.string().optional().describe('Name of a query parameter'),
  }),
})

export const reactorErrors = z.object({ errors: z.array(reactorError) })

/** JSON:API 1.0, as the door of Reactor speaks it. */
export const REACTOR: Dialect = {
  name: 'Reactor',
  mediaType: MEDIA_TYPE,
  errorMediaType: MEDIA_TYPE,
  errorSchema: reactorErrors,
  statusOf: NATIVE.statusOf,
  exampleOf: (code) => ({
    errors: [
      {
        id: 'c6b8b0a5-4a32-4a0c-9a55-0a8d9c1f2b11',
        status: String(ERRORS[code].status),
        code: codeOf(code),
        title: titleOf(codeOf(code)),
        detail: `${ERRORS[code].title}.`,
        meta: { request_id: '019aab641b027c4e8f517be1a8a1c0de' },
        source: {},
      },
    ],
  }),
  errors: ['json_api.not_acceptable', 'store.unavailable', 'internal'],
}
