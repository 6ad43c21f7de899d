import { runtimeFault } from '../fault.ts'
import type { Render } from '../render/render.ts'
import { ListValue } from '../value/list.ts'
import { Character, isNumber, kindOf, toDouble, type Value } from '../value/value.ts'
import type { FunctionDefinition } from './function.ts'

/** `range(start, end, increment = 1)`: whole numbers or characters, both ends included. */
export const range: FunctionDefinition = {
  name: 'range',
  parameters: ['start', 'end', 'increment'],
  apply: ([start = null, end = null, increment = null], render) => rangeOf(start, end, increment, render),
}

export function rangeOf(start: Value, end: Value, increment: Value, render: Render): ListValue {
  const step = increment === null ? 1n : wholeNumber(increment)
  if (step === 0n) throw runtimeFault('The increment of a range is 0', 'another increment')
  if (isNumber(start) && isNumber(end)) {
    return new ListValue(progression(wholeNumber(start), wholeNumber(end), step, render))
  }
  if (isCharacter(start) && isCharacter(end)) {
    const codes = progression(BigInt(start.charCodeAt(0)), BigInt(end.charCodeAt(0)), step, render)
    return new ListValue(codes.map((code) => new Character(String.fromCharCode(Number(code)))))
  }
  throw runtimeFault(
    `There is no range from ${kindOf(start)} to ${kindOf(end)}`,
    'two numbers or two Strings of one character',
  )
}

function progression(start: bigint, end: bigint, step: bigint, render: Render): bigint[] {
  const distance = step > 0n ? end - start : start - end
  if (distance < 0n) return []
  const count = distance / (step > 0n ? step : -step) + 1n
  render.chargeItems(Number(count))
  return Array.from({ length: Number(count) }, (_, i) => start + BigInt(i) * step)
}

/** The number without its fraction, as a Long. */
function wholeNumber(value: Value): bigint {
  if (typeof value === 'bigint') return value
  if (!isNumber(value)) throw runtimeFault(`A range can not be made with a ${kindOf(value)}`, 'a number')
  const double = Math.trunc(toDouble(value))
  if (Number.isNaN(double)) return 0n
  const limited = Math.min(Math.max(double, -(2 ** 63)), 2 ** 63)
  return limited === 2 ** 63 ? 2n ** 63n - 1n : BigInt(limited)
}

function isCharacter(value: Value): value is string {
  return typeof value === 'string' && value.length === 1
}
