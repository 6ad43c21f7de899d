import { may } from '@bursar/domain/access.ts'
import type { AnswerOf } from '@bursar/domain/api/table.ts'

export type Explanation = AnswerOf<'explain'>
type Caller = AnswerOf<'listCallers'>['items'][number]

/** One question on the way to the decision, with its answer. */
export interface Step {
  question: string
  state: 'yes' | 'no' | 'warn' | 'open'
  answers: ReadonlyArray<{ code: string; detail: string; rule?: string | undefined }>
}

export interface Decision {
  allowed: boolean
  /** In one sentence. */
  verdict: string
  steps: Step[]
}

const about = (explanation: Explanation, prefix: string) =>
  explanation.reasons.filter(({ code }) => code.startsWith(prefix))

/**
 * What the proxy would ask one after the other, from Bursar's explanation and, where one is named, the rights
 * of a caller. The rights are judged by the same function as on the server.
 */
export function decide(
  explanation: Explanation,
  credential: string,
  caller: Caller | null,
  now: number,
): Decision {
  const url = about(explanation, 'url.')
  const method = about(explanation, 'method.')
  const rules = about(explanation, 'rule.')
  const status = about(explanation, 'credential.')
  const header = about(explanation, 'header.')
  const token = about(explanation, 'token.')
  const isStopped = url.length > 0
  const isServing = status.every(({ code }) => code === 'credential.degraded')
  const steps: Step[] = [
    ...(caller === null ? [] : callerSteps(caller, credential, now)),
    { question: 'Is the URL one that can be matched?', state: isStopped ? 'no' : 'yes', answers: url },
    {
      question: 'May this method carry a token?',
      state: isStopped ? 'open' : method.length > 0 ? 'no' : 'yes',
      answers: method,
    },
    {
      question: 'Does a destination rule cover it?',
      state: isStopped || method.length > 0 ? 'open' : explanation.rule !== undefined ? 'yes' : 'no',
      answers: rules,
    },
    {
      question: 'Has the credential a token to send?',
      state: token.length > 0 || !isServing ? 'no' : status.length === 0 ? 'yes' : 'warn',
      answers: [...status, ...token, ...header],
    },
  ]
  const first = steps.find(({ state }) => state === 'no')
  return {
    allowed: first === undefined,
    verdict:
      first === undefined ? 'The token goes with this request.' : 'The token does not go with this request.',
    steps,
  }
}

function callerSteps({ name, scopes, expires_at }: Caller, credential: string, now: number): Step[] {
  const hasEnded = expires_at !== null && Date.parse(expires_at) <= now
  const proxy = may(scopes, { action: 'proxy', credential })
  const token = may(scopes, { action: 'token', credential })
  return [
    {
      question: 'Does the key of the caller still count?',
      state: hasEnded ? 'no' : 'yes',
      answers: hasEnded ? [{ code: 'caller.ended', detail: `The key of ${name} has ended.` }] : [],
    },
    {
      question: 'May the caller use this credential?',
      state: proxy || token ? 'yes' : 'no',
      answers: [
        {
          code: proxy ? 'scope.proxy' : 'scope.no_proxy',
          detail: `${name} ${proxy ? 'may' : 'may not'} send requests through the proxy with it.`,
        },
        {
          code: token ? 'scope.token' : 'scope.no_token',
          detail: `${name} ${token ? 'may' : 'may not'} read its token.`,
        },
      ],
    },
  ]
}
