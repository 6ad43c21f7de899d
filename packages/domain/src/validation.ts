import { z } from 'zod'
import type { ExchangeContext } from './exchange-context.ts'
import type { TemplateFault } from './template/engine.ts'
import { renderText, templateText } from './template/template-text.ts'

/** One thing that has to be true of an answer before anything of it is kept. */
export const validation = z.strictObject({
  name: z.string().min(1).max(200),
  description: z.string().max(2000).optional(),
  actual: templateText.describe('What the answer says.'),
  expected: templateText.describe(
    'What it has to say: the same text, or an RE2 expression for the whole text.',
  ),
})
export type Validation = z.infer<typeof validation>

export const validations = z.array(validation).max(50)

/** What became of a validation; texts as they were rendered, so not for showing. */
export type ValidationResult =
  | { name: string; passed: boolean; actual: string; expected: string }
  | { name: string; passed: false; member: 'actual' | 'expected'; fault: TemplateFault }

/** Compares by text first: `200.00` is meant as a price more often than as an expression. */
export function checkValidation(
  { name, actual, expected }: Validation,
  response: object,
  { matches }: Pick<ExchangeContext, 'matches'>,
): ValidationResult {
  const found = renderText(actual, response)
  if ('fault' in found) return { name, passed: false, member: 'actual', fault: found.fault }
  const wanted = renderText(expected, response)
  if ('fault' in wanted) return { name, passed: false, member: 'expected', fault: wanted.fault }
  const passed = found.text === wanted.text || matches(found.text, wanted.text)
  return { name, passed, actual: found.text, expected: wanted.text }
}
