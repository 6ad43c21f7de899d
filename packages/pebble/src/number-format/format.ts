import { JavaDouble, type NumberValue } from '../value/value.ts'
import { digitsOf, roundHalfEven, type SignedDigits } from './digits.ts'
import { type NumberPattern, UNBOUNDED } from './pattern.ts'

/** Formats a number like Java's `DecimalFormat`, locale en_US, rounding half-way values to even digits. */
export function formatNumber(value: NumberValue, pattern: NumberPattern): string {
  const double = value instanceof JavaDouble ? value.value : 0
  if (Number.isNaN(double)) return 'NaN'
  if (!Number.isFinite(double)) return withAffixes('∞', double < 0, pattern)
  const exact = digitsOf(value, pattern.factor)
  if (pattern.exponentDigits > 0) return withAffixes(scientific(exact, pattern), exact.negative, pattern)
  const shown = roundHalfEven(exact, exact.exponent + pattern.maxFraction)
  return withAffixes(plain(shown, pattern), exact.negative, pattern)
}

function withAffixes(text: string, negative: boolean, pattern: NumberPattern): string {
  const { prefix, suffix } = negative ? pattern.negative : pattern.positive
  return prefix + text + suffix
}

function plain({ digits, exponent }: SignedDigits, pattern: NumberPattern): string {
  const length = digits === '' ? pattern.minInteger : Math.max(pattern.minInteger, exponent)
  const whole = digits.slice(0, Math.max(0, exponent)).padEnd(Math.max(0, exponent), '0')
  const padded = digits === '' ? '0'.repeat(length) : whole.padStart(length, '0')
  const fraction = fractionOf(digits, exponent).padEnd(pattern.minFraction, '0')
  const integer = grouped(padded, pattern.groupingSize)
  const point = fraction !== '' || pattern.pointAlwaysShown ? '.' : ''
  return (integer === '' && fraction === '' ? '0' : integer) + point + fraction
}

function fractionOf(digits: string, exponent: number): string {
  if (digits === '') return ''
  return exponent >= 0 ? digits.slice(exponent) : '0'.repeat(-exponent) + digits
}

/** Commas between groups of digits, counted from the right. */
export function grouped(digits: string, size: number): string {
  if (size === 0) return digits
  const first = digits.length % size
  const groups = first > 0 ? [digits.slice(0, first)] : []
  for (let i = first; i < digits.length; i += size) groups.push(digits.slice(i, i + size))
  return groups.join(',')
}

function scientific(exact: SignedDigits, pattern: NumberPattern): string {
  const { minInteger, maxInteger, minFraction, maxFraction } = pattern
  const significant = maxInteger + maxFraction
  const { digits, exponent: magnitude } = roundHalfEven(exact, significant > 0 ? significant : UNBOUNDED)
  const engineering = maxInteger > 1 && maxInteger > minInteger
  const leastInteger = engineering ? 1 : minInteger
  let exponent = 0
  if (digits !== '') {
    // Java's division rounds towards zero.
    if (!engineering) exponent = magnitude - minInteger
    else if (magnitude >= 1) exponent = Math.trunc((magnitude - 1) / maxInteger) * maxInteger
    else exponent = Math.trunc((magnitude - maxInteger) / maxInteger) * maxInteger
  }
  const integerDigits = digits === '' ? leastInteger : magnitude - exponent
  const total = Math.max(minInteger + minFraction, integerDigits, digits.length)
  const padded = digits.padEnd(total, '0')
  const point = total > integerDigits || pattern.pointAlwaysShown ? '.' : ''
  const mantissa = `${padded.slice(0, integerDigits)}${point}${padded.slice(integerDigits)}`
  const power = String(Math.abs(exponent)).padStart(pattern.exponentDigits, '0')
  return `${mantissa}E${exponent < 0 ? '-' : ''}${power}`
}
