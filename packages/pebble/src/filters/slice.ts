import { runtimeFault } from '../fault.ts'
import { ArrayValue, ListValue } from '../value/list.ts'
import { isNumber, kindOf, toDouble, type Value } from '../value/value.ts'
import type { FilterDefinition } from './filter.ts'

/** The part from `fromIndex` up to before `toIndex`. Of a list it is a view: sorting it sorts the list. */
export const slice: FilterDefinition = {
  name: 'slice',
  parameters: ['fromIndex', 'toIndex'],
  apply(input, [fromIndex = null, toIndex = null], render) {
    if (input === null) return null
    const from = index(fromIndex, 0)
    if (from < 0) throw runtimeFault('The start of a slice is negative', 'an index of 0 or more')
    const size = sizeOf(input)
    const to = index(toIndex, size)
    if (to > size) throw runtimeFault(`The end of a slice is ${to}`, `at most the size, ${size}`)
    if (from > size || (toIndex !== null && from >= to)) {
      throw runtimeFault(`A slice can not go from ${from} to ${to}`, 'a start before the end')
    }
    if (typeof input === 'string') return input.slice(from, to)
    render.chargeItems(to - from)
    if (input instanceof ListValue) return input.view(from, to)
    return new ArrayValue((input as ArrayValue).items().slice(from, to))
  },
}

function sizeOf(input: Value): number {
  if (typeof input === 'string') return input.length
  if (input instanceof ListValue || input instanceof ArrayValue) return input.size
  throw runtimeFault(`A ${kindOf(input)} has no slices`, 'a list or String')
}

function index(value: Value, fallback: number): number {
  if (value === null) return fallback
  if (!isNumber(value)) throw runtimeFault(`An index is a ${kindOf(value)}`, 'a number')
  return Math.trunc(toDouble(value))
}
