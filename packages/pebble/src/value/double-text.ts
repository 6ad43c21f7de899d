import { doubleBits } from './hash.ts'

/** The significant digits of a positive number: it is about `0.digits × 10^exponent`. */
export interface Digits {
  readonly digits: string
  readonly exponent: number
}

/**
 * `Double.toString` of Java up to 18. From 10^-3 to 10^7 plain, otherwise with an exponent, always with at least one
 * digit after the point.
 */
export function doubleText(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (value === Number.POSITIVE_INFINITY) return 'Infinity'
  if (value === Number.NEGATIVE_INFINITY) return '-Infinity'
  const sign = value < 0 || Object.is(value, -0) ? '-' : ''
  const size = Math.abs(value)
  if (size === 0) return `${sign}0.0`
  if (size >= 1e-3 && size < 1e7) {
    // Java and JavaScript agree on the digits here: a test compares them.
    const plain = String(size)
    return sign + (plain.includes('.') ? plain : `${plain}.0`)
  }
  const { digits, exponent } = javaDigits(size, true)
  return `${sign}${digits[0]}.${digits.slice(1) || '0'}E${exponent - 1}`
}

/** Bits of 5^i for i up to 26, the powers that fit into a long. */
const FIVE_BITS = Array.from({ length: 27 }, (_, i) => (i === 0 ? 0 : (5n ** BigInt(i)).toString(2).length))

/**
 * The digits that Java up to 18 gives a positive double. They always round-trip but are not always the fewest
 * (JDK-4511638): 2.0E23 prints as 1.9999999999999998E23, and the results of Pebble were recorded that way.
 * Steele and White's free-format algorithm, with Java's estimate of the exponent and its stopping rule.
 *
 * `Double.toString` is `compatible`: one digit may do where no exponent is shown. `Formatter` always takes two.
 */
export function javaDigits(value: number, compatible: boolean): Digits {
  const { fraction, binaryExponent, significantBits } = dissect(value)
  const trailingZeros = countTrailingZeros(fraction)
  const fractionBits = 53 - trailingZeros
  const tinyBits = Math.max(0, fractionBits - binaryExponent - 1)
  if (
    tinyBits === 0 &&
    binaryExponent <= 62 &&
    binaryExponent >= -21 &&
    fractionBits + (FIVE_BITS[tinyBits] as number) < 64
  ) {
    return wholeDigits(BigInt(value), Math.max(0, binaryExponent - significantBits - 1))
  }
  const estimate = estimateExponent(fraction, binaryExponent)
  const fives = Math.max(0, -estimate)
  let twos = fives + tinyBits + binaryExponent
  const scaleFives = Math.max(0, estimate)
  let scaleTwos = scaleFives + tinyBits
  let marginTwos = twos - significantBits
  twos -= fractionBits - 1
  const shared = Math.min(twos, scaleTwos)
  twos -= shared
  scaleTwos -= shared
  marginTwos -= shared
  // A power of two lies closer to the double below it than to the one above.
  if (fractionBits === 1) marginTwos -= 1
  if (marginTwos < 0) {
    twos -= marginTwos
    scaleTwos -= marginTwos
    marginTwos = 0
  }
  const five = (n: number) => 5n ** BigInt(n)
  const wide = {
    rest: ((fraction >> BigInt(trailingZeros)) * five(fives)) << BigInt(twos),
    scale: five(scaleFives) << BigInt(scaleTwos),
    margin: five(fives) << BigInt(marginTwos),
  }
  const fitsLong =
    fractionBits + twos + bitsOfFive(fives) < 64 && scaleTwos + 1 + bitsOfFive(scaleFives + 1) < 64
  return generate(wide.rest, wide.scale, wide.margin, estimate, compatible, fitsLong)
}

function generate(
  start: bigint,
  scale: bigint,
  startMargin: bigint,
  estimate: number,
  compatible: boolean,
  fitsLong: boolean,
): Digits {
  const tens = scale * 10n
  let rest = start
  let margin = startMargin
  let exponent = estimate
  let digits = ''
  let low = false
  let high = false
  const step = (): bigint => {
    const digit = rest / scale
    rest = (rest % scale) * 10n
    margin *= 10n
    low = rest < margin
    // Java's two code paths differ in whether a tie with the upper neighbour stops.
    high = fitsLong ? rest + margin > tens : rest + margin >= tens
    return digit
  }
  const first = step()
  if (first === 0n && !high) exponent--
  else digits += first
  if (!compatible || exponent < -3 || exponent >= 8) {
    low = false
    high = false
  }
  while (!low && !high) digits += step()
  if (high && (!low || roundsUp(rest * 2n - tens, digits))) return roundUp(digits, exponent + 1)
  return { digits, exponent: exponent + 1 }
}

function roundsUp(difference: bigint, digits: string): boolean {
  return difference > 0n || (difference === 0n && Number(digits.at(-1)) % 2 === 1)
}

function roundUp(digits: string, exponent: number): Digits {
  const kept = digits.replace(/9+$/, '')
  if (kept === '') return { digits: `1${'0'.repeat(digits.length - 1)}`, exponent: exponent + 1 }
  const raised = kept.slice(0, -1) + (Number(kept.at(-1)) + 1)
  return { digits: raised + '0'.repeat(digits.length - kept.length), exponent }
}

/** A whole number below 2^63: decimal digits that its 53 bits do not determine are rounded away. */
function wholeDigits(value: bigint, spareBits: number): Digits {
  const spareDigits = spareBits > 1 ? Math.floor(spareBits * Math.log10(2)) : 0
  const unit = 10n ** BigInt(spareDigits)
  const kept = spareDigits === 0 ? value : (value + unit / 2n) / unit
  const text = kept.toString()
  return { digits: text.replace(/(?<=.)0+$/, ''), exponent: text.length + spareDigits }
}

/** Fraction with its leading bit at 2^52, exponent of that bit, and how many bits of it are significant. */
function dissect(value: number) {
  const bits = doubleBits(value)
  const stored = Number((bits >> 52n) & 0x7ffn)
  const fraction = bits & 0xfffffffffffffn
  if (stored > 0)
    return { fraction: fraction | (1n << 52n), binaryExponent: stored - 1023, significantBits: 53 }
  const significantBits = fraction.toString(2).length
  const shift = 53 - significantBits
  return { fraction: fraction << BigInt(shift), binaryExponent: 1 - shift - 1023, significantBits }
}

function estimateExponent(fraction: bigint, binaryExponent: number): number {
  const mantissa = Number(fraction) / 2 ** 52
  return Math.floor((mantissa - 1.5) * 0.289529654 + 0.176091259 + binaryExponent * 0.301029995663981)
}

function countTrailingZeros(value: bigint): number {
  const text = value.toString(2)
  return text.length - text.lastIndexOf('1') - 1
}

function bitsOfFive(power: number): number {
  return FIVE_BITS[power] ?? power * 3
}
