import { guardAttributes } from '../operators/attribute-guard.ts'
import type { Exec } from '../render/render.ts'
import type { Body, Expression } from '../syntax/ast.ts'
import { truthOf } from '../value/truth.ts'
import { defineTag } from './tag.ts'

interface Branch {
  readonly condition: Expression
  readonly body: Body
}

interface IfNode {
  readonly branches: readonly Branch[]
  readonly otherwise: Body
}

/** `{% if e %} … {% elseif e %} … {% else %} … {% endif %}` */
export const ifTag = defineTag<IfNode>({
  name: 'if',
  parse(parser) {
    const branches: Branch[] = []
    do {
      const condition = parser.parseExpression()
      parser.endTag()
      branches.push({ condition, body: parser.parseBody(['elseif', 'else', 'endif']) })
    } while (parser.tokens.accept('name', 'elseif'))
    let otherwise: Body = []
    if (parser.tokens.accept('name', 'else')) {
      parser.endTag()
      otherwise = parser.parseBody(['endif'])
    }
    parser.tokens.expect('name', 'endif')
    parser.endTag()
    return { branches, otherwise }
  },
  compile({ branches, otherwise }, compiler) {
    const strict = compiler.language.strictVariables
    const compiled = branches.map(({ condition, body }) => ({
      condition: guardAttributes(compiler.expression(condition), strict, 'condition'),
      at: condition.at,
      body: compiler.body(body),
    }))
    const last: Exec = compiler.body(otherwise)
    return (render) => {
      render.charge()
      for (const { condition, at, body } of compiled) {
        const decision = condition(render)
        render.at = at
        if (truthOf(decision, strict)) return body(render)
      }
      last(render)
    }
  },
})
