/** What the lexer makes of a template. `text` is literal text; the rest stands between delimiters. */
export type TokenType =
  | 'text'
  | 'print start'
  | 'print end'
  | 'tag start'
  | 'tag end'
  | 'name'
  | 'long'
  | 'number'
  | 'string'
  /** A stretch of an interpolated string. */
  | 'string part'
  | 'string end'
  | 'operator'
  | 'punctuation'
  | 'interpolation start'
  | 'interpolation end'
  | 'end of template'

export interface Token {
  readonly type: TokenType
  readonly text: string
  /** Offset of the token in the source. */
  readonly at: number
}

/** The token as an error message names it. */
export function describe(token: Token): string {
  switch (token.type) {
    case 'end of template':
      return 'the end of the template'
    case 'print end':
      return '"}}"'
    case 'tag end':
      return '"%}"'
    case 'text':
      return 'text'
    case 'string':
    case 'string part':
      return `the string "${token.text}"`
    default:
      return `"${token.text}"`
  }
}
