import { runtimeFault } from '../fault.ts'
import type { Parameters } from '../language/parameters.ts'
import type { Render } from '../render/render.ts'
import { kindOf, type Value } from '../value/value.ts'

export interface FilterDefinition {
  readonly name: string
  readonly parameters: Parameters
  /** A SafeString reaches the filter as it is and not as a String. */
  readonly takesSafe?: boolean
  /** A missing variable or attribute reaches the filter as null, even under strict variables. */
  readonly takesMissing?: boolean
  apply(input: Value, args: readonly Value[], render: Render): Value
}

/** Defines a filter for Strings only; null stays null. */
export function stringFilter(
  name: string,
  parameters: Parameters,
  apply: (input: string, args: readonly Value[], render: Render) => Value,
): FilterDefinition {
  return {
    name,
    parameters,
    apply: (input, args, render) => (input === null ? null : apply(stringInput(input, name), args, render)),
  }
}

function stringInput(input: Value, filter: string): string {
  if (typeof input === 'string') return input
  throw runtimeFault(`The filter "${filter}" got a ${kindOf(input)}`, 'a String')
}

/** An argument that must be a String or null. */
export function textArgument(value: Value | undefined, what: string): string | null {
  if (value === undefined || value === null || typeof value === 'string') return value ?? null
  throw runtimeFault(`The ${what} is a ${kindOf(value)}`, 'a String')
}
