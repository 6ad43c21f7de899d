import { runtimeFault } from '../fault.ts'
import { hashCode } from '../value/hash.ts'
import { textOf } from '../value/text.ts'
import { Character, kindOf } from '../value/value.ts'
import { type Conversion, checkFlags, padded, refusePrecision } from './specifier.ts'

/** `%s`: any value's text, cut to the precision. */
export const text: Conversion = (value, specifier) => {
  checkFlags(specifier, '-')
  return padded(textOf(value).slice(0, specifier.precision), specifier)
}

/** `%b`: whether there is a value, or which Boolean it is. */
export const boolean: Conversion = (value, specifier) => {
  checkFlags(specifier, '-')
  const shown = String(typeof value === 'boolean' ? value : value !== null)
  return padded(shown.slice(0, specifier.precision), specifier)
}

/** `%h`: the hash code in hexadecimal digits. */
export const hash: Conversion = (value, specifier) => {
  checkFlags(specifier, '-')
  const shown = value === null ? 'null' : (hashCode(value) >>> 0).toString(16)
  return padded(shown.slice(0, specifier.precision), specifier)
}

/** `%c`: a Character, or the code point that an Integer stands for. */
export const character: Conversion = (value, specifier) => {
  checkFlags(specifier, '-')
  refusePrecision(specifier)
  if (value === null) return padded('null', specifier)
  if (value instanceof Character) return padded(value.text, specifier)
  if (typeof value !== 'number' || value < 0 || value > 0x10ffff) {
    throw runtimeFault(`"${specifier.text}" got a ${kindOf(value)}`, 'a Character')
  }
  return padded(String.fromCodePoint(value), specifier)
}
