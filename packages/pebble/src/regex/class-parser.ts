import { both, CLASS_ESCAPES, either, not, propertySet, range } from './charset.ts'
import { readCharacterEscape } from './escape.ts'
import type { CharSet, Flags } from './node.ts'
import type { PatternReader } from './reader.ts'
import { regexRefusal } from './syntax-error.ts'

/** Nesting of classes in classes. */
const MAX_DEPTH = 50

/** Reads a character class, its `[` being read: unions, `&&`, nesting and negation as in Java. */
export function parseClass(reader: PatternReader, flags: Flags, consume = true, depth = 0): CharSet {
  if (depth > MAX_DEPTH) throw reader.error('its classes are nested too deeply')
  const negated = consume && reader.accept('^')
  let union: CharSet | undefined
  const add = (set: CharSet) => {
    union = union ? either(union, set) : set
  }
  for (;;) {
    const character = reader.peek()
    if (character === '') throw reader.error('a character class is not closed')
    if (character === ']' && union) break
    if (character === '[') {
      reader.next()
      add(parseClass(reader, flags, true, depth + 1))
    } else if (reader.accept('&&')) {
      const right = parseIntersected(reader, flags, depth)
      if (!union && !right) throw reader.error('an intersection is empty')
      if (right) union = union ? both(union, right) : right
    } else if (!reader.accept('\\Q')) {
      add(parseRange(reader, flags))
    } else {
      for (const quoted of quotedText(reader)) add(range(codeOf(quoted), codeOf(quoted), flags))
    }
  }
  if (consume) reader.next()
  return negated ? not(union) : union
}

/** The right side of `&&`, up to the end of the class or the next `&&`. */
function parseIntersected(reader: PatternReader, flags: Flags, depth: number): CharSet | undefined {
  let right: CharSet | undefined
  while (reader.peek() !== ']' && reader.peek() !== '&' && reader.peek() !== '') {
    if (reader.accept('[')) {
      const nested = parseClass(reader, flags, true, depth + 1)
      right = right ? either(right, nested) : nested
    } else {
      right = parseClass(reader, flags, false, depth + 1)
    }
  }
  return right
}

function parseRange(reader: PatternReader, flags: Flags): CharSet {
  const first = parseMember(reader)
  if (typeof first !== 'number') return first
  if (reader.peek() === '-') {
    const start = reader.at
    reader.next()
    const end = reader.peek()
    if (end !== ']' && end !== '[' && end !== '') {
      const last = parseMember(reader)
      if (typeof last !== 'number' || last < first)
        throw reader.error('a range goes backwards or ends in a class')
      return range(first, last, flags)
    }
    reader.at = start
  }
  return range(first, first, flags)
}

function parseMember(reader: PatternReader): number | CharSet {
  const character = reader.next()
  return character === '\\' ? (parseClassEscape(reader) ?? parseSingle(reader)) : codeOf(character)
}

function parseSingle(reader: PatternReader): number {
  const code = readCharacterEscape(reader)
  if (code === undefined) throw reader.error('it has an unknown escape')
  return code
}

/** Reads `\d`, `\p{…}` and the like, the backslash being read; `undefined` if it is none of them. */
export function parseClassEscape(reader: PatternReader): CharSet | undefined {
  const letter = reader.pattern.charAt(reader.at)
  const set = CLASS_ESCAPES.get(letter)
  if (set) {
    reader.at++
    return set
  }
  if (letter === 'N' || letter === 'X') throw regexRefusal(reader.pattern, `"\\${letter}"`)
  const property = reader.match(/[pP](?:\{(\w+(?:=\w+)?)\}|(\w))/y)
  if (!property) return undefined
  const name = (property[1] ?? property[2]) as string
  if (/^(?:In[A-Z]|bl|java)/.test(name)) throw regexRefusal(reader.pattern, `the property "${name}"`)
  const known = propertySet(name)
  if (!known) throw reader.error(`there is no property "${name}"`)
  return letter === 'P' ? not(known) : known
}

/** The text up to `\E`, `\Q` being read. */
export function quotedText(reader: PatternReader): string {
  const end = reader.pattern.indexOf('\\E', reader.at)
  const text = reader.pattern.slice(reader.at, end < 0 ? undefined : end)
  reader.at = end < 0 ? reader.pattern.length : end + 2
  return text
}

function codeOf(character: string): number {
  return character.codePointAt(0) as number
}
