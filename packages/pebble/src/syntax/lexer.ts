import { trimEnd, trimStart } from '../value/unicode.ts'
import { ExpressionLexer } from './expression-lexer.ts'
import { syntaxError } from './syntax-error.ts'
import type { Token } from './token.ts'

export interface LexerOptions {
  /** Drop one line break right after a closing delimiter. */
  readonly newLineTrimming: boolean
  /** Whether `verbatim` is read as such; otherwise it is a tag like any other. */
  readonly verbatim: boolean
  /** The symbols of all operators. */
  readonly operators: readonly string[]
}

const START = /\{[{%#]/g
/** The dash that trims to the left must be followed by white space; `{{-1}}` is a number. */
const LEFT_TRIM = /-[ \t\n\v\f\r]+/y
const VERBATIM_START = /[ \t\n\v\f\r]*verbatim[ \t\n\v\f\r]*(-)?%\}/y
const VERBATIM_END = /\{%(-)?[ \t\n\v\f\r]*endverbatim[ \t\n\v\f\r]*(-)?%\}/g
const NEW_LINE = /\r\n|\n\r|[\r\n\u0085\u2028\u2029]/y

/** Cuts a template into tokens. */
export function tokenize(source: string, options: LexerOptions): Token[] {
  return new Lexer(source, options).run()
}

class Lexer {
  readonly #source: string
  readonly #options: LexerOptions
  readonly #expressions: ExpressionLexer
  readonly #tokens: Token[] = []
  #at = 0
  /** The tag before asked to trim the text up to the next tag. */
  #trimNextText = false

  constructor(source: string, options: LexerOptions) {
    this.#source = source
    this.#options = options
    this.#expressions = new ExpressionLexer(source, options.operators, this.#tokens)
  }

  run(): Token[] {
    while (this.#at < this.#source.length) this.#readText()
    this.#tokens.push({ type: 'end of template', text: '', at: this.#source.length })
    return this.#tokens
  }

  #readText(): void {
    const start = this.#at
    START.lastIndex = start
    const found = START.exec(this.#source)
    const end = found ? found.index : this.#source.length
    let text = this.#source.slice(start, end)
    if (this.#trimNextText) text = trimStart(text)
    this.#trimNextText = false
    this.#at = found ? end + 2 : end
    if (found && this.#match(LEFT_TRIM)) text = trimEnd(text)
    if (text !== '') this.#tokens.push({ type: 'text', text, at: start })
    if (!found) return
    if (found[0] === '{#') this.#readComment(end)
    else if (found[0] === '{{') this.#readConstruct('print', end)
    else if (!this.#readVerbatim(end)) this.#readConstruct('tag', end)
  }

  #readConstruct(kind: 'print' | 'tag', at: number): void {
    this.#tokens.push({ type: `${kind} start`, text: kind === 'print' ? '{{' : '{%', at })
    const { end, trims } = this.#expressions.readConstruct(this.#at, kind, at)
    this.#at = end
    this.#close(trims)
  }

  #readComment(at: number): void {
    const end = this.#source.indexOf('#}', this.#at)
    if (end < 0) throw syntaxError(at, 'Unclosed comment', '"#}"')
    const trims = /[ \t\n\v\f\r]-$/.test(this.#source.slice(Math.max(this.#at, end - 2), end))
    this.#at = end + 2
    this.#close(trims)
  }

  #readVerbatim(at: number): boolean {
    if (!this.#options.verbatim || !this.#match(VERBATIM_START)) return false
    VERBATIM_END.lastIndex = this.#at
    const end = VERBATIM_END.exec(this.#source)
    if (!end) throw syntaxError(at, 'Unclosed verbatim', '"{% endverbatim %}"')
    // Pebble always trims the start of verbatim text.
    const text = trimStart(this.#source.slice(this.#at, end.index))
    this.#tokens.push({ type: 'text', text: end[1] ? trimEnd(text) : text, at: this.#at })
    this.#at = end.index + end[0].length
    this.#close(end[2] !== undefined)
    return true
  }

  #close(trims: boolean): void {
    if (this.#options.newLineTrimming) this.#match(NEW_LINE)
    this.#trimNextText = trims
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at
    const found = pattern.exec(this.#source)
    if (found) this.#at += found[0].length
    return found
  }
}
