import type { FilterDefinition } from '../filters/filter.ts'
import type { FunctionDefinition } from '../functions/function.ts'
import type { BinaryOperator, UnaryOperator } from '../operators/operator.ts'
import type { TestDefinition } from '../tests/test.ts'

/** The language of one template: what it may use and how it reads. */
export interface Language {
  readonly strictVariables: boolean
  readonly autoEscaping: boolean
  readonly defaultStrategy: string
  readonly filters: ReadonlyMap<string, FilterDefinition>
  readonly functions: ReadonlyMap<string, FunctionDefinition>
  readonly tests: ReadonlyMap<string, TestDefinition>
  readonly unary: ReadonlyMap<string, UnaryOperator>
  readonly binary: ReadonlyMap<string, BinaryOperator>
  /** Why a name that Pebble knows may not be used, `undefined` if it may. */
  refusal(kind: RestrictedKind, name: string): string | undefined
}

/** What a profile can restrict. */
export type RestrictedKind = 'tags' | 'filters' | 'functions' | 'tests'
