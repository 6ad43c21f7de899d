import { isWhitespace } from '../value/unicode.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token, TokenType } from './token.ts'

const CLOSERS = { print: /[ \t\n\v\f\r]*(-)?\}\}/y, tag: /[ \t\n\v\f\r]*(-)?%\}/y }
const NAME = /[\p{L}_][\p{L}\p{Nd}_]*/uy
const LONG = /([0-9]+)L/y
const NUMBER = /[0-9]+(?:\.[0-9]+)?/y
/** A string without interpolation: in double quotes it may not hold any `#`. */
const PLAIN_STRING = /"(?:[^#"\\]|\\[\s\S])*"|'(?:[^'\\]|\\[\s\S])*'/y
/** A stretch of an interpolated string up to `#{` or the quote. Nothing is unescaped in it. */
const STRING_PART = /(?:[^#"\\]|\\[\s\S]|#(?!\{))+/y
const INTERPOLATION_END = /[ \t\n\v\f\r]*\}/y
const BRACKETS: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' }
const PUNCTUATION = '()[]{}?:.,|='

interface Bracket {
  readonly closer: string
  readonly at: number
}

/** Cuts what stands between two delimiters into tokens. */
export class ExpressionLexer {
  readonly #source: string
  readonly #operator: RegExp
  readonly #tokens: Token[]
  readonly #brackets: Bracket[] = []
  #at = 0

  constructor(source: string, operators: readonly string[], tokens: Token[]) {
    this.#source = source
    this.#operator = operatorPattern(operators)
    this.#tokens = tokens
  }

  /** Reads up to the closing delimiter and says where it ends and whether it trims the text after it. */
  readConstruct(from: number, kind: 'print' | 'tag', openedAt: number): { end: number; trims: boolean } {
    this.#at = from
    for (;;) {
      const closer = this.#brackets.length === 0 ? this.#match(CLOSERS[kind]) : null
      if (closer) {
        this.#push(`${kind} end`, closer[0].trimStart(), this.#at - closer[0].trimStart().length)
        return { end: this.#at, trims: closer[1] !== undefined }
      }
      this.#skipWhitespace()
      if (this.#at >= this.#source.length) throw this.#unclosed(kind, openedAt)
      this.#readToken()
    }
  }

  #unclosed(kind: 'print' | 'tag', openedAt: number): Error {
    const bracket = this.#brackets.at(-1)
    if (bracket) return syntaxError(bracket.at, 'Unclosed bracket or string', `"${bracket.closer}"`)
    const closer = kind === 'print' ? '}}' : '%}'
    return syntaxError(openedAt, 'Unclosed delimiter', `"${closer}"`)
  }

  #readToken(): void {
    const at = this.#at
    const simple = this.#matchSimpleToken()
    if (simple) {
      this.#push(simple.type, simple.text, at)
      return
    }
    const character = this.#source[at] as string
    if (PUNCTUATION.includes(character)) this.#readPunctuation(character)
    else if (character === '"' || character === "'") this.#readString(character)
    else {
      const shown = String.fromCodePoint(this.#source.codePointAt(at) as number)
      throw syntaxError(at, `Unexpected character "${shown}"`)
    }
  }

  /** The order matters: a word that is an operator is no name. */
  #matchSimpleToken(): { type: TokenType; text: string } | undefined {
    const operator = this.#match(this.#operator)
    if (operator) return { type: 'operator', text: operator[0] }
    const name = this.#match(NAME)
    if (name) return { type: 'name', text: name[0] }
    const long = this.#match(LONG)
    if (long) return { type: 'long', text: long[1] as string }
    const number = this.#match(NUMBER)
    return number ? { type: 'number', text: number[0] } : undefined
  }

  #readString(quote: string): void {
    const at = this.#at
    const plain = this.#match(PLAIN_STRING)
    if (plain) this.#push('string', withoutEscapes(plain[0]), at)
    else if (quote === '"') this.#readInterpolatedString()
    else throw syntaxError(at, 'Unclosed string', '"\'"')
  }

  #readPunctuation(character: string): void {
    const closer = BRACKETS[character]
    if (closer) this.#brackets.push({ closer, at: this.#at })
    else if (')]}'.includes(character)) {
      const open = this.#brackets.pop()
      if (!open) throw syntaxError(this.#at, `Unexpected "${character}"`, 'a bracket to be open')
      if (open.closer !== character)
        throw syntaxError(this.#at, `Unclosed "${open.closer}"`, `"${open.closer}"`)
    }
    this.#push('punctuation', character, this.#at++)
  }

  #readInterpolatedString(): void {
    const openedAt = this.#at++
    for (;;) {
      const at = this.#at
      const part = this.#match(STRING_PART)
      if (part) this.#push('string part', part[0], at)
      else if (this.#source.startsWith('#{', at)) this.#readInterpolation()
      else if (this.#source[at] === '"') break
      else throw syntaxError(openedAt, 'Unclosed string', '"""')
    }
    this.#push('string end', '"', this.#at++)
  }

  #readInterpolation(): void {
    this.#push('interpolation start', '#{', this.#at)
    this.#brackets.push({ closer: '}', at: this.#at })
    const depth = this.#brackets.length
    this.#at += 2
    for (;;) {
      const at = this.#at
      if (this.#brackets.length === depth && this.#match(INTERPOLATION_END)) {
        this.#brackets.pop()
        this.#push('interpolation end', '}', at)
        return
      }
      this.#skipWhitespace()
      if (this.#at >= this.#source.length) throw syntaxError(at, 'Unclosed interpolation', '"}"')
      this.#readToken()
    }
  }

  #skipWhitespace(): void {
    while (this.#at < this.#source.length && isWhitespace(this.#source.charCodeAt(this.#at))) this.#at++
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found) this.#at += found[0].length
    return found
  }

  #push(type: TokenType, text: string, at: number): void {
    this.#tokens.push({ type, text, at })
  }
}

/** The only escape is a backslash before the string's own quote. */
function withoutEscapes(literal: string): string {
  const quote = literal[0] as string
  return literal.slice(1, -1).replaceAll(`\\${quote}`, quote)
}

/** Longest first; an operator that is a word must end where the word ends. */
function operatorPattern(operators: readonly string[]): RegExp {
  const longestFirst = [...operators].sort((a, b) => b.length - a.length)
  const alternatives = longestFirst.map((symbol) => {
    const literal = symbol.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&')
    return /[a-z]$/.test(symbol) ? `${literal}(?![a-zA-Z0-9_])` : literal
  })
  return new RegExp(alternatives.join('|'), 'y')
}
