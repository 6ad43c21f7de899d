import type { Parameters } from '../language/parameters.ts'
import type { Render } from '../render/render.ts'
import type { Value } from '../value/value.ts'

export interface FunctionDefinition {
  readonly name: string
  readonly parameters: Parameters
  apply(args: readonly Value[], render: Render): Value
}
