import { runtimeFault } from '../fault.ts'
import { digitsOf, doubleDigits, roundHalfUp, type SignedDigits } from '../number-format/digits.ts'
import { BigDecimal } from '../value/big-decimal.ts'
import { JavaDouble, kindOf, type Value } from '../value/value.ts'
import { signed } from './sign.ts'
import { type Conversion, checkFlags, padded, type Specifier } from './specifier.ts'

const DEFAULT_PRECISION = 6

function floating(
  flags: string,
  show: (number: SignedDigits, precision: number, specifier: Specifier) => string,
): Conversion {
  return (value, specifier) => {
    checkFlags(specifier, flags)
    if (value === null) return padded('null', specifier)
    const number = finite(value, specifier)
    if (typeof number === 'string') return number
    return signed(
      show(number, specifier.precision ?? DEFAULT_PRECISION, specifier),
      number.negative,
      specifier,
    )
  }
}

/** The digits of the argument, or the whole text where it is not finite. */
function finite(value: Value, specifier: Specifier): SignedDigits | string {
  if (value instanceof BigDecimal) return digitsOf(value, 1)
  if (!(value instanceof JavaDouble))
    throw runtimeFault(`"${specifier.text}" got a ${kindOf(value)}`, 'a Double')
  if (Number.isFinite(value.value)) return doubleDigits(value.value, false)
  const { flags } = specifier
  const unfilled = { ...specifier, flags: new Set([...flags].filter((flag) => flag !== '0' && flag !== ',')) }
  if (Number.isNaN(value.value)) return padded('NaN', unfilled)
  return signed('Infinity', value.value < 0, unfilled)
}

/** `%f`: digits after the point as the precision says, half-way values going up. */
export const fixed = floating('-#+ 0,(', (number, precision, specifier) =>
  fixedDigits(number, precision, specifier.flags.has('#')),
)

/** `%e`: one digit before the point, and an exponent. */
export const scientific = floating('-#+ 0(', (number, precision, specifier) =>
  scientificDigits(number, precision, specifier.flags.has('#')),
)

/** `%g`: as many significant digits as the precision says, with an exponent for large and small numbers. */
export const general = floating('-+ 0,(', (number, precision) => {
  const significant = precision === 0 ? 1 : precision
  if (number.digits === '') return fixedDigits(number, significant - 1, false)
  const rounded = roundHalfUp(number, significant)
  if (rounded.exponent >= -3 && rounded.exponent <= significant) {
    return fixedDigits(rounded, significant - rounded.exponent, false)
  }
  return scientificDigits(rounded, significant - 1, false)
})

function fixedDigits(number: SignedDigits, precision: number, point: boolean): string {
  const { digits, exponent } = roundHalfUp(number, number.exponent + precision)
  const whole = digits.slice(0, Math.max(0, exponent)).padEnd(Math.max(0, exponent), '0')
  const fraction = (
    digits === '' ? '' : exponent >= 0 ? digits.slice(exponent) : '0'.repeat(-exponent) + digits
  )
    .slice(0, precision)
    .padEnd(precision, '0')
  return `${digits === '' || whole === '' ? '0' : whole}${precision > 0 || point ? '.' : ''}${fraction}`
}

function scientificDigits(number: SignedDigits, precision: number, point: boolean): string {
  const { digits, exponent } = roundHalfUp(number, precision + 1)
  const shown = digits.padEnd(precision + 1, '0')
  const power = digits === '' ? 0 : exponent - 1
  const exponentText = `${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  return `${shown.charAt(0)}${precision > 0 || point ? '.' : ''}${shown.slice(1)}e${exponentText}`
}

/** `%a`: the bits of a double as a hexadecimal fraction; the precision keeps that many digits of it. */
export const hexadecimal: Conversion = (value, specifier) => {
  checkFlags(specifier, '-#+ 0')
  if (value === null) return padded('null', specifier)
  if (!(value instanceof JavaDouble))
    throw runtimeFault(`"${specifier.text}" got a ${kindOf(value)}`, 'a Double')
  const number = value.value
  if (!Number.isFinite(number)) return finite(value, specifier) as string
  const digits = hexadecimalDigits(Math.abs(number), specifier.precision)
  return signed(digits, number < 0 || Object.is(number, -0), specifier, '0x')
}

const HEX_DIGITS = 13

function hexadecimalDigits(size: number, precision: number | undefined): string {
  const kept = precision === undefined ? undefined : Math.max(1, precision)
  if (size === 0) return `0.${'0'.repeat(kept ?? 1)}p0`
  // Numbers below the normal range keep the smallest exponent.
  const exponent = Math.max(-1022, exponentOf(size))
  const fraction = roundedBits(BigInt((size / 2 ** exponent) * 2 ** 52), kept ?? HEX_DIGITS)
  const carried = fraction >> 53n === 1n
  const digits = (fraction & 0xfffffffffffffn).toString(16).padStart(HEX_DIGITS, '0')
  const shown =
    kept === undefined ? digits.replace(/0+$/, '') || '0' : digits.slice(0, kept).padEnd(kept, '0')
  return `${carried ? 1n : fraction >> 52n}.${shown}p${carried ? exponent + 1 : exponent}`
}

/** Keeps so many hexadecimal digits after the point, half-way values going to the even one. */
function roundedBits(fraction: bigint, digits: number): bigint {
  const dropped = BigInt(4 * Math.max(0, HEX_DIGITS - digits))
  if (dropped === 0n) return fraction
  const half = 1n << (dropped - 1n)
  const rest = fraction & ((1n << dropped) - 1n)
  const head = fraction >> dropped
  const up = rest > half || (rest === half && (head & 1n) === 1n)
  return (up ? head + 1n : head) << dropped
}

function exponentOf(size: number): number {
  let exponent = Math.floor(Math.log2(size))
  if (2 ** exponent > size) exponent--
  return size >= 2 ** (exponent + 1) ? exponent + 1 : exponent
}
