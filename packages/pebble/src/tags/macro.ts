import { type Parameter, parseParameters } from '../syntax/argument-parser.ts'
import type { Body } from '../syntax/ast.ts'
import { defineTag } from './tag.ts'

interface MacroNode {
  readonly name: string
  readonly parameters: readonly Parameter[]
  readonly body: Body
}

/** `{% macro name(a, b = e) %} … {% endmacro %}`: callable from anywhere in the template. */
export const macroTag = defineTag<MacroNode>({
  name: 'macro',
  parse(parser) {
    const { text: name } = parser.tokens.expect('name', undefined, 'the name of a macro')
    const parameters = parseParameters(parser.tokens, () => parser.parseExpression())
    parser.endTag()
    return { name, parameters, body: parser.parseBodyOf('endmacro') }
  },
  compile({ name, parameters, body }, compiler, at) {
    compiler.registerMacro(name, parameters, body, at)
    return undefined
  },
})
