import { JavaDouble } from '@bursar/pebble'
import type { AnswerBody } from '../answer-body.ts'
import type { Answer } from '../exchange.ts'
import type { ExchangeContext } from '../exchange-context.ts'

/** What the templates of a request see. */
export const requestContext = ({ authData, userContext }: ExchangeContext): object => ({
  authData,
  userContext,
})

/** What the templates that read an answer see: header names in lower case, each with a list of values. */
export function responseContext(answer: Answer, body: AnswerBody, context: ExchangeContext): object {
  const headers = Object.entries(answer.headers).map(([name, value]) => [name, [value]])
  return {
    authData: context.authData,
    userContext: context.userContext,
    response: {
      status: answer.status,
      headers: Object.fromEntries(headers),
      body: body.kind === 'fields' ? exactBody(answer, body) : answer.body,
    },
  }
}

/** JSON numbers as they were written: 1.0 stays 1.0, and an id of twenty digits keeps them all. */
function exactBody(answer: Answer, { value, encoding }: AnswerBody & { kind: 'fields' }): unknown {
  if (encoding !== 'json' || !/\d/.test(answer.body)) return value
  const parse = JSON.parse as (text: string, reviver: ExactReviver) => unknown
  return parse(answer.body.replace(/^\uFEFF/, ''), exactNumber)
}

type ExactReviver = (name: string, value: unknown, written?: { source?: string }) => unknown

const exactNumber: ExactReviver = (_name, value, written) => {
  const source = written?.source
  if (typeof value !== 'number' || source === undefined) return value
  if (!/^-?\d+$/.test(source)) return new JavaDouble(value)
  return Number.isSafeInteger(value) ? value : BigInt(source)
}
