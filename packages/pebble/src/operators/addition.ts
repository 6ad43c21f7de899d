import { runtimeFault } from '../fault.ts'
import type { Render } from '../render/render.ts'
import { ADDITION, calculate, SUBTRACTION } from '../value/arithmetic.ts'
import { equalValues } from '../value/equality.ts'
import { isSequence, ListValue } from '../value/list.ts'
import { textOf } from '../value/text.ts'
import { SafeString, type Value } from '../value/value.ts'

/** `a + b`: joins texts, appends to a list, or adds numbers. */
export function add(a: Value, b: Value, render: Render): Value {
  if (isText(a) || isText(b)) {
    const text = textOf(a) + textOf(b)
    render.chargeText(text.length)
    return text
  }
  if (a instanceof ListValue) {
    const added = b instanceof ListValue ? b.items() : [b]
    render.chargeItems(a.size + added.length)
    return new ListValue([...a.items(), ...added])
  }
  if (isSequence(b)) throw runtimeFault('A list can not be added to this value', 'a list on the left')
  return calculate(ADDITION, a, b)
}

/** `a - b`: removes from a list or subtracts numbers. */
export function subtract(a: Value, b: Value, render: Render): Value {
  if (!(a instanceof ListValue)) return calculate(SUBTRACTION, a, b)
  if (b instanceof ListValue) {
    render.charge(a.weight * b.size * 4)
    return new ListValue(a.items().filter((item) => !b.items().some((removed) => equalValues(item, removed))))
  }
  render.chargeItems(a.weight)
  const kept = [...a.items()]
  const found = kept.findIndex((item) => equalValues(item, b))
  if (found >= 0) kept.splice(found, 1)
  return new ListValue(kept)
}

function isText(value: Value): boolean {
  return typeof value === 'string' || value instanceof SafeString
}
