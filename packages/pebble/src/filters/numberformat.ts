import { runtimeFault } from '../fault.ts'
import { formatNumber } from '../number-format/format.ts'
import { DEFAULT_PATTERN, parseNumberPattern } from '../number-format/pattern.ts'
import { isNumber, kindOf } from '../value/value.ts'
import { type FilterDefinition, textArgument } from './filter.ts'

/** Formats a number with a pattern of Java's `DecimalFormat`. */
export const numberformat: FilterDefinition = {
  name: 'numberformat',
  parameters: ['format'],
  apply(input, [format = null], render) {
    if (input === null) return null
    if (!isNumber(input))
      throw runtimeFault(`A ${kindOf(input)} can not be formatted as a number`, 'a number')
    const pattern = textArgument(format, 'format') ?? DEFAULT_PATTERN
    render.charge(pattern.length * 8)
    return formatNumber(input, parseNumberPattern(pattern))
  },
}
