import { runtimeFault } from '../fault.ts'
import { Loop } from '../render/loop.ts'
import { LoopScope } from '../render/scope.ts'
import type { Body, Expression } from '../syntax/ast.ts'
import { isSequence, type Sequence } from '../value/list.ts'
import { MapEntry, MapValue } from '../value/map.ts'
import { kindOf, type Value } from '../value/value.ts'
import { defineTag } from './tag.ts'

interface ForNode {
  readonly variable: string
  readonly iterable: Expression
  readonly body: Body
  readonly otherwise: Body
}

/** `{% for v in e %} … {% else %} … {% endfor %}` */
export const forTag = defineTag<ForNode>({
  name: 'for',
  parse(parser) {
    const variable = parser.expressions.parseNewName()
    parser.tokens.expect('name', 'in')
    const iterable = parser.parseExpression()
    parser.endTag()
    const body = parser.parseBody(['else', 'endfor'])
    let otherwise: Body = []
    if (parser.tokens.accept('name', 'else')) {
      parser.endTag()
      otherwise = parser.parseBody(['endfor'])
    }
    parser.tokens.expect('name', 'endfor')
    parser.endTag()
    return { variable, iterable, body, otherwise }
  },
  compile({ variable, iterable, body, otherwise }, compiler) {
    const evaluate = compiler.expression(iterable)
    const turn = compiler.body(body)
    const empty = compiler.body(otherwise)
    return (render) => {
      render.charge()
      const value = evaluate(render)
      if (value === null) return
      render.at = iterable.at
      const items = itemsOf(value)
      const count = items.length
      if (count === 0) return empty(render)
      const loop = new Loop(count)
      const scope = new LoopScope(render.scope, variable, loop)
      render.enter(scope)
      for (let i = 0; i < count; i++) {
        render.turn()
        loop.index = i
        scope.set(variable, items[i] as Value)
        turn(render)
      }
      render.leave()
    }
  },
})

function itemsOf(value: Value): readonly Value[] {
  if (isSequence(value)) return (value as Sequence).items()
  if (value instanceof MapValue) return [...value.entries()].map(([key, item]) => new MapEntry(key, item))
  throw runtimeFault(`A ${kindOf(value)} can not be looped over`, 'a list or map')
}
