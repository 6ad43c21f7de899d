import type { Language } from '../language/language.ts'
import type { Eval, Exec } from '../render/render.ts'
import type { Parameter } from '../syntax/argument-parser.ts'
import type { Body, Expression } from '../syntax/ast.ts'
import type { Macro } from './macro.ts'

/** What the parts of the compiler, and the tags, may ask of the whole. */
export interface Compiling {
  readonly language: Language
  readonly macros: ReadonlyMap<string, Macro>
  readonly blocks: ReadonlyMap<string, Exec>
  /** The strategy for what is printed here; `undefined` where autoescaping is off. */
  readonly escaping: string | undefined
  expression(expression: Expression): Eval
  body(body: Body): Exec
  /** Compiles what a tag parsed; nothing where it renders nothing. */
  tag(name: string, node: unknown, at: number): Exec | undefined
  /** Compiles a body in which another escaping holds. */
  bodyEscapedBy(strategy: string | undefined, body: Body): Exec
  /** Compiles a body in which nothing is escaped and no macro or block is registered. */
  hiddenBody(body: Body): Exec
  /** Makes a macro callable from anywhere in the template. */
  registerMacro(name: string, parameters: readonly Parameter[], body: Body, at: number): void
  /** Registers a block; the last one of a name is used wherever the name stands. */
  registerBlock(name: string, body: Body): void
}
