import type { Body } from '../syntax/ast.ts'
import { defineTag } from './tag.ts'

interface AutoescapeNode {
  readonly active: boolean
  readonly strategy: string | undefined
  readonly body: Body
}

/** `{% autoescape [true|false] ['strategy'] %} … {% endautoescape %}` */
export const autoescapeTag = defineTag<AutoescapeNode>({
  name: 'autoescape',
  parse(parser) {
    const { tokens } = parser
    const active = tokens.is('name') ? tokens.next().text.toLowerCase() === 'true' : true
    const strategy = tokens.is('string') ? tokens.next().text : undefined
    parser.endTag()
    return { active, strategy, body: parser.parseBodyOf('endautoescape') }
  },
  compile({ active, strategy, body }, compiler) {
    const escaping = active ? (strategy ?? compiler.language.defaultStrategy) : undefined
    return compiler.bodyEscapedBy(escaping, body)
  },
})
