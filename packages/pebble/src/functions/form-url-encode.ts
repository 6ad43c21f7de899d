import { runtimeFault } from '../fault.ts'
import { printedText } from '../value/text.ts'
import type { Value } from '../value/value.ts'
import { formEncode } from './form-encoding.ts'
import type { FunctionDefinition } from './function.ts'

/** `formUrlEncode(name, value, …)`: Adobe's addition, a form body out of names and values; null is empty. */
export const formUrlEncode: FunctionDefinition = {
  name: 'formUrlEncode',
  parameters: 'positional',
  apply: (args, render) => prepareBody(args.map(() => undefined))(args, render),
  prepare: prepareBody,
}

/** Encodes and joins the literals once; what is left are texts with one argument after each. */
function prepareBody(literals: readonly (Value | undefined)[]): FunctionDefinition['apply'] {
  if (literals.length % 2 === 1) {
    return () => {
      throw runtimeFault('formUrlEncode() got a name without a value', 'pairs of name and value')
    }
  }
  const before: string[] = []
  let text = ''
  for (const [i, literal] of literals.entries()) {
    if (i > 0) text += i % 2 === 1 ? '=' : '&'
    if (literal !== undefined) text += encoded(literal)
    else {
      before.push(text)
      text = ''
    }
  }
  const last = text
  return (args, render) => {
    let body = ''
    for (let i = 0; i < before.length; i++) body += (before[i] as string) + encoded(args[i] as Value)
    body += last
    render.chargeText(body.length)
    return body
  }
}

function encoded(value: Value): string {
  return formEncode(typeof value === 'string' ? value : printedText(value))
}
