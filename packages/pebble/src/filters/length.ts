import { isSequence } from '../value/list.ts'
import { MapValue } from '../value/map.ts'
import type { FilterDefinition } from './filter.ts'

/** Units of a String, elements of a list or map; 0 for everything else. */
export const length: FilterDefinition = {
  name: 'length',
  parameters: 'ignored',
  apply(input) {
    if (typeof input === 'string') return input.length
    return isSequence(input) || input instanceof MapValue ? input.size : 0
  },
}
