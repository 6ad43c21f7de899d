import { BigDecimal } from '../value/big-decimal.ts'
import { parseLong } from '../value/number-text.ts'
import { JavaDouble } from '../value/value.ts'
import type { Expression } from './ast.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'

/** A number in a template: a Long, with a point a Double, or what the engine options ask for. */
export function parseNumber({ text, at }: Token, asInteger: boolean, asDecimal: boolean): Expression {
  if (asDecimal) return { kind: 'literal', value: BigDecimal.parse(text), at }
  if (text.includes('.')) return { kind: 'literal', value: new JavaDouble(Number(text)), at }
  const bits = asInteger ? 32 : 64
  if (BigInt(text) >= 2n ** BigInt(bits - 1)) {
    throw syntaxError(
      at,
      `${text.slice(0, 40)} does not fit into ${bits} bits`,
      `a number below 2^${bits - 1}`,
    )
  }
  return { kind: 'literal', value: asInteger ? Number(text) : parseLong(text), at }
}
