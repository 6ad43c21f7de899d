import type { Value } from '../value/value.ts'

export interface TestDefinition {
  readonly name: string
  /** A missing variable or attribute reaches the test as null, even under strict variables. */
  readonly takesMissing?: boolean
  apply(subject: Value): boolean
}
