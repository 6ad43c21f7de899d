import type { Value } from '../value/value.ts'

/** What an expression is made of. `at` is the offset in the source that errors point to. */
export type Expression =
  | { readonly kind: 'literal'; readonly value: Value; readonly at: number }
  | { readonly kind: 'variable'; readonly name: string; readonly at: number }
  | AttributeExpression
  | { readonly kind: 'list'; readonly items: readonly Expression[]; readonly at: number }
  | { readonly kind: 'map'; readonly entries: readonly MapLiteralEntry[]; readonly at: number }
  | { readonly kind: 'unary'; readonly operator: string; readonly operand: Expression; readonly at: number }
  | BinaryExpression
  | FilterExpression
  | TestExpression
  | CallExpression
  | ConditionalExpression
  /** The text that a body renders, for the tag `filter`. */
  | { readonly kind: 'body'; readonly body: Body; readonly at: number }
  /** What autoescaping adds to a printed expression. */
  | { readonly kind: 'escaped'; readonly inner: Expression; readonly strategy: string; readonly at: number }

/** `object.name`, `object[key]`; with `call`, `object.name(arguments)`. */
export interface AttributeExpression {
  readonly kind: 'attribute'
  readonly object: Expression
  readonly key: Expression
  readonly call: Arguments | undefined
  readonly at: number
}

export interface MapLiteralEntry {
  readonly key: Expression
  readonly value: Expression
}

export interface BinaryExpression {
  readonly kind: 'binary'
  readonly operator: string
  readonly left: Expression
  readonly right: Expression
  readonly at: number
}

/** `input | name(arguments)`. */
export interface FilterExpression {
  readonly kind: 'filter'
  readonly input: Expression
  readonly name: string
  readonly args: Arguments
  readonly at: number
}

/** `subject is name(arguments)`, or `is not`. */
export interface TestExpression {
  readonly kind: 'test'
  readonly subject: Expression
  readonly negated: boolean
  readonly name: string
  readonly args: Arguments
  readonly at: number
}

/** `name(arguments)`: a function or a macro. */
export interface CallExpression {
  readonly kind: 'call'
  readonly name: string
  readonly args: Arguments
  readonly at: number
}

/** `condition ? yes : no`. */
export interface ConditionalExpression {
  readonly kind: 'conditional'
  readonly condition: Expression
  readonly yes: Expression
  readonly no: Expression
  readonly at: number
}

export interface Arguments {
  readonly positional: readonly Expression[]
  readonly named: readonly NamedArgument[]
}

export interface NamedArgument {
  readonly name: string
  readonly value: Expression
}

export const NO_ARGUMENTS: Arguments = { positional: [], named: [] }

/** A sequence of statements. */
export type Body = readonly Statement[]

export type Statement =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'print'; readonly expression: Expression }
  /** What a tag parsed; only the tag itself knows more. */
  | { readonly kind: 'tag'; readonly tag: string; readonly node: unknown; readonly at: number }
