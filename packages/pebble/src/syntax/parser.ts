import { Fault, limitFault } from '../fault.ts'
import type { Body, Expression, Statement } from './ast.ts'
import { type ExpressionGrammar, ExpressionParser } from './expression-parser.ts'
import { PlacedFault, syntaxError } from './syntax-error.ts'
import { describe, type Token } from './token.ts'
import { TokenStream } from './token-stream.ts'

/** How a tag is parsed: what stands after its name up to and including its last `%}`. */
export interface TagSyntax {
  readonly name: string
  parse(parser: Parser, at: number): unknown
}

export interface Grammar extends ExpressionGrammar {
  readonly tags: ReadonlyMap<string, TagSyntax>
  /** Why a tag may not be used, `undefined` if it may. */
  tagRefusal(name: string): string | undefined
}

/** Parses a template; tags ask it for expressions, names and bodies. */
export class Parser {
  readonly tokens: TokenStream
  readonly expressions: ExpressionParser
  readonly #grammar: Grammar
  #depth = 0

  constructor(tokens: readonly Token[], grammar: Grammar) {
    this.tokens = new TokenStream(tokens)
    this.expressions = new ExpressionParser(this.tokens, grammar)
    this.#grammar = grammar
  }

  parseTemplate(): Body {
    return this.#statements([])
  }

  parseExpression(): Expression {
    return this.expressions.parse()
  }

  /** Takes the `%}` of a tag. */
  endTag(): void {
    this.tokens.expect('tag end', undefined, '"%}"')
  }

  /** Parses statements up to one of the given tags, whose name becomes the current token. */
  parseBody(until: readonly string[]): Body {
    const { at } = this.tokens.current
    if (++this.#depth > this.#grammar.maxDepth) {
      throw new PlacedFault(limitFault('depth', this.#grammar.maxDepth, 'The nesting of tags'), at)
    }
    const body = this.#statements(until)
    if (this.tokens.atEnd) {
      throw syntaxError(
        this.tokens.current.at,
        'A tag is not closed',
        until.map((name) => `{% ${name} %}`).join(' or '),
      )
    }
    this.#depth--
    return body
  }

  /** Parses statements and the end tag after them. */
  parseBodyOf(endTag: string): Body {
    const body = this.parseBody([endTag])
    this.tokens.next()
    this.endTag()
    return body
  }

  #statements(until: readonly string[]): Body {
    const statements: Statement[] = []
    while (!this.tokens.atEnd) {
      const token = this.tokens.next()
      switch (token.type) {
        case 'text':
          statements.push({ kind: 'text', text: token.text })
          break
        case 'print start':
          statements.push({ kind: 'print', expression: this.parseExpression() })
          this.tokens.expect('print end', undefined, 'an operator or "}}"')
          break
        case 'tag start':
          if (this.tokens.is('name') && until.includes(this.tokens.current.text)) return statements
          statements.push(this.#tag())
          break
        default:
          throw syntaxError(token.at, `Unexpected ${describe(token)}`)
      }
    }
    return statements
  }

  #tag(): Statement {
    const { text: name, at } = this.tokens.expect('name', undefined, 'the name of a tag')
    const refusal = this.#grammar.tagRefusal(name)
    if (refusal) throw new PlacedFault(new Fault('refused', refusal), at)
    const tag = this.#grammar.tags.get(name)
    if (!tag) throw syntaxError(at, `Unknown tag "${name}"`, [...this.#grammar.tags.keys()].join(', '))
    return { kind: 'tag', tag: name, node: tag.parse(this, at), at }
  }
}
