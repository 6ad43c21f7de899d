import { Fault, runtimeFault } from '../fault.ts'
import { daysOf } from './calendar.ts'
import { MONTHS, shortName, WEEKDAYS } from './names.ts'
import { type PatternPart, parsePattern } from './pattern.ts'
import type { Zone } from './zone.ts'
import { offsetOfAbbreviation } from './zone-names.ts'

/** Two-digit years lie in the hundred years from this one. Java counts from 80 years before the present day. */
const FIRST_TWO_DIGIT_YEAR = 1946

/** What was read so far; what is not there keeps the value of 1970-01-01 00:00:00. */
interface Fields {
  year: number
  month: number
  day: number
  dayOfYear: number | undefined
  hour: number
  halfDay: number
  minute: number
  second: number
  millisecond: number
  isBc: boolean
  offsetMs: number | undefined
}

/** Reads an instant as the lenient `SimpleDateFormat` does: fields may overflow, text after the last is ignored. */
export function parseDate(text: string, pattern: string, zone: Zone): number {
  const fields: Fields = {
    year: 1970,
    month: 1,
    day: 1,
    dayOfYear: undefined,
    hour: 0,
    halfDay: 0,
    minute: 0,
    second: 0,
    millisecond: 0,
    isBc: false,
    offsetMs: undefined,
  }
  const reader = new DateReader(text, pattern, fields)
  const parts = parsePattern(pattern)
  for (const [i, part] of parts.entries()) {
    if (part.kind === 'text') reader.literal(part.text)
    else reader.field(part.letter, part.count, isAbutting(parts, i))
  }
  return instantOf(fields, zone)
}

/** Numbers that follow each other without text between them are as long as their letters. */
function isAbutting(parts: readonly PatternPart[], index: number): boolean {
  const isNumber = (part: PatternPart | undefined) =>
    part?.kind === 'field' &&
    (/[yYwWDdFuHkKhmsS]/.test(part.letter) || (/[ML]/.test(part.letter) && part.count < 3))
  return isNumber(parts[index]) && isNumber(parts[index + 1])
}

function instantOf(fields: Fields, zone: Zone): number {
  const year = fields.isBc ? 1 - fields.year : fields.year
  const days =
    fields.dayOfYear === undefined
      ? daysOf(year, fields.month, fields.day)
      : daysOf(year, 1, 1) + fields.dayOfYear - 1
  const local =
    days * 86_400_000 +
    (fields.hour + fields.halfDay) * 3_600_000 +
    fields.minute * 60_000 +
    fields.second * 1000 +
    fields.millisecond
  if (fields.offsetMs !== undefined) return local - fields.offsetMs
  // The offset depends on the instant, which depends on the offset.
  const guess = local - zone.offsetAt(local)
  return local - zone.offsetAt(guess)
}

class DateReader {
  readonly #text: string
  readonly #pattern: string
  readonly #fields: Fields
  #at = 0
  /** Where an abutting number ends at the latest: it has as many units as letters, spaces and sign among them. */
  #limit: number | undefined

  constructor(text: string, pattern: string, fields: Fields) {
    this.#text = text
    this.#pattern = pattern
    this.#fields = fields
  }

  literal(expected: string): void {
    if (!this.#text.startsWith(expected, this.#at)) throw this.#mismatch()
    this.#at += expected.length
  }

  field(letter: string, count: number, abutting: boolean): void {
    const fields = this.#fields
    this.#limit = abutting ? this.#at + count : undefined
    this.#match(/[ \t]*/y)
    switch (letter) {
      case 'G':
        fields.isBc = this.#name(['AD', 'BC']) === 1
        return
      case 'y':
        fields.year = this.#year(count)
        return
      case 'M':
      case 'L':
        fields.month = count > 2 ? this.#nameOrShort(MONTHS) + 1 : this.#number()
        return
      case 'E':
        this.#nameOrShort(WEEKDAYS)
        return
      case 'a':
        fields.halfDay = this.#name(['AM', 'PM']) * 12
        return
      case 'z':
      case 'Z':
        fields.offsetMs = this.#zone()
        return
      case 'X':
        fields.offsetMs = this.#match(/Z/y) ? 0 : this.#offset(count === 3 ? ':' : '', count > 1, 2)
        return
      default:
        this.#numeric(letter, this.#number())
    }
  }

  #numeric(letter: string, value: number): void {
    const fields = this.#fields
    switch (letter) {
      case 'd':
        fields.day = value
        return
      case 'D':
        fields.dayOfYear = value
        return
      case 'H':
        fields.hour = value
        return
      case 'k':
        fields.hour = value === 24 ? 0 : value
        return
      case 'K':
      case 'h':
        fields.hour = value === 12 && letter === 'h' ? 0 : value
        return
      case 'm':
        fields.minute = value
        return
      case 's':
        fields.second = value
        return
      case 'S':
        fields.millisecond = value
        return
      case 'u':
        return
      default:
        throw new Fault(
          'refused',
          `Dates can not be read by week ("${letter}" in "${this.#pattern}")`,
          'y, M and d',
        )
    }
  }

  #year(count: number): number {
    const start = this.#at
    const value = this.#number()
    const digits = this.#text.slice(start, this.#at)
    if (count > 2 || !/^\d\d$/.test(digits)) return value
    return value + 100 * Math.ceil((FIRST_TWO_DIGIT_YEAR - value) / 100)
  }

  #number(): number {
    const found = /^-?\d{1,15}/.exec(this.#text.slice(this.#at, this.#limit))
    if (!found) throw this.#mismatch()
    this.#at += found[0].length
    return Number(found[0])
  }

  #nameOrShort(names: readonly string[]): number {
    return this.#name([...names, ...names.map(shortName)]) % names.length
  }

  /** The index of the first of the longest names that stand here. */
  #name(names: readonly string[]): number {
    let best = -1
    for (const [i, name] of names.entries()) {
      const here = this.#text.slice(this.#at, this.#at + name.length)
      if (here.toLowerCase() !== name.toLowerCase()) continue
      if (best < 0 || name.length > (names[best] as string).length) best = i
    }
    if (best < 0) throw this.#mismatch()
    this.#at += (names[best] as string).length
    return best
  }

  #zone(): number {
    if (/[+-]/y.test(this.#text.charAt(this.#at))) return this.#offset('', true, 2)
    if (this.#match(/gmt(?=[+-])/iy)) return this.#offset(':', true, 1)
    const name = this.#match(/[A-Za-z]+/y)
    const offset = name && offsetOfAbbreviation(name[0].toUpperCase())
    if (offset === undefined || offset === null) throw this.#mismatch()
    return offset
  }

  #offset(separator: string, withMinutes: boolean, leastDigits: 1 | 2): number {
    const minutes = withMinutes ? `${separator}(\\d{2})` : ''
    const found = this.#match(new RegExp(`([+-])(\\d{${leastDigits},2})${minutes}`, 'y'))
    const [hours, rest] = [Number(found?.[2]), Number(found?.[3] ?? 0)]
    if (!found || hours > 23 || rest > 59) throw this.#mismatch()
    return (found[1] === '-' ? -1 : 1) * (hours * 60 + rest) * 60_000
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#text)
    if (found) this.#at += found[0].length
    return found
  }

  #mismatch(): Fault {
    const text = this.#text.length > 60 ? `${this.#text.slice(0, 60)}…` : this.#text
    return runtimeFault(`"${text}" is no date at index ${this.#at}`, `"${this.#pattern}"`)
  }
}
