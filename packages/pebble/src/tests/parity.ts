import { runtimeFault } from '../fault.ts'
import { kindOf, type Value } from '../value/value.ts'
import type { TestDefinition } from './test.ts'

function isOdd(value: Value, test: string): boolean {
  if (typeof value === 'number') return value % 2 !== 0
  if (typeof value === 'bigint') return value % 2n !== 0n
  throw runtimeFault(`The test "${test}" got a ${kindOf(value)}`, 'an Integer or Long')
}

export const even: TestDefinition = { name: 'even', apply: (value) => !isOdd(value, 'even') }
export const odd: TestDefinition = { name: 'odd', apply: (value) => isOdd(value, 'odd') }
