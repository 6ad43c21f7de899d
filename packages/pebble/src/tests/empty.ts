import { ListValue } from '../value/list.ts'
import { MapValue } from '../value/map.ts'
import { trimControls } from '../value/number-text.ts'
import type { Value } from '../value/value.ts'
import type { TestDefinition } from './test.ts'

/** `is empty`: null, a blank String, a list or map without elements. */
export const empty: TestDefinition = { name: 'empty', apply: isEmpty }

export function isEmpty(value: Value): boolean {
  if (value === null) return true
  if (typeof value === 'string') return trimControls(value) === ''
  return (value instanceof ListValue || value instanceof MapValue) && value.size === 0
}
