import type { Parameters } from '../language/parameters.ts'
import type { Render } from '../render/render.ts'
import type { Value } from '../value/value.ts'

export interface FunctionDefinition {
  readonly name: string
  readonly parameters: Parameters
  apply(args: readonly Value[], render: Render): Value
  /**
   * Does ahead what a call needs but once. `literals` holds the arguments that are the same in every render and
   * `undefined` for the others. What it gives stands in for `apply` and gets those others only.
   */
  prepare?(literals: readonly (Value | undefined)[]): FunctionDefinition['apply']
}
