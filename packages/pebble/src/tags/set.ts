import type { Expression } from '../syntax/ast.ts'
import { defineTag } from './tag.ts'

/** `{% set name = e %}` */
export const setTag = defineTag<{ readonly name: string; readonly value: Expression }>({
  name: 'set',
  parse(parser) {
    const name = parser.expressions.parseNewName()
    parser.tokens.expect('punctuation', '=')
    const value = parser.parseExpression()
    parser.endTag()
    return { name, value }
  },
  compile({ name, value }, compiler) {
    const evaluate = compiler.expression(value)
    return (render) => {
      render.charge()
      render.assign(name, evaluate(render))
    }
  },
})
