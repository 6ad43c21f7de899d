import { runtimeFault } from '../fault.ts'
import { JavaNumber, type NumberValue, toDouble } from './value.ts'

/** Digits that arithmetic keeps (IEEE 754 decimal128). */
const PRECISION = 34

/**
 * `unscaled / 10^scale`. Only literals become decimals, and only under `literalNumbersAsBigDecimals`; arithmetic
 * takes every operand through its double first, as Pebble does.
 */
export class BigDecimal extends JavaNumber {
  get kind(): string {
    return 'BigDecimal'
  }

  readonly unscaled: bigint
  readonly scale: number

  constructor(unscaled: bigint, scale: number) {
    super()
    this.unscaled = unscaled
    this.scale = scale
  }

  /** Reads digits with an optional fraction and exponent. */
  static parse(text: string): BigDecimal {
    const [mantissa = '', exponent = '0'] = text.toUpperCase().split('E')
    const [whole = '', fraction = ''] = mantissa.split('.')
    return new BigDecimal(BigInt(whole + fraction), fraction.length - Number(exponent))
  }

  toDouble(): number {
    return Number(`${this.unscaled}e${-this.scale}`)
  }

  /** All digits, without an exponent. */
  text(): string {
    if (this.scale <= 0) return (this.unscaled * 10n ** BigInt(-this.scale)).toString()
    const negative = this.unscaled < 0n
    const digits = (negative ? -this.unscaled : this.unscaled).toString().padStart(this.scale + 1, '0')
    const point = digits.length - this.scale
    return `${negative ? '-' : ''}${digits.slice(0, point)}.${digits.slice(point)}`
  }

  negatedIf(negate: boolean): BigDecimal {
    return negate ? new BigDecimal(-this.unscaled, this.scale) : this
  }

  plus(other: BigDecimal): BigDecimal {
    const scale = Math.max(this.scale, other.scale)
    return rounded(this.#at(scale) + other.#at(scale), scale)
  }

  minus(other: BigDecimal): BigDecimal {
    return this.plus(other.negatedIf(true))
  }

  times(other: BigDecimal): BigDecimal {
    return rounded(this.unscaled * other.unscaled, this.scale + other.scale)
  }

  /** The quotient with the smallest scale that shows it exactly, or with 34 digits. */
  dividedBy(other: BigDecimal): BigDecimal {
    const preferred = this.scale - other.scale
    const shift = PRECISION + 3 + other.unscaled.toString().length
    const numerator = this.unscaled * 10n ** BigInt(shift)
    let quotient = numerator / other.unscaled
    // A sticky last digit keeps an inexact quotient from looking like a tie when it is rounded.
    if (quotient * other.unscaled !== numerator) quotient = quotient * 10n + (quotient < 0n ? -1n : 1n)
    else return stripped(rounded(quotient, preferred + shift), preferred)
    return rounded(quotient, preferred + shift + 1)
  }

  remainder(other: BigDecimal): BigDecimal {
    const scale = Math.max(this.scale, other.scale)
    return rounded(this.#at(scale) % other.#at(scale), scale)
  }

  #at(scale: number): bigint {
    return this.unscaled * 10n ** BigInt(scale - this.scale)
  }
}

/** The decimal of the shortest text of a number's double. */
export function decimalOf(value: NumberValue, doubleText: (value: number) => string): BigDecimal {
  const double = toDouble(value)
  if (!Number.isFinite(double)) throw runtimeFault(`${double} is no decimal`, 'a finite number')
  return BigDecimal.parse(doubleText(double))
}

function rounded(unscaled: bigint, scale: number): BigDecimal {
  const excess = (unscaled < 0n ? -unscaled : unscaled).toString().length - PRECISION
  if (excess <= 0) return new BigDecimal(unscaled, scale)
  const unit = 10n ** BigInt(excess)
  const half = unit / 2n
  let quotient = unscaled / unit
  const rest = unscaled % unit
  const size = rest < 0n ? -rest : rest
  if (size > half || (size === half && quotient % 2n !== 0n)) quotient += unscaled < 0n ? -1n : 1n
  return rounded(quotient, scale - excess)
}

function stripped(value: BigDecimal, preferredScale: number): BigDecimal {
  let { unscaled, scale } = value
  while (scale > preferredScale && unscaled % 10n === 0n) {
    unscaled /= 10n
    scale--
  }
  return new BigDecimal(unscaled, scale)
}
