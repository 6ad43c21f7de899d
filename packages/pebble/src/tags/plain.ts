import type { Body } from '../syntax/ast.ts'
import { defineTag } from './tag.ts'

/** `{% flush %}`: nothing to do where the output is a text. */
export const flushTag = defineTag<undefined>({
  name: 'flush',
  parse(parser) {
    parser.endTag()
    return undefined
  },
  compile: () => undefined,
})

/** `{% parallel %} … {% endparallel %}`: renders its body as it stands. */
export const parallelTag = defineTag<Body>({
  name: 'parallel',
  parse(parser) {
    parser.endTag()
    return parser.parseBodyOf('endparallel')
  },
  compile: (body, compiler) => compiler.body(body),
})
