import type { Language } from '../language/language.ts'
import type { Eval, Exec } from '../render/render.ts'
import type { Parameter } from '../syntax/argument-parser.ts'
import type { Body, Expression } from '../syntax/ast.ts'
import { syntaxError } from '../syntax/syntax-error.ts'
import type { TagDefinition } from '../tags/tag.ts'
import { compileBody } from './body.ts'
import type { Compiling } from './compiling.ts'
import { compileExpression } from './expression.ts'
import type { Macro } from './macro.ts'

/**
 * Turns the parts of one template into closures. What depends on where a part stands in the source (escaping,
 * whether macros and blocks are registered) is state that tags change while they compile their bodies.
 */
export class Compiler implements Compiling {
  readonly language: Language
  readonly macros = new Map<string, Macro>()
  readonly blocks = new Map<string, Exec>()
  readonly #tags: ReadonlyMap<string, TagDefinition>
  #escaping: string | undefined
  /** Inside of bodies that neither Pebble's escaper nor its search for macros and blocks visits. */
  #hidden = false

  constructor(language: Language, tags: ReadonlyMap<string, TagDefinition>) {
    this.language = language
    this.#tags = tags
    this.#escaping = language.autoEscaping ? language.defaultStrategy : undefined
  }

  get escaping(): string | undefined {
    return this.#escaping
  }

  expression(expression: Expression): Eval {
    return compileExpression(expression, this)
  }

  body(body: Body): Exec {
    return compileBody(body, this)
  }

  tag(name: string, node: unknown, at: number): Exec | undefined {
    return this.#tags.get(name)?.compile(node, this, at)
  }

  bodyEscapedBy(strategy: string | undefined, body: Body): Exec {
    const outer = this.#escaping
    this.#escaping = this.#hidden ? undefined : strategy
    const compiled = this.body(body)
    this.#escaping = outer
    return compiled
  }

  hiddenBody(body: Body): Exec {
    const outer = this.#hidden
    this.#hidden = true
    const compiled = this.bodyEscapedBy(undefined, body)
    this.#hidden = outer
    return compiled
  }

  registerMacro(name: string, parameters: readonly Parameter[], body: Body, at: number): void {
    if (this.#hidden) return
    if (this.macros.has(name)) throw syntaxError(at, `There are two macros "${name}"`, 'another name')
    const macro: Macro = {
      name,
      parameters: parameters.map((parameter) => parameter.name),
      defaults: parameters.map((parameter) => parameter.default && this.expression(parameter.default)),
      body: () => {},
    }
    this.macros.set(name, macro)
    macro.body = this.body(body)
  }

  registerBlock(name: string, body: Body): void {
    const compiled = this.body(body)
    if (!this.#hidden) this.blocks.set(name, compiled)
  }
}
