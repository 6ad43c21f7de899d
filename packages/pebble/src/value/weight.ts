import { limitFault } from '../fault.ts'
import { PebbleValue, type Value } from './value.ts'

/**
 * Elements of a list or map with all that is nested in them. A list may stand in another one twice, and that one
 * twice in a third: what is small in memory can be without end when it is printed or compared. So each collection
 * knows its weight, and none gets too heavy.
 */
export abstract class Collection extends PebbleValue {
  abstract readonly weight: number
}

const MAX_WEIGHT = 1_000_000

export function weightOf(value: Value): number {
  return value instanceof Collection ? value.weight : 1
}

/** The weight of a collection of these values. */
export function totalWeight(values: Iterable<Value>): number {
  let weight = 1
  for (const value of values) weight += weightOf(value)
  if (weight > MAX_WEIGHT) throw limitFault('items', MAX_WEIGHT, 'What is nested in a collection')
  return weight
}
