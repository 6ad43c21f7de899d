import { truthOf } from '../value/truth.ts'
import type { BinaryOperator, UnaryOperator } from './operator.ts'

/** `and` and `or` leave the right side alone when the left one decides. */
export const and: BinaryOperator = {
  symbol: 'and',
  precedence: 15,
  compile(left, right, { at, strict }) {
    return (render) => {
      const a = left(render)
      render.at = at
      if (!truthOf(a, strict)) return false
      const b = right(render)
      render.at = at
      return truthOf(b, strict)
    }
  },
}

export const or: BinaryOperator = {
  symbol: 'or',
  precedence: 10,
  compile(left, right, { at, strict }) {
    return (render) => {
      const a = left(render)
      render.at = at
      if (truthOf(a, strict)) return true
      const b = right(render)
      render.at = at
      return truthOf(b, strict)
    }
  },
}

export const not: UnaryOperator = {
  symbol: 'not',
  precedence: 500,
  compile(operand, { at, strict }) {
    return (render) => {
      const value = operand(render)
      render.at = at
      return !truthOf(value, strict)
    }
  },
}
