import { runtimeFault } from '../fault.ts'
import type { Body, Expression } from '../syntax/ast.ts'
import { kindOf } from '../value/value.ts'
import { defineTag } from './tag.ts'

/**
 * `{% cache name %} … {% endcache %}`: renders its body once per name. Pebble keeps the text across renders; here it
 * ends with the render, so that no render sees what another one was given.
 */
export const cacheTag = defineTag<{ readonly name: Expression; readonly body: Body }>({
  name: 'cache',
  parse(parser) {
    const name = parser.parseExpression()
    parser.endTag()
    return { name, body: parser.parseBodyOf('endcache') }
  },
  compile({ name, body }, compiler) {
    const evaluate = compiler.expression(name)
    const exec = compiler.hiddenBody(body)
    const tag = {}
    return (render) => {
      const key = evaluate(render)
      render.at = name.at
      if (key !== null && typeof key !== 'string')
        throw runtimeFault(`The name of a cache is a ${kindOf(key)}`, 'a String')
      const texts = render.cachedBy(tag)
      let text = texts.get(key)
      if (text === undefined) {
        text = render.capture(exec)
        texts.set(key, text)
      }
      render.write(text)
    }
  },
})
