import { printedText } from '../value/text.ts'
import type { BinaryOperator } from './operator.ts'

/** `a ~ b`: the texts of both, null being nothing. The result is a plain String. */
export const concat: BinaryOperator = {
  symbol: '~',
  precedence: 110,
  compile(left, right, { at }) {
    return (render) => {
      const a = left(render)
      const b = right(render)
      render.at = at
      const text = printedText(a) + printedText(b)
      render.chargeText(text.length)
      return text
    }
  },
}
