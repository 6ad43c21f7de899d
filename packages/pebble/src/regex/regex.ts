import { findMatch, type Match } from './matcher.ts'
import { parseRegex } from './parser.ts'
import { assemble } from './program.ts'

/** Finds the leftmost match from a place on; `charge` is told the work. */
export type Finder = (text: string, from: number, charge: (work: number) => void) => Match | undefined

const META = /[\\^$.|?*+()[\]{}]/
const ESCAPED_LITERAL = /^\\[^a-zA-Z0-9]$/

/** Compiles a regular expression of Java. Fails on a wrong one and refuses what is not linear. */
export function compileRegex(pattern: string): Finder {
  const literal = ESCAPED_LITERAL.test(pattern) ? pattern.slice(1) : pattern
  if (literal !== '' && (literal !== pattern || !META.test(pattern))) return literalFinder(literal)
  const program = assemble(parseRegex(pattern), pattern)
  return (text, from, charge) => findMatch(program, text, from, charge)
}

/** Most delimiters mean themselves. */
function literalFinder(literal: string): Finder {
  return (text, from, charge) => {
    const start = text.indexOf(literal, from)
    const end = start + literal.length
    charge((start < 0 ? text.length : end) - from)
    return start < 0 ? undefined : { start, end }
  }
}
