import { runtimeFault } from '../fault.ts'

/** A pattern of Java's `DecimalFormat`, taken apart. */
export interface NumberPattern {
  readonly positive: Affixes
  readonly negative: Affixes
  /** 100 for per cent, 1000 for per mille. */
  readonly factor: number
  readonly minInteger: number
  readonly maxInteger: number
  readonly minFraction: number
  readonly maxFraction: number
  /** 0 for none. */
  readonly groupingSize: number
  readonly pointAlwaysShown: boolean
  /** Least digits of the exponent, 0 for no exponent. */
  readonly exponentDigits: number
}

export interface Affixes {
  readonly prefix: string
  readonly suffix: string
}

/** What stands for any number of digits. */
export const UNBOUNDED = Number.MAX_SAFE_INTEGER

export const DEFAULT_PATTERN = '#,##0.###'

/** Most digits that a fraction can show. */
const MAX_FRACTION = 340

/** What the empty pattern means: all digits, in groups. */
const EMPTY_PATTERN: NumberPattern = {
  positive: { prefix: '', suffix: '' },
  negative: { prefix: '-', suffix: '' },
  factor: 1,
  minInteger: 0,
  maxInteger: UNBOUNDED,
  minFraction: 0,
  maxFraction: MAX_FRACTION,
  groupingSize: 3,
  pointAlwaysShown: false,
  exponentDigits: 0,
}

export function parseNumberPattern(pattern: string): NumberPattern {
  if (pattern === '') return EMPTY_PATTERN
  return new PatternParser(pattern).parse()
}

class PatternParser {
  readonly #pattern: string
  #at = 0
  #factor = 1

  constructor(pattern: string) {
    this.#pattern = pattern
  }

  parse(): NumberPattern {
    const prefix = this.#affix(true)
    const layout = this.#layout()
    const suffix = this.#affix(false)
    const positive = { prefix, suffix }
    let negative = { prefix: `-${prefix}`, suffix }
    if (this.#take(';')) {
      const explicit = this.#negative()
      // A negative half that says nothing new is ignored.
      if (explicit.prefix !== prefix || explicit.suffix !== suffix) negative = explicit
    }
    if (this.#at < this.#pattern.length) throw this.#error()
    return { positive, negative, factor: this.#factor, ...layout }
  }

  #negative(): Affixes {
    const prefix = this.#affix(true)
    while (/[#0.,]/.test(this.#pattern.charAt(this.#at))) this.#at++
    if (this.#take('E')) while (this.#take('0'));
    return { prefix, suffix: this.#affix(false) }
  }

  /** Text around the number. Before it, any character of a number ends it; after it, they are errors. */
  #affix(isPrefix: boolean): string {
    let text = ''
    let quoted = false
    while (this.#at < this.#pattern.length) {
      const character = this.#pattern.charAt(this.#at)
      if (character === "'") {
        this.#at++
        if (this.#take("'")) text += "'"
        else quoted = !quoted
      } else if (quoted) {
        text += character
        this.#at++
      } else if (character === ';') {
        break
      } else if (/[#0.,]/.test(character)) {
        if (isPrefix) break
        throw this.#error()
      } else {
        this.#at++
        text += this.#symbol(character)
      }
    }
    if (quoted) throw this.#error()
    return text
  }

  #symbol(character: string): string {
    switch (character) {
      case '%':
        return this.#multiply(100, '%')
      case '\u2030':
        return this.#multiply(1000, '\u2030')
      case '\u00a4':
        return this.#take('\u00a4') ? 'USD' : '$'
      default:
        return character
    }
  }

  #multiply(factor: number, symbol: string): string {
    if (this.#factor !== 1 && this.#factor !== factor) throw this.#error()
    this.#factor = factor
    return symbol
  }

  #layout(): Omit<NumberPattern, 'positive' | 'negative' | 'factor'> {
    const start = this.#at
    while (/[#0.,]/.test(this.#pattern.charAt(this.#at))) this.#at++
    const text = this.#pattern.slice(start, this.#at)
    const shape = /^(#*)(0*)(?:\.(0*)(#*))?$/.exec(text.replaceAll(',', ''))
    const grouping = /,([#0]*)(?:\.|$)/.exec(text)
    if (!shape || /\..*,/.test(text) || grouping?.[1] === '') throw this.#error()
    const [, optional = '', whole = '', fraction, optionalFraction = ''] = shape
    const exponentDigits = this.#exponent(optional.length + whole.length)
    // In "#.##" one of the digits before the point is taken to be shown always, but not in "#.00".
    const implied = fraction === '' && whole === '' && optional !== '' ? 1 : 0
    const impliedFraction =
      fraction === '' && whole === '' && optional === '' && optionalFraction !== '' ? 1 : 0
    const minInteger = whole.length + implied
    return {
      minInteger,
      maxInteger: exponentDigits > 0 ? optional.length + whole.length : UNBOUNDED,
      minFraction: (fraction ?? '').length + impliedFraction,
      maxFraction: (fraction ?? '').length + optionalFraction.length,
      groupingSize: grouping?.[1]?.length ?? 0,
      pointAlwaysShown: /\.$/.test(text) || (text.startsWith('.') && whole === '' && optional === ''),
      exponentDigits,
    }
  }

  #exponent(integerDigits: number): number {
    if (!this.#take('E')) return 0
    let digits = 0
    while (this.#take('0')) digits++
    if (digits === 0 || integerDigits === 0) throw this.#error()
    return digits
  }

  #take(character: string): boolean {
    if (this.#pattern.charAt(this.#at) !== character) return false
    this.#at++
    return true
  }

  #error(): Error {
    return runtimeFault(
      `The number pattern "${this.#pattern}" is wrong at index ${this.#at}`,
      'such as "#,##0.00"',
    )
  }
}
