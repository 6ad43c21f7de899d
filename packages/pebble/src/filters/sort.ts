import { runtimeFault } from '../fault.ts'
import { BigDecimal } from '../value/big-decimal.ts'
import { isSequence, ListValue } from '../value/list.ts'
import { BigInteger, Character, JavaDouble, kindOf, type Value } from '../value/value.ts'
import type { FilterDefinition } from './filter.ts'

/** Sorts a list in place, so that every variable that holds it sees the new order. An array becomes a list. */
export const sort: FilterDefinition = {
  name: 'sort',
  parameters: 'ignored',
  apply(input, _args, render) {
    if (input === null) return null
    if (!isSequence(input)) throw runtimeFault(`A ${kindOf(input)} can not be sorted`, 'a list')
    render.chargeItems(input.size)
    input.reorder(sorted(input.items(), compare))
    return input instanceof ListValue ? input : new ListValue([...input.items()])
  },
}

/** Sorts a list in place, the largest element first. */
export const rsort: FilterDefinition = {
  name: 'rsort',
  parameters: 'ignored',
  apply(input, _args, render) {
    if (input === null) return null
    if (!(input instanceof ListValue)) throw runtimeFault(`A ${kindOf(input)} can not be sorted`, 'a list')
    render.chargeItems(input.size)
    input.reorder(sorted(input.items(), (a, b) => compare(b, a)))
    return input
  },
}

/** Reverses a list in place. */
export const reverse: FilterDefinition = {
  name: 'reverse',
  parameters: 'ignored',
  apply(input, _args, render) {
    if (input === null) return null
    if (!(input instanceof ListValue)) throw runtimeFault(`A ${kindOf(input)} can not be reversed`, 'a list')
    render.chargeItems(input.size)
    input.reorder([...input.items()].reverse())
    return input
  },
}

function sorted(items: readonly Value[], order: (a: Value, b: Value) => number): Value[] {
  return [...items].sort(order)
}

/** Java's natural order, which only values of one type have. */
function compare(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return a < b ? -1 : Number(a > b)
  if (typeof a === 'number' && typeof b === 'number') return a - b
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : Number(a > b)
  if (typeof a === 'boolean' && typeof b === 'boolean') return Number(a) - Number(b)
  if (a instanceof JavaDouble && b instanceof JavaDouble) return compareDoubles(a.value, b.value)
  if (a instanceof Character && b instanceof Character) return a.text < b.text ? -1 : Number(a.text > b.text)
  if (a instanceof BigInteger && b instanceof BigInteger)
    return a.value < b.value ? -1 : Number(a.value > b.value)
  if (a instanceof BigDecimal && b instanceof BigDecimal) return Number(a.minus(b).unscaled)
  throw runtimeFault(`A ${kindOf(a)} and a ${kindOf(b)} have no order`, 'elements of one type')
}

/** `Double.compare`: -0.0 before 0.0, NaN last. */
function compareDoubles(a: number, b: number): number {
  if (a < b) return -1
  if (a > b) return 1
  const rank = (value: number) => (Number.isNaN(value) ? 2 : Object.is(value, -0) ? 0 : 1)
  return rank(a) - rank(b)
}
