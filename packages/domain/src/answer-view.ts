import type { AnswerBody } from './answer-body.ts'
import type { Answer, Judgement } from './exchange.ts'
import type { ExchangeContext } from './exchange-context.ts'
import { type MappedRecipe, mappingOf, type OutputMember } from './output-mapping.ts'
import { type MappedValue, readMapped, showMapping } from './response-mapping.ts'
import { describeFault, type TemplateFault } from './template/engine.ts'
import { responseContext } from './template/response-context.ts'

/** An answer as the mapping of a recipe sees it. */
export interface AnswerView {
  recipe: MappedRecipe
  context: ExchangeContext
  /** What templates see; made when the first one asks. */
  response(): object
  /** An output; throws {@link MappingFault} when its template fails. */
  read(member: OutputMember): unknown
  /** The same, undefined in place of a failure. */
  tryRead(member: OutputMember): unknown
  readMapping(mapping: MappedValue, path: string): unknown
  /** True when a template or a constant makes the output, so that no member has to be there. */
  isMade(member: OutputMember): boolean
  /** Where an output is looked for, in words. */
  sourceOf(member: OutputMember): string
}

/** A template of the mapping failed: the answer stays unread, and is no less an answer for it. */
export class MappingFault extends Error {
  readonly judgement: Judgement & { kind: 'unreadable' }

  constructor(path: string, fault: TemplateFault) {
    super('A template of the response mapping failed.')
    this.judgement = templateFailed(path, fault)
  }
}

export function templateFailed(path: string, fault: TemplateFault): Judgement & { kind: 'unreadable' } {
  const { line, column, excerpt } = fault
  return {
    kind: 'unreadable',
    code: 'template_failed',
    detail: `The template at ${path} of the recipe failed: ${describeFault(fault)}`,
    hint: 'Try it with POST /v1/templates/render, then correct the recipe.',
    place: { line, column, excerpt },
  }
}

export function viewAnswer(
  answer: Answer,
  body: AnswerBody,
  recipe: MappedRecipe,
  context: ExchangeContext,
): AnswerView {
  const value = body.kind === 'fields' ? body.value : undefined
  let seen: object | undefined
  const response = () => (seen ??= responseContext(answer, body, context))
  const mapping = (member: OutputMember) => mappingOf(recipe, member, context)
  const find = (from: MappedValue) => readMapped(from, value, typeof from === 'string' ? {} : response())
  const readMapping = (from: MappedValue, path: string) => {
    const found = find(from)
    if ('fault' in found) throw new MappingFault(path, found.fault)
    return found.value
  }
  return {
    recipe,
    context,
    response,
    readMapping,
    read: (member) => readMapping(mapping(member), `/response/${member}`),
    tryRead(member) {
      const found = find(mapping(member))
      return 'fault' in found ? undefined : found.value
    },
    isMade: (member) => typeof mapping(member) !== 'string',
    sourceOf: (member) => showMapping(mapping(member)),
  }
}
