import { divide, minus, modulo, multiply, negative, plus, positive } from './arithmetic.ts'
import { equal, equals, greater, greaterOrEqual, less, lessOrEqual, notEqual } from './comparison.ts'
import { concat } from './concat.ts'
import { contains } from './contains.ts'
import { and, not, or } from './logic.ts'
import type { BinaryOperator, UnaryOperator } from './operator.ts'
import { range } from './range.ts'

/** Every binary operator but the three of `INVOCATIONS`. */
export const BINARY_OPERATORS: readonly BinaryOperator[] = [
  or,
  and,
  contains,
  equal,
  equals,
  notEqual,
  greater,
  less,
  greaterOrEqual,
  lessOrEqual,
  plus,
  minus,
  multiply,
  divide,
  modulo,
  concat,
  range,
]

export const UNARY_OPERATORS: readonly UnaryOperator[] = [not, positive, negative]

/** Operators with a name on their right side: the parser makes filters and tests of them. */
export const INVOCATIONS: Readonly<Record<string, number>> = { '|': 100, is: 20, 'is not': 20 }
