import { runtimeFault } from '../fault.ts'
import type { Eval } from '../render/render.ts'
import { looselyEqual } from '../value/equality.ts'
import { isNumber, kindOf, toDouble, type Value } from '../value/value.ts'
import { Collection } from '../value/weight.ts'
import { guardAttributes } from './attribute-guard.ts'
import type { BinaryOperator } from './operator.ts'

function comparison(symbol: string, doing: string, decide: (a: Value, b: Value) => boolean): BinaryOperator {
  return {
    symbol,
    precedence: 30,
    compile(left, right, { at, strict }) {
      const evaluate: Eval = (render) => {
        const a = left(render)
        const b = right(render)
        render.at = at
        if (a instanceof Collection) render.charge(a.weight * 16)
        return decide(a, b)
      }
      return guardAttributes(evaluate, strict, doing)
    },
  }
}

function order(symbol: string, doing: string, decide: (a: number, b: number) => boolean): BinaryOperator {
  return comparison(symbol, doing, (a, b) => {
    if (a === null || b === null) return false
    if (isNumber(a) && isNumber(b)) return decide(toDouble(a), toDouble(b))
    throw runtimeFault(`${kindOf(a)} and ${kindOf(b)} have no order`, 'two numbers')
  })
}

export const equal = comparison('==', 'comparison', looselyEqual)
export const equals = comparison('equals', 'comparison', looselyEqual)
export const notEqual = comparison('!=', 'comparison', (a, b) => !looselyEqual(a, b))
export const greater = order('>', 'comparison', (a, b) => a > b)
export const less = order('<', 'comparison', (a, b) => a < b)
export const greaterOrEqual = order('>=', 'comparison', (a, b) => a >= b)
export const lessOrEqual = order('<=', 'comparison', (a, b) => a <= b)
