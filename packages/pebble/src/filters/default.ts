import { isEmpty } from '../tests/empty.ts'
import type { FilterDefinition } from './filter.ts'

/** The argument in place of null, blank texts, empty lists and maps, and of what is missing. */
export const orDefault: FilterDefinition = {
  name: 'default',
  parameters: ['default'],
  takesMissing: true,
  apply: (input, [fallback = null]) => (isEmpty(input) ? fallback : input),
}
