import { parseAnswerBody } from './answer-body.ts'
import { type AnswerView, viewAnswer } from './answer-view.ts'
import type { Answer } from './exchange.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { showRendered } from './failed-validation.ts'
import { fieldsOf } from './field.ts'
import { answeredFields, type MappedRecipe, mappingOf, type OutputMember } from './output-mapping.ts'
import { type MappedValue, readMapped } from './response-mapping.ts'
import { describeFault } from './template/engine.ts'
import { checkValidation, type Validation } from './validation.ts'

/** What one mapping made of an answer, fit to be shown. */
export interface MappedReport {
  name: string
  /** The path or the template; undefined for a constant. */
  from?: string
  /** Undefined where the answer has nothing. */
  value?: string
  error?: string
}

/** What one validation made of an answer, fit to be shown. */
export interface ValidationReport {
  name: string
  passed: boolean
  actual?: string
  expected?: string
  error?: string
}

export interface AnswerReport {
  response: MappedReport[]
  validations: ValidationReport[]
}

const SECRET_MEMBERS = new Set(['access_token', 'refresh_token', 'id_token'])
const MEMBERS = [
  'access_token',
  'refresh_token',
  'expires_in',
  'token_type',
  'scope',
  'error',
] as const satisfies readonly OutputMember[]

/** Every mapping and validation of a recipe with what it makes of an answer: for a trial, not for an exchange. */
export function reportAnswer(
  answer: Answer,
  recipe: MappedRecipe & { validations?: readonly Validation[] | undefined },
  context: ExchangeContext,
): AnswerReport {
  const body = parseAnswerBody(answer.body)
  const view = viewAnswer(answer, body, recipe, context)
  const value = body.kind === 'fields' ? body.value : undefined
  const secretFields = new Set(
    fieldsOf(recipe)
      .filter(({ secret }) => secret)
      .map(({ name }) => name),
  )
  const mappings: Array<readonly [name: string, mapping: MappedValue, hidden: boolean]> = [
    ...MEMBERS.map(
      (member) => [member, mappingOf(recipe, member, context), SECRET_MEMBERS.has(member)] as const,
    ),
    ...Object.entries(recipe.response?.outputs ?? {}).map(([name, from]) => [name, from, true] as const),
    ...answeredFields(recipe).map(([name, from]) => [name, from, secretFields.has(name)] as const),
  ]
  return {
    response: mappings.map(([name, mapping, hidden]) => reportMapping(name, mapping, hidden, value, view)),
    validations: (recipe.validations ?? []).map((validation) => reportValidation(validation, view)),
  }
}

function reportMapping(
  name: string,
  mapping: MappedValue,
  hidden: boolean,
  body: unknown,
  view: AnswerView,
): MappedReport {
  const from = typeof mapping === 'string' ? mapping : 'template' in mapping ? mapping.template : undefined
  const told = { name, ...(from !== undefined && { from }) }
  const found = readMapped(mapping, body, view.response())
  if ('fault' in found) return { ...told, error: describeFault(found.fault) }
  if (found.value === undefined || found.value === null || found.value === '') return told
  const text = typeof found.value === 'object' ? JSON.stringify(found.value) : String(found.value)
  return { ...told, value: hidden ? `[redacted, ${text.length} characters]` : showRendered(text, view) }
}

function reportValidation(validation: Validation, view: AnswerView): ValidationReport {
  const result = checkValidation(validation, view.response(), view.context)
  const { name, passed } = result
  if ('fault' in result) return { name, passed, error: `${result.member}: ${describeFault(result.fault)}` }
  return {
    name,
    passed,
    actual: showRendered(result.actual, view),
    expected: showRendered(result.expected, view),
  }
}
