import { syntaxError } from './syntax-error.ts'
import { describe, type Token, type TokenType } from './token.ts'

/** A reader of tokens that knows what it expects. */
export class TokenStream {
  readonly #tokens: readonly Token[]
  #index = 0

  constructor(tokens: readonly Token[]) {
    this.#tokens = tokens
  }

  get current(): Token {
    return this.#tokens[this.#index] as Token
  }

  get following(): Token {
    return this.#tokens[Math.min(this.#index + 1, this.#tokens.length - 1)] as Token
  }

  get atEnd(): boolean {
    return this.current.type === 'end of template'
  }

  /** Takes the current token, whatever it is. */
  next(): Token {
    const token = this.current
    if (this.atEnd) throw syntaxError(token.at, 'Unexpected end of the template')
    this.#index++
    return token
  }

  is(type: TokenType, text?: string): boolean {
    return matches(this.current, type, text)
  }

  /** Takes the current token if it is the one. */
  accept(type: TokenType, text?: string): boolean {
    if (!this.is(type, text)) return false
    this.#index++
    return true
  }

  /** Takes the current token, which must be the one. */
  expect(type: TokenType, text?: string, expected = text === undefined ? `a ${type}` : `"${text}"`): Token {
    if (!this.is(type, text)) throw this.unexpected(expected)
    return this.next()
  }

  unexpected(expected?: string): Error {
    return syntaxError(this.current.at, `Unexpected ${describe(this.current)}`, expected)
  }
}

export function matches(token: Token, type: TokenType, text?: string): boolean {
  return token.type === type && (text === undefined || token.text === text)
}
