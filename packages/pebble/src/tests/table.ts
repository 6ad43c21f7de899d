import { isSequence } from '../value/list.ts'
import { MapValue } from '../value/map.ts'
import { empty } from './empty.ts'
import { even, odd } from './parity.ts'
import type { TestDefinition } from './test.ts'

export const TESTS: readonly TestDefinition[] = [
  empty,
  even,
  odd,
  { name: 'null', apply: (value) => value === null },
  { name: 'defined', takesMissing: true, apply: (value) => value !== null },
  { name: 'map', apply: (value) => value instanceof MapValue },
  { name: 'iterable', apply: isSequence },
]
