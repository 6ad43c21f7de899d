import { runtimeFault } from '../fault.ts'
import { isNumber, kindOf, toDouble, type Value } from './value.ts'

/**
 * What a condition makes of a value. `strict` refuses null, as conditions and logical operators do
 * under strict variables.
 */
export function truthOf(value: Value, strict = false): boolean {
  if (typeof value === 'boolean') return value
  if (typeof value === 'string') return value.length > 0
  if (value === null) {
    if (strict) throw runtimeFault('A condition is null and variables are strict', 'a Boolean')
    return false
  }
  if (isNumber(value)) {
    const number = toDouble(value)
    return number !== 0 && !Number.isNaN(number)
  }
  throw runtimeFault(
    `A ${kindOf(value)} is neither true nor false`,
    'a Boolean, number or String (try "is empty")',
  )
}
