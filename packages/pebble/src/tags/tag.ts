import type { Compiling } from '../compile/compiling.ts'
import type { Exec } from '../render/render.ts'
import type { Parser } from '../syntax/parser.ts'

/** A tag: how it is parsed, and what it does. `Node` is what the one hands to the other. */
export interface TagDefinition<Node = unknown> {
  readonly name: string
  /** Parses from after the tag's name up to and including its last `%}`. */
  parse(parser: Parser, at: number): Node
  /** Compiles what was parsed; nothing where the tag itself renders nothing. */
  compile(node: Node, compiler: Compiling, at: number): Exec | undefined
}

/** Checks a tag's two halves against each other and forgets the type between them. */
export function defineTag<Node>(tag: TagDefinition<Node>): TagDefinition {
  return tag as TagDefinition
}
