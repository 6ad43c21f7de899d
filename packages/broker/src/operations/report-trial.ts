import { type AnswerReport, reportAnswer } from '@bursar/domain/answer-report.ts'
import type { AnyRecipe } from '@bursar/domain/every-recipe.ts'
import type { Judgement } from '@bursar/domain/exchange.ts'
import type { ExchangeContext } from '@bursar/domain/exchange-context.ts'
import { hintsOf, tokenHints } from '@bursar/domain/trial-hints.ts'
import type { SendResult } from '../outbound/outbound.ts'
import { redactText } from '../outbound/redact.ts'
import type { AttemptEnd } from './attempt-end.ts'
import type { PreparedRequest } from './request.ts'

/** One exchange of which nothing is kept. */
export interface Trial {
  event: AttemptEnd
  prepared: PreparedRequest | null
  sent: SendResult | null
  /** What templates saw; null where nothing was planned. */
  context: ExchangeContext | null
}

/** Every mapping and validation with what it made of the answer, and what that suggests. */
export function reportTrial(
  recipe: AnyRecipe,
  { event, prepared, sent, context }: Trial,
): { report: AnswerReport | null; hints: string[] } {
  if (prepared === null || context === null) return { report: null, hints: [] }
  const answer = sent?.kind === 'answer' ? sent.answer : null
  const { authData } = context
  const hints = hintsOf({ recipe, request: prepared.wire, answer, judgement: event, authData })
  if (event.kind === 'token') hints.push(...tokenHints(recipe, event as Judgement))
  return { report: answer === null ? null : reportAnswer(answer, recipe, context), hints }
}

/** The provider may have echoed what it was sent. */
export function redactReport({ response, validations }: AnswerReport, secrets: readonly string[]) {
  const clean = <R extends object>(one: R): R =>
    Object.fromEntries(
      Object.entries(one).map(([name, value]) => [
        name,
        typeof value === 'string' && name !== 'from' && name !== 'name' ? redactText(value, secrets) : value,
      ]),
    ) as R
  return { response_fields: response.map(clean), validations: validations.map(clean) }
}
