import type { Eval } from '../render/render.ts'
import { type Arithmetic, calculate, DIVISION, MODULUS, MULTIPLICATION } from '../value/arithmetic.ts'
import { add, subtract } from './addition.ts'
import { guardAttributes } from './attribute-guard.ts'
import type { BinaryOperator, UnaryOperator } from './operator.ts'

function arithmetic(
  symbol: string,
  precedence: number,
  operation: Arithmetic,
  doing: string,
): BinaryOperator {
  return {
    symbol,
    precedence,
    compile(left, right, { at, strict }) {
      const evaluate: Eval = (render) => {
        const a = left(render)
        const b = right(render)
        render.at = at
        return calculate(operation, a, b)
      }
      return guardAttributes(evaluate, strict, doing)
    },
  }
}

/** `*`, `/` and `%`. */
export const multiply = arithmetic('*', 60, MULTIPLICATION, 'multiplication')
export const divide = arithmetic('/', 60, DIVISION, 'division')
export const modulo = arithmetic('%', 60, MODULUS, 'modulus')

/** `+` also joins texts and appends to lists. */
export const plus: BinaryOperator = {
  symbol: '+',
  precedence: 40,
  compile(left, right, { at, strict }) {
    const evaluate: Eval = (render) => {
      const a = left(render)
      const b = right(render)
      render.at = at
      return add(a, b, render)
    }
    return guardAttributes(evaluate, strict, 'addition')
  },
}

/** `-` also removes from lists. */
export const minus: BinaryOperator = {
  symbol: '-',
  precedence: 40,
  compile(left, right, { at, strict }) {
    const evaluate: Eval = (render) => {
      const a = left(render)
      const b = right(render)
      render.at = at
      return subtract(a, b, render)
    }
    return guardAttributes(evaluate, strict, 'subtraction')
  },
}

function sign(symbol: string, factor: number): UnaryOperator {
  return {
    symbol,
    precedence: 500,
    compile(operand, { at }) {
      return (render) => {
        const value = operand(render)
        render.at = at
        return calculate(MULTIPLICATION, factor, value)
      }
    },
  }
}

/** The signs multiply by the Integers 1 and -1. */
export const positive = sign('+', 1)
export const negative = sign('-', -1)
