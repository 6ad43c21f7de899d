import { runtimeFault } from '../fault.ts'
import { BigInteger, kindOf, type Value } from '../value/value.ts'
import { signed } from './sign.ts'
import { type Conversion, checkFlags, padded, refusePrecision, type Specifier } from './specifier.ts'

/** `%d`: a whole number in decimal digits. */
export const decimal: Conversion = (value, specifier) => {
  checkFlags(specifier, '-+ 0,(')
  refusePrecision(specifier)
  if (value === null) return padded('null', specifier)
  const { whole } = wholeOf(value, specifier)
  return signed((whole < 0n ? -whole : whole).toString(), whole < 0n, specifier)
}

/** `%o` and `%x`: the bits of an Integer or Long, or a BigInteger with its sign. */
export function digits(base: 8 | 16, prefix: string): Conversion {
  return (value, specifier) => {
    const isBig = value instanceof BigInteger
    checkFlags(specifier, isBig ? '-#+ 0(' : '-#0')
    refusePrecision(specifier)
    if (value === null) return padded('null', specifier)
    const { whole, bits } = wholeOf(value, specifier)
    const shown = specifier.flags.has('#') ? prefix : ''
    if (isBig) return signed((whole < 0n ? -whole : whole).toString(base), whole < 0n, specifier, shown)
    return signed(BigInt.asUintN(bits, whole).toString(base), false, specifier, shown)
  }
}

function wholeOf(value: Value, { text }: Specifier): { whole: bigint; bits: number } {
  if (typeof value === 'number') return { whole: BigInt(value), bits: 32 }
  if (typeof value === 'bigint') return { whole: value, bits: 64 }
  if (value instanceof BigInteger) return { whole: value.value, bits: 0 }
  throw runtimeFault(`"${text}" got a ${kindOf(value)}`, 'a whole number')
}
