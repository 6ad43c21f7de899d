import { regexError } from './syntax-error.ts'

/** Reads a pattern code point by code point. With the flag `comments`, white space and comments are skipped. */
export class PatternReader {
  readonly pattern: string
  at = 0
  comments = false

  constructor(pattern: string) {
    this.pattern = pattern
  }

  /** The next character, empty at the end. */
  peek(): string {
    if (this.comments) this.#skip()
    return this.#character()
  }

  next(): string {
    const character = this.peek()
    this.at += character.length
    return character
  }

  /** The next character, also where comments are skipped. */
  nextRaw(): string {
    const character = this.#character()
    this.at += character.length
    return character
  }

  startsWith(text: string): boolean {
    if (this.comments) this.#skip()
    return this.pattern.startsWith(text, this.at)
  }

  accept(text: string): boolean {
    if (!this.startsWith(text)) return false
    this.at += text.length
    return true
  }

  /** Takes what a sticky expression matches here. */
  match(expression: RegExp): RegExpExecArray | null {
    expression.lastIndex = this.at
    const found = expression.exec(this.pattern)
    if (found) this.at += found[0].length
    return found
  }

  error(problem: string): Error {
    return regexError(this.pattern, this.at, problem)
  }

  #character(): string {
    const code = this.pattern.codePointAt(this.at)
    return code === undefined ? '' : String.fromCodePoint(code)
  }

  #skip(): void {
    this.match(/(?:[ \t\n\v\f\r]|#[^\n\r\u0085\u2028\u2029]*)+/y)
  }
}
