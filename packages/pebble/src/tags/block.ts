import type { Body } from '../syntax/ast.ts'
import { matches } from '../syntax/token-stream.ts'
import { defineTag } from './tag.ts'

/** `{% block name %} … {% endblock [name] %}`: rendered in place, and wherever `block(name)` asks for it. */
export const blockTag = defineTag<{ readonly name: string; readonly body: Body }>({
  name: 'block',
  parse(parser) {
    const { tokens } = parser
    if (!tokens.is('name') && !tokens.is('string')) throw tokens.unexpected('the name of a block')
    const name = tokens.next().text
    parser.endTag()
    const body = parser.parseBody(['endblock'])
    tokens.next()
    if (matches(tokens.current, 'name', name) || matches(tokens.current, 'string', name)) tokens.next()
    parser.endTag()
    return { name, body }
  },
  compile({ name, body }, compiler, at) {
    compiler.registerBlock(name, body)
    const { blocks } = compiler
    return (render) => {
      render.at = at
      const block = blocks.get(name)
      if (!block) return
      render.beginCall()
      block(render)
      render.endCall()
    }
  },
})
