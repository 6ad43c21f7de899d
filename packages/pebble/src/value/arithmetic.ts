import { runtimeFault } from '../fault.ts'
import { BigDecimal, decimalOf } from './big-decimal.ts'
import { doubleText } from './double-text.ts'
import { parseOperand } from './number-text.ts'
import { BigInteger, isNumber, JavaDouble, kindOf, type NumberValue, toDouble, type Value } from './value.ts'

/** An operation on two numbers, once for each width that Java calculates in. */
export interface Arithmetic {
  readonly integer: (a: number, b: number) => number
  readonly long: (a: bigint, b: bigint) => bigint
  readonly double: (a: number, b: number) => number
  readonly decimal: (a: BigDecimal, b: BigDecimal) => BigDecimal
}

export const ADDITION: Arithmetic = {
  integer: (a, b) => a + b,
  long: (a, b) => a + b,
  double: (a, b) => a + b,
  decimal: (a, b) => a.plus(b),
}

export const SUBTRACTION: Arithmetic = {
  integer: (a, b) => a - b,
  long: (a, b) => a - b,
  double: (a, b) => a - b,
  decimal: (a, b) => a.minus(b),
}

export const MULTIPLICATION: Arithmetic = {
  integer: Math.imul,
  long: (a, b) => a * b,
  double: (a, b) => a * b,
  decimal: (a, b) => a.times(b),
}

export const DIVISION: Arithmetic = {
  integer: (a, b) => a / nonZero(b),
  long: (a, b) => a / nonZero(b),
  double: (a, b) => a / b,
  decimal: (a, b) => a.dividedBy(nonZeroDecimal(b)),
}

export const MODULUS: Arithmetic = {
  integer: (a, b) => a % nonZero(b),
  long: (a, b) => a % nonZero(b),
  double: (a, b) => a % b,
  decimal: (a, b) => a.remainder(nonZeroDecimal(b)),
}

/** Calculates in the wider of the two operands' types: Decimal, Double, Long, Integer (which wraps at 32 bits). */
export function calculate(operation: Arithmetic, left: Value, right: Value): NumberValue {
  const a = operand(left)
  const b = operand(right)
  if (typeof a === 'bigint' && typeof b === 'bigint') return BigInt.asIntN(64, operation.long(a, b))
  if (a instanceof BigDecimal || b instanceof BigDecimal) {
    return operation.decimal(decimalOf(a, doubleText), decimalOf(b, doubleText))
  }
  if (a instanceof JavaDouble || b instanceof JavaDouble) {
    return new JavaDouble(operation.double(toDouble(a), toDouble(b)))
  }
  if (typeof a === 'bigint' || typeof b === 'bigint') {
    return BigInt.asIntN(64, operation.long(longBits(a), longBits(b)))
  }
  return BigInt(operation.integer(integerBits(a), integerBits(b)) | 0)
}

function operand(value: Value): NumberValue {
  if (typeof value === 'bigint' || typeof value === 'number') return value
  if (typeof value === 'string') return parseOperand(value)
  if (isNumber(value)) return value
  throw runtimeFault(`A ${kindOf(value)} can not be calculated with`, 'a number')
}

function longBits(value: NumberValue): bigint {
  if (typeof value === 'bigint') return value
  return value instanceof BigInteger ? BigInt.asIntN(64, value.value) : BigInt(toDouble(value))
}

function integerBits(value: NumberValue): number {
  return value instanceof BigInteger ? Number(BigInt.asIntN(32, value.value)) : toDouble(value)
}

function nonZero<N extends number | bigint>(divisor: N): N {
  if (divisor === 0 || divisor === 0n) throw runtimeFault('A whole number can not be divided by zero')
  return divisor
}

function nonZeroDecimal(divisor: BigDecimal): BigDecimal {
  if (divisor.unscaled === 0n) throw runtimeFault('A decimal can not be divided by zero')
  return divisor
}
