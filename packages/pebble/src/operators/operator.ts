import type { Eval } from '../render/render.ts'

/** What an operator may know when it is compiled. */
export interface OperatorSetting {
  /** Offset of the operator in the source. */
  readonly at: number
  readonly strict: boolean
}

export interface BinaryOperator {
  readonly symbol: string
  /** A higher one binds tighter. */
  readonly precedence: number
  compile(left: Eval, right: Eval, setting: OperatorSetting): Eval
}

export interface UnaryOperator {
  readonly symbol: string
  readonly precedence: number
  compile(operand: Eval, setting: OperatorSetting): Eval
}
