import type { Arguments, Body, Expression, Statement } from '../syntax/ast.ts'
import { defineTag } from './tag.ts'

interface FilterCall {
  readonly name: string
  readonly args: Arguments
  readonly at: number
}

interface FilterNode {
  readonly filters: readonly FilterCall[]
  readonly body: Body
}

/** `{% filter f | g %} … {% endfilter %}`: prints what the body renders, filtered and escaped as a whole. */
export const filterTag = defineTag<FilterNode>({
  name: 'filter',
  parse(parser) {
    const filters: FilterCall[] = []
    do filters.push(parser.expressions.parseInvocation('filter'))
    while (parser.tokens.accept('operator', '|'))
    parser.endTag()
    return { filters, body: parser.parseBodyOf('endfilter') }
  },
  compile({ filters, body }, compiler, at) {
    const text: Expression = { kind: 'body', body, at }
    const expression = filters.reduce<Expression>(
      (input, filter) => ({ kind: 'filter', input, ...filter }),
      text,
    )
    const print: Statement = { kind: 'print', expression }
    return compiler.body([print])
  },
})
