import { runtimeFault } from '../fault.ts'
import { isSequence } from '../value/list.ts'
import { Character, kindOf, type Value } from '../value/value.ts'
import type { FilterDefinition } from './filter.ts'

function end(name: string, index: (size: number) => number): FilterDefinition {
  return {
    name,
    parameters: 'ignored',
    apply(input): Value {
      if (input === null) return null
      if (typeof input === 'string') {
        if (input === '') throw runtimeFault(`"${name}" got an empty String`, 'a character to be there')
        return new Character(input.charAt(index(input.length)))
      }
      if (!isSequence(input))
        throw runtimeFault(`The filter "${name}" got a ${kindOf(input)}`, 'a list or String')
      return input.size === 0 ? null : input.at(index(input.size))
    },
  }
}

/** The first element of a list or character of a String. */
export const first = end('first', () => 0)

/** The last element of a list or character of a String. */
export const last = end('last', (size) => size - 1)
