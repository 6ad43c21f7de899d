import { runtimeFault } from '../fault.ts'
import { isNumber, kindOf, type NumberValue, toDouble, type Value } from '../value/value.ts'
import type { FunctionDefinition } from './function.ts'

function extreme(name: string, beats: (candidate: number, best: number) => boolean): FunctionDefinition {
  return {
    name,
    parameters: 'padded',
    apply(args) {
      let best: Value = null
      for (const candidate of args) {
        if (best === null) best = candidate
        else if (candidate !== null && beats(number(candidate, name), number(best, name))) best = candidate
      }
      return best
    },
  }
}

function number(value: Value, name: string): number {
  if (isNumber(value)) return toDouble(value as NumberValue)
  throw runtimeFault(`${name}() got a ${kindOf(value)}`, 'numbers')
}

/** The largest argument; the first of equals, in its own type. */
export const max = extreme('max', (candidate, best) => candidate > best)

/** The smallest argument; the first of equals, in its own type. */
export const min = extreme('min', (candidate, best) => candidate < best)
