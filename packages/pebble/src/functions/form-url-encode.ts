import { runtimeFault } from '../fault.ts'
import { printedText } from '../value/text.ts'
import { formEncode } from './form-encoding.ts'
import type { FunctionDefinition } from './function.ts'

/** `formUrlEncode(name, value, …)`: Adobe's addition, a form body out of names and values; null is empty. */
export const formUrlEncode: FunctionDefinition = {
  name: 'formUrlEncode',
  parameters: 'positional',
  apply(args, render) {
    if (args.length % 2 === 1)
      throw runtimeFault('formUrlEncode() got a name without a value', 'pairs of name and value')
    let body = ''
    for (let i = 0; i < args.length; i += 2) {
      const name = formEncode(printedText(args[i] as string))
      const value = formEncode(printedText(args[i + 1] as string))
      body += body === '' && i === 0 ? `${name}=${value}` : `&${name}=${value}`
    }
    render.chargeText(body.length)
    return body
  },
}
