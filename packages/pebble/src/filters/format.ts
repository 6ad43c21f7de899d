import { formatText } from '../formatter/formatter.ts'
import { textOf } from '../value/text.ts'
import type { FilterDefinition } from './filter.ts'

/** The input as a format of Java's `String.format`, filled with the arguments. */
export const format: FilterDefinition = {
  name: 'format',
  parameters: 'padded',
  apply(input, args, render) {
    if (input === null) return null
    const text = formatText(textOf(input), args, (size) => render.chargeText(size))
    render.chargeText(text.length)
    return text
  },
}
