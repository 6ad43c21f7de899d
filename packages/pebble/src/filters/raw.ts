import { textOf } from '../value/text.ts'
import { SafeString } from '../value/value.ts'
import type { FilterDefinition } from './filter.ts'

/** Marks a text as one that is not to be escaped. */
export const raw: FilterDefinition = {
  name: 'raw',
  parameters: 'ignored',
  apply: (input) => (input === null ? null : new SafeString(textOf(input))),
}
