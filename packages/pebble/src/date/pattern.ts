import { runtimeFault } from '../fault.ts'

/** A piece of a date pattern: a letter with its number of repetitions, or text. */
export type PatternPart =
  | { readonly kind: 'field'; readonly letter: string; readonly count: number }
  | { readonly kind: 'text'; readonly text: string }

const FIELDS = 'GyYMLwWDdFEuaHkKhmsSzZX'
const PART = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']+/y

/** Cuts a pattern of Java's `SimpleDateFormat` into its parts. */
export function parsePattern(pattern: string): readonly PatternPart[] {
  const parts: PatternPart[] = []
  PART.lastIndex = 0
  while (PART.lastIndex < pattern.length) {
    const at = PART.lastIndex
    const found = PART.exec(pattern)
    if (!found) throw runtimeFault(`The date pattern "${pattern}" has an open quote at index ${at}`, '"\'"')
    const [text, quoted, letter] = found
    if (letter !== undefined) parts.push(field(pattern, letter, text.length))
    else if (quoted === undefined) parts.push({ kind: 'text', text })
    else parts.push({ kind: 'text', text: quoted === '' ? "'" : quoted.replaceAll("''", "'") })
  }
  return parts
}

function field(pattern: string, letter: string, count: number): PatternPart {
  if (!FIELDS.includes(letter)) {
    throw runtimeFault(`The date pattern "${pattern}" has an unknown letter "${letter}"`, `one of ${FIELDS}`)
  }
  if (letter === 'X' && count > 3)
    throw runtimeFault(`The date pattern "${pattern}" has too many X`, 'at most XXX')
  return { kind: 'field', letter, count }
}
