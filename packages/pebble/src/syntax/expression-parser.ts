import { limitFault } from '../fault.ts'
import { parseArguments, parseNewName } from './argument-parser.ts'
import type { Arguments, Expression, MapLiteralEntry } from './ast.ts'
import { NO_ARGUMENTS } from './ast.ts'
import { parseNumber } from './number-literal.ts'
import { PlacedFault, syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'
import { matches, type TokenStream } from './token-stream.ts'

/** What the grammar must know of the operators. */
export interface OperatorGrammar {
  readonly unary: ReadonlyMap<string, number>
  readonly binary: ReadonlyMap<string, number>
}

export interface ExpressionGrammar extends OperatorGrammar {
  readonly literalDecimalTreatedAsInteger: boolean
  readonly literalNumbersAsBigDecimals: boolean
  readonly maxDepth: number
}

const CONSTANTS: ReadonlyMap<string, boolean | null> = new Map([
  ['true', true],
  ['TRUE', true],
  ['false', false],
  ['FALSE', false],
  ['null', null],
  ['NULL', null],
  ['none', null],
  ['NONE', null],
])

/** Parses expressions by precedence climbing. */
export class ExpressionParser {
  readonly #tokens: TokenStream
  readonly #grammar: ExpressionGrammar
  #depth = 0

  constructor(tokens: TokenStream, grammar: ExpressionGrammar) {
    this.#tokens = tokens
    this.#grammar = grammar
  }

  /** Parses a whole expression. */
  parse(): Expression {
    const expression = this.#climb(0)
    if (!this.#tokens.is('punctuation', '?')) return expression
    const { at } = this.#tokens.next()
    const yes = this.parse()
    this.#tokens.expect('punctuation', ':')
    return { kind: 'conditional', condition: expression, yes, no: this.parse(), at }
  }

  /** Parses `name` or `name(arguments)`, the right side of `|` and `is`. */
  parseInvocation(what: 'filter' | 'test'): { name: string; args: Arguments; at: number } {
    const { text: name, at } = this.#tokens.expect('name', undefined, `the name of a ${what}`)
    return { name, args: this.#tokens.is('punctuation', '(') ? this.parseArguments() : NO_ARGUMENTS, at }
  }

  parseArguments(): Arguments {
    return parseArguments(this.#tokens, () => this.parse())
  }

  /** Parses a name that is about to get a value. */
  parseNewName(): string {
    return parseNewName(this.#tokens)
  }

  #climb(minimum: number): Expression {
    if (++this.#depth > this.#grammar.maxDepth) {
      const fault = limitFault('depth', this.#grammar.maxDepth, 'The nesting of this expression')
      throw new PlacedFault(fault, this.#tokens.current.at)
    }
    let left = this.#operand()
    for (;;) {
      const token = this.#tokens.current
      const precedence = token.type === 'operator' ? this.#grammar.binary.get(token.text) : undefined
      if (precedence === undefined || precedence < minimum) break
      this.#tokens.next()
      left = this.#operation(left, token, precedence)
    }
    this.#depth--
    return left
  }

  #operation(left: Expression, { text: operator, at }: Token, precedence: number): Expression {
    switch (operator) {
      case '|':
        return { kind: 'filter', input: left, ...this.parseInvocation('filter') }
      case 'is':
      case 'is not':
        return {
          kind: 'test',
          subject: left,
          negated: operator === 'is not',
          ...this.parseInvocation('test'),
        }
      default:
        return { kind: 'binary', operator, left, right: this.#climb(precedence + 1), at }
    }
  }

  #operand(): Expression {
    const token = this.#tokens.current
    const unary = token.type === 'operator' ? this.#grammar.unary.get(token.text) : undefined
    if (unary !== undefined) {
      this.#tokens.next()
      return { kind: 'unary', operator: token.text, operand: this.#climb(unary), at: token.at }
    }
    if (this.#tokens.accept('punctuation', '[')) return { kind: 'list', items: this.#items(), at: token.at }
    if (this.#tokens.accept('punctuation', '{'))
      return { kind: 'map', entries: this.#entries(), at: token.at }
    return this.#postfix(this.#primary())
  }

  #primary(): Expression {
    const token = this.#tokens.current
    switch (token.type) {
      case 'name':
        return this.#name(this.#tokens.next())
      case 'long':
        return parseNumber(this.#tokens.next(), false, false)
      case 'number':
        return parseNumber(
          this.#tokens.next(),
          this.#grammar.literalDecimalTreatedAsInteger,
          this.#grammar.literalNumbersAsBigDecimals,
        )
      case 'string':
        return { kind: 'literal', value: this.#tokens.next().text, at: token.at }
      case 'string part':
      case 'interpolation start':
        return this.#interpolatedString()
      case 'punctuation':
        if (this.#tokens.accept('punctuation', '(')) {
          const inner = this.parse()
          this.#tokens.expect('punctuation', ')')
          return inner
        }
    }
    throw this.#tokens.unexpected('an expression')
  }

  #name({ text: name, at }: Token): Expression {
    const constant = CONSTANTS.get(name)
    if (constant !== undefined) return { kind: 'literal', value: constant, at }
    if (!this.#tokens.is('punctuation', '(')) return { kind: 'variable', name, at }
    const args = this.parseArguments()
    if (name === 'block' && args.positional.length === 0) {
      throw syntaxError(at, 'block() was called without a name', 'the name of a block')
    }
    return { kind: 'call', name, args, at }
  }

  /** Parts of a string and `#{…}` between them, joined as `~` joins. */
  #interpolatedString(): Expression {
    const { at } = this.#tokens.current
    let joined: Expression | undefined
    while (!this.#tokens.accept('string end')) {
      let part: Expression
      if (this.#tokens.accept('interpolation start')) {
        part = this.parse()
        this.#tokens.expect('interpolation end', undefined, '"}"')
      } else {
        part = { kind: 'literal', value: this.#tokens.expect('string part').text, at }
      }
      joined = joined ? { kind: 'binary', operator: '~', left: joined, right: part, at } : part
    }
    return joined as Expression
  }

  #items(): Expression[] {
    const items: Expression[] = []
    while (!this.#tokens.accept('punctuation', ']')) {
      if (items.length > 0) this.#tokens.expect('punctuation', ',')
      items.push(this.parse())
    }
    return items
  }

  #entries(): MapLiteralEntry[] {
    const entries: MapLiteralEntry[] = []
    while (!this.#tokens.accept('punctuation', '}')) {
      if (entries.length > 0) this.#tokens.expect('punctuation', ',')
      const key = this.parse()
      this.#tokens.expect('punctuation', ':')
      entries.push({ key, value: this.parse() })
    }
    return entries
  }

  #postfix(start: Expression): Expression {
    let expression = start
    for (;;) {
      const token = this.#tokens.current
      if (matches(token, 'punctuation', '.')) expression = this.#dotted(expression)
      else if (matches(token, 'punctuation', '[')) expression = this.#subscript(expression)
      else if (matches(token, 'punctuation', '(')) throw syntaxError(token.at, 'Only a name can be called')
      else return expression
    }
  }

  #dotted(object: Expression): Expression {
    this.#tokens.next()
    const { text: name, at } = this.#tokens.expect('name', undefined, 'the name of an attribute')
    const key: Expression = { kind: 'literal', value: name, at }
    const call = this.#tokens.is('punctuation', '(') ? this.parseArguments() : undefined
    if (call && call.named.length > 0) throw syntaxError(at, 'An attribute takes no named arguments')
    return { kind: 'attribute', object, key, call, at }
  }

  #subscript(object: Expression): Expression {
    const { at } = this.#tokens.next()
    const key = this.parse()
    this.#tokens.expect('punctuation', ']')
    return { kind: 'attribute', object, key, call: undefined, at }
  }
}
