import { BigDecimal } from '../value/big-decimal.ts'
import { type Digits, javaDigits } from '../value/double-text.ts'
import { BigInteger, type NumberValue, toDouble } from '../value/value.ts'

/** A number as digits, with its sign apart. */
export interface SignedDigits extends Digits {
  readonly negative: boolean
  /**
   * Where the digits of a double stand to its exact binary value: above it (1), below (-1) or on it (0). It decides
   * ties.
   */
  readonly bias: number
}

/** The decimal digits of a finite number, multiplied by a whole number. */
export function digitsOf(value: NumberValue, factor: number): SignedDigits {
  if (typeof value === 'number' || typeof value === 'bigint')
    return wholeDigits(BigInt(value) * BigInt(factor))
  if (value instanceof BigInteger) return wholeDigits(value.value * BigInt(factor))
  if (value instanceof BigDecimal) return decimalDigits(value.unscaled * BigInt(factor), value.scale)
  return doubleDigits(toDouble(value) * factor, true)
}

/** The digits of a double as Java generates them. */
export function doubleDigits(value: number, compatible: boolean): SignedDigits {
  const negative = value < 0 || Object.is(value, -0)
  const size = Math.abs(value)
  if (size === 0) return { digits: '', exponent: 0, negative, bias: 0 }
  const { digits, exponent } = javaDigits(size, compatible)
  const kept = withoutTrailing(digits, '0')
  return { digits: kept, exponent, negative, bias: compareToExact(kept, exponent, size) }
}

function wholeDigits(value: bigint): SignedDigits {
  return decimalDigits(value, 0)
}

function decimalDigits(unscaled: bigint, scale: number): SignedDigits {
  const negative = unscaled < 0n
  const text = unscaled === 0n ? '' : (negative ? -unscaled : unscaled).toString()
  return { digits: withoutTrailing(text, '0'), exponent: text.length - scale, negative, bias: 0 }
}

/** Compares `0.digits × 10^exponent` with the exact value of a double. */
function compareToExact(digits: string, exponent: number, value: number): number {
  // A double is a whole number of 2^-1074.
  let power = 0
  let scaled = value
  while (!Number.isInteger(scaled)) {
    scaled *= 2
    power++
  }
  const tens = exponent - digits.length
  const exact = BigInt(scaled) * 10n ** BigInt(Math.max(0, -tens))
  const shown = BigInt(digits) * 10n ** BigInt(Math.max(0, tens)) * 2n ** BigInt(power)
  return shown === exact ? 0 : shown > exact ? 1 : -1
}

/** Keeps the first digits; half-way values go to the even digit, by the exact value of a double. */
export function roundHalfEven(number: SignedDigits, kept: number): SignedDigits {
  if (kept >= number.digits.length) return number
  return roundedAt(number, kept, halfEvenGoesUp(number, kept))
}

/** Keeps the first digits; half-way values go up. */
export function roundHalfUp(number: SignedDigits, kept: number): SignedDigits {
  if (kept >= number.digits.length) return number
  return roundedAt(number, kept, kept >= 0 && (number.digits[kept] as string) >= '5')
}

function halfEvenGoesUp({ digits, bias }: SignedDigits, kept: number): boolean {
  if (kept < 0) return false
  const next = digits[kept] as string
  if (next !== '5') return next > '5'
  if (kept < digits.length - 1) return true
  if (bias !== 0) return bias < 0
  return kept > 0 && Number(digits[kept - 1]) % 2 === 1
}

function roundedAt(number: SignedDigits, kept: number, up: boolean): SignedDigits {
  const head = number.digits.slice(0, Math.max(0, kept))
  if (!up) return { ...number, digits: withoutTrailing(head, '0'), bias: 0 }
  const stem = withoutTrailing(head, '9')
  if (stem === '') return { ...number, digits: '1', exponent: number.exponent + 1, bias: 0 }
  return { ...number, digits: stem.slice(0, -1) + (Number(stem.at(-1)) + 1), bias: 0 }
}

function withoutTrailing(digits: string, digit: '0' | '9'): string {
  let end = digits.length
  while (end > 0 && digits[end - 1] === digit) end--
  return digits.slice(0, end)
}
