import { runtimeFault } from '../fault.ts'
import type { Value } from '../value/value.ts'
import { dateTime, isDateLetter } from './date-time.ts'
import { fixed, general, hexadecimal, scientific } from './floating.ts'
import {
  type Conversion,
  checkFlags,
  padded,
  readSpecifier,
  refusePrecision,
  type Specifier,
} from './specifier.ts'
import { boolean, character, hash, text } from './text.ts'
import { decimal, digits } from './whole.ts'

const CONVERSIONS: ReadonlyMap<string, Conversion> = new Map([
  ['b', boolean],
  ['h', hash],
  ['s', text],
  ['c', character],
  ['d', decimal],
  ['o', digits(8, '0')],
  ['x', digits(16, '0x')],
  ['e', scientific],
  ['f', fixed],
  ['g', general],
  ['a', hexadecimal],
])

/** Conversions that Java has in lower case only. */
const LOWER_CASE_ONLY = 'dofn'

/** Java's `String.format`, locale en_US. `reserve` is told how long each piece is before it is made. */
export function formatText(format: string, args: readonly Value[], reserve: (size: number) => void): string {
  const picker = new ArgumentPicker(args)
  const specifiers = [...parse(format)]
  let result = ''
  for (const piece of specifiers) {
    if (typeof piece !== 'string') reserve((piece.width ?? 0) + (piece.precision ?? 0))
    result += typeof piece === 'string' ? piece : convert(piece, picker)
  }
  return result
}

/** The whole format is read before anything is shown, so that a wrong specifier fails first. */
function* parse(format: string): Iterable<string | Specifier> {
  let at = 0
  for (;;) {
    const percent = format.indexOf('%', at)
    yield format.slice(at, percent < 0 ? undefined : percent)
    if (percent < 0) return
    const specifier = readSpecifier(format, percent)
    yield specifier
    at = percent + specifier.text.length
  }
}

function convert(specifier: Specifier, picker: ArgumentPicker): string {
  const { conversion, text: shown, upperCase } = specifier
  if (conversion === '%') {
    checkFlags(specifier, '-')
    refusePrecision(specifier)
    return padded('%', specifier)
  }
  if (conversion === 'n' && !upperCase) {
    if (shown !== '%n') throw runtimeFault(`"${shown}" can have neither flags nor a width`)
    return '\n'
  }
  const convertOne = conversion.startsWith('t') ? dateConversion(specifier) : CONVERSIONS.get(conversion)
  if (!convertOne || (upperCase && LOWER_CASE_ONLY.includes(conversion))) {
    throw runtimeFault(
      `"${shown}" is no format specifier`,
      [...CONVERSIONS.keys()].map((c) => `%${c}`).join(' '),
    )
  }
  const result = convertOne(picker.pick(specifier), specifier)
  return upperCase ? result.toUpperCase() : result
}

function dateConversion({ conversion }: Specifier): Conversion | undefined {
  return isDateLetter(conversion.charAt(1)) || conversion === 'tp' ? dateTime : undefined
}

/** Hands out arguments by index, in order, or the last one again. */
class ArgumentPicker {
  readonly #args: readonly Value[]
  #ordinary = 0
  #last = -1

  constructor(args: readonly Value[]) {
    this.#args = args
  }

  pick({ index, text: shown }: Specifier): Value {
    if (index === undefined) this.#last = this.#ordinary++
    else if (index !== 'previous') this.#last = index - 1
    const value = this.#args[this.#last]
    if (value === undefined) throw runtimeFault(`There is no argument for "${shown}"`, 'one more argument')
    return value
  }
}
