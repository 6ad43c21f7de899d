import { runtimeFault } from '../fault.ts'
import { BigDecimal } from '../value/big-decimal.ts'
import { BigInteger, JavaDouble, kindOf, LazyNumber } from '../value/value.ts'
import type { FilterDefinition } from './filter.ts'

/** The size of a number in its own type; the smallest Integer and Long are their own. */
export const abs: FilterDefinition = {
  name: 'abs',
  parameters: 'ignored',
  apply(input) {
    if (typeof input === 'number') return Math.abs(input) | 0
    if (typeof input === 'bigint') return BigInt.asIntN(64, input < 0n ? -input : input)
    if (input instanceof JavaDouble || input instanceof LazyNumber)
      return new JavaDouble(Math.abs(input.toDouble()))
    if (input instanceof BigDecimal) return input.negatedIf(input.unscaled < 0n)
    if (input instanceof BigInteger) return new BigInteger(input.value < 0n ? -input.value : input.value)
    throw runtimeFault(`A ${kindOf(input)} has no absolute value`, 'a number')
  },
}
