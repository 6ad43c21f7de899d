import { BigDecimal } from './big-decimal.ts'
import { ListValue } from './list.ts'
import { MapEntry, MapValue } from './map.ts'
import { BigInteger, Character, isNumber, JavaDouble, SafeString, toDouble, type Value } from './value.ts'

/** Java's `equals`: typed, so that an Integer never equals a Long, nor a SafeString a String. */
export function equalValues(a: Value, b: Value): boolean {
  if (a === b) return true
  if (a === null || b === null || typeof a !== 'object' || typeof b !== 'object') return false
  if (a instanceof JavaDouble) return b instanceof JavaDouble && Object.is(a.value, b.value)
  if (a instanceof SafeString) return b instanceof SafeString && a.text === b.text
  if (a instanceof Character) return b instanceof Character && a.text === b.text
  if (a instanceof ListValue) return b instanceof ListValue && equalItems(a.items(), b.items())
  if (a instanceof MapValue) return b instanceof MapValue && equalEntries(a, b)
  if (a instanceof MapEntry) {
    return b instanceof MapEntry && equalValues(a.key, b.key) && equalValues(a.value, b.value)
  }
  if (a instanceof BigInteger) return b instanceof BigInteger && a.value === b.value
  if (a instanceof BigDecimal)
    return b instanceof BigDecimal && a.unscaled === b.unscaled && a.scale === b.scale
  return false
}

/** The operator `==`: numbers of all kinds compare as doubles, everything else as Java's `equals`. */
export function looselyEqual(a: Value, b: Value): boolean {
  if (typeof a === 'string' || typeof b === 'string') return a === b
  if (isNumber(a) && isNumber(b)) return toDouble(a) === toDouble(b)
  return equalValues(a, b)
}

function equalItems(a: readonly Value[], b: readonly Value[]): boolean {
  return a.length === b.length && a.every((item, i) => equalValues(item, b[i] as Value))
}

function equalEntries(a: MapValue, b: MapValue): boolean {
  if (a.size !== b.size) return false
  for (const [key, value] of a.entries()) {
    const other = b.get(key)
    if (other === undefined || !equalValues(value, other)) return false
  }
  return true
}
