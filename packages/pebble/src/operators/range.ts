import { rangeOf } from '../functions/range.ts'
import type { BinaryOperator } from './operator.ts'

/** `a .. b` is `range(a, b)`. */
export const range: BinaryOperator = {
  symbol: '..',
  precedence: 120,
  compile(left, right, { at }) {
    return (render) => {
      const start = left(render)
      const end = right(render)
      render.at = at
      return rangeOf(start, end, null, render)
    }
  },
}
