import { isSequence } from './list.ts'
import { MapEntry, MapValue } from './map.ts'
import { textOf } from './text.ts'
import { BigInteger, isNumber, toDouble, type Value } from './value.ts'

/**
 * The value as plain data for code of the host: whole numbers beyond 2^53 as `bigint`, other numbers as `number`,
 * lists as arrays, maps as objects without a prototype, safe texts and characters as strings.
 */
export function exportValue(value: Value): unknown {
  if (value === null || typeof value === 'string' || typeof value === 'boolean') return value
  if (isNumber(value)) return exportNumber(value)
  if (isSequence(value)) return value.items().map(exportValue)
  if (value instanceof MapEntry) return { key: exportValue(value.key), value: exportValue(value.value) }
  if (!(value instanceof MapValue)) return textOf(value)
  const object: Record<string, unknown> = Object.create(null)
  for (const [key, item] of value.entries()) object[textOf(key)] = exportValue(item)
  return object
}

function exportNumber(value: Value & (number | bigint | object)): unknown {
  const whole = value instanceof BigInteger ? value.value : value
  if (typeof whole === 'bigint') return Number.isSafeInteger(Number(whole)) ? Number(whole) : whole
  return isNumber(whole) ? toDouble(whole) : whole
}
