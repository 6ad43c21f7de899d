import { runtimeFault } from '../fault.ts'
import { isSequence } from '../value/list.ts'
import { textOf } from '../value/text.ts'
import { kindOf } from '../value/value.ts'
import { type FilterDefinition, textArgument } from './filter.ts'

export const join: FilterDefinition = {
  name: 'join',
  parameters: ['separator'],
  apply(input, [separator = null], render) {
    if (input === null) return null
    if (!isSequence(input)) throw runtimeFault(`A ${kindOf(input)} can not be joined`, 'a list')
    const texts = input.items().map(textOf)
    const between = textArgument(separator, 'separator') ?? ''
    const size = texts.reduce((sum, text) => sum + text.length + between.length, 0)
    render.chargeText(size)
    return texts.join(between)
  },
}
