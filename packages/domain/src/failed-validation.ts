import { type AnswerView, templateFailed } from './answer-view.ts'
import type { Judgement } from './exchange.ts'
import { plainProviderText } from './provider-text.ts'
import { checkValidation, type Validation } from './validation.ts'

interface ValidatedRecipe {
  validations?: readonly Validation[] | undefined
}

const MAX_SHOWN = 200

/** The judgement of the first validation that an answer does not pass; undefined when it passes all. */
export function failedValidation({ validations }: ValidatedRecipe, view: AnswerView): Judgement | undefined {
  for (const [index, validation] of (validations ?? []).entries()) {
    const result = checkValidation(validation, view.response(), view.context)
    if (result.passed) continue
    if ('fault' in result) return templateFailed(`/validations/${index}/${result.member}`, result.fault)
    const [actual, expected] = [result.actual, result.expected].map((text) => showRendered(text, view))
    return {
      kind: 'unreadable',
      code: 'validation_failed',
      detail: `The validation "${validation.name}" failed: the answer says "${actual}", expected is "${expected}".`,
      hint: validation.description ?? 'Nothing of the answer was kept. Is the validation right?',
    }
  }
  return undefined
}

/** A rendered text as it may be shown: without the tokens of the answer, without secrets of ours. */
export function showRendered(text: string, view: AnswerView): string {
  const hidden = [...view.context.secrets, ...tokensOf(view)]
  if (hidden.some((secret) => secret !== '' && text.includes(secret))) return '[redacted]'
  return plainProviderText(text, MAX_SHOWN)
}

const tokensOf = (view: AnswerView): string[] =>
  (['access_token', 'refresh_token'] as const)
    .map((member) => view.tryRead(member))
    .filter((value) => typeof value === 'string')
