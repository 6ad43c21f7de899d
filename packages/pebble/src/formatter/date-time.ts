import { formatDate } from '../date/format.ts'
import { UTC } from '../date/zone.ts'
import { runtimeFault } from '../fault.ts'
import { kindOf } from '../value/value.ts'
import { type Conversion, checkFlags, padded, refusePrecision } from './specifier.ts'

/** The letters after `%t`, as patterns of dates. */
const PATTERNS: ReadonlyMap<string, string> = new Map([
  ['H', 'HH'],
  ['I', 'hh'],
  ['k', 'H'],
  ['l', 'h'],
  ['M', 'mm'],
  ['S', 'ss'],
  ['L', 'SSS'],
  ['N', "SSS'000000'"],
  ['p', 'a'],
  ['z', 'Z'],
  ['Z', 'z'],
  ['B', 'MMMM'],
  ['b', 'MMM'],
  ['h', 'MMM'],
  ['A', 'EEEE'],
  ['a', 'EEE'],
  ['Y', 'yyyy'],
  ['y', 'yy'],
  ['j', 'DDD'],
  ['m', 'MM'],
  ['d', 'dd'],
  ['e', 'd'],
  ['R', 'HH:mm'],
  ['T', 'HH:mm:ss'],
  ['r', 'hh:mm:ss a'],
  ['D', 'MM/dd/yy'],
  ['F', 'yyyy-MM-dd'],
  ['c', 'EEE MMM dd HH:mm:ss z yyyy'],
])

/** `%t` and a letter: a part of the date that a Long gives in milliseconds since 1970, in UTC. */
export const dateTime: Conversion = (value, specifier) => {
  checkFlags(specifier, '-')
  refusePrecision(specifier)
  const letter = specifier.conversion.charAt(1)
  if (value === null) return padded('null', specifier)
  if (typeof value !== 'bigint') throw runtimeFault(`"${specifier.text}" got a ${kindOf(value)}`, 'a Long')
  return padded(datePart(letter, Number(value), specifier.text), specifier)
}

function datePart(letter: string, epochMs: number, specifier: string): string {
  if (Math.abs(epochMs) > 8.64e15) throw runtimeFault('The date is too far away', 'a year up to 275760')
  switch (letter) {
    case 's':
      return String(Math.trunc(epochMs / 1000))
    case 'Q':
      return String(epochMs)
    case 'C':
      return String(Math.floor(Number(formatDate(epochMs, 'yyyy', UTC)) / 100)).padStart(2, '0')
    case 'p':
      return formatDate(epochMs, 'a', UTC).toLowerCase()
  }
  const pattern = PATTERNS.get(letter)
  if (pattern === undefined) throw runtimeFault(`"${specifier}" is no format specifier`, 'a letter of dates')
  return formatDate(epochMs, pattern, UTC)
}

/** Whether `%t` knows a letter. */
export function isDateLetter(letter: string): boolean {
  return PATTERNS.has(letter) || 'sQC'.includes(letter)
}
