import type { Arguments, Expression, NamedArgument } from './ast.ts'
import { syntaxError } from './syntax-error.ts'
import { matches, type TokenStream } from './token-stream.ts'

const RESERVED = new Set(['true', 'false', 'null', 'none'])

/** Parses `(value, …, name = value, …)`. */
export function parseArguments(tokens: TokenStream, parse: () => Expression): Arguments {
  const positional: Expression[] = []
  const named: NamedArgument[] = []
  tokens.expect('punctuation', '(')
  while (!tokens.accept('punctuation', ')')) {
    if (positional.length + named.length > 0) tokens.expect('punctuation', ',')
    if (matches(tokens.following, 'punctuation', '=')) {
      const name = parseNewName(tokens)
      tokens.expect('punctuation', '=')
      named.push({ name, value: parse() })
    } else if (named.length > 0) {
      throw syntaxError(tokens.current.at, 'A positional argument follows a named one', 'name = value')
    } else {
      positional.push(parse())
    }
  }
  return { positional, named }
}

/** A parameter of a macro. */
export interface Parameter {
  readonly name: string
  readonly default: Expression | undefined
}

/** Parses `(name, name = default, …)`. */
export function parseParameters(tokens: TokenStream, parse: () => Expression): Parameter[] {
  const parameters: Parameter[] = []
  tokens.expect('punctuation', '(')
  while (!tokens.accept('punctuation', ')')) {
    if (parameters.length > 0) tokens.expect('punctuation', ',')
    const name = parseNewName(tokens)
    parameters.push({ name, default: tokens.accept('punctuation', '=') ? parse() : undefined })
  }
  return parameters
}

/** Parses a name that is about to get a value; constants can not. */
export function parseNewName(tokens: TokenStream): string {
  const { text, at } = tokens.expect('name', undefined, 'a new name')
  if (RESERVED.has(text)) throw syntaxError(at, `"${text}" can not be assigned to`, 'a name')
  return text
}
