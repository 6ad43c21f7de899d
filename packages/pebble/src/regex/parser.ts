import { lineEnd, lineFinish, lineStart, neighbour, notWordBoundary, wordBoundary } from './assertion.ts'
import { not, range, VERTICAL_SPACE } from './charset.ts'
import { parseClass, parseClassEscape, quotedText } from './class-parser.ts'
import { readCharacterEscape } from './escape.ts'
import { type Assertion, type CharSet, EMPTY, type Flags, NO_FLAGS, type Node } from './node.ts'
import { PatternReader } from './reader.ts'
import { regexRefusal } from './syntax-error.ts'

const MAX_DEPTH = 100
const FLAG_NAMES: Readonly<Record<string, keyof Flags>> = {
  i: 'ignoreCase',
  u: 'unicodeCase',
  s: 'dotAll',
  m: 'multiline',
  x: 'comments',
  d: 'unixLines',
}

/** Parses a regular expression of Java, so far as it can be matched in linear time. */
export function parseRegex(pattern: string): Node {
  return new RegexParser(new PatternReader(pattern)).parse()
}

class RegexParser {
  readonly #reader: PatternReader
  #flags = NO_FLAGS
  #depth = 0

  constructor(reader: PatternReader) {
    this.#reader = reader
  }

  parse(): Node {
    const node = this.#choice()
    if (this.#reader.peek() !== '') throw this.#reader.error('a ")" closes nothing')
    return node
  }

  #choice(): Node {
    if (++this.#depth > MAX_DEPTH) throw this.#reader.error('its groups are nested too deeply')
    const options = [this.#sequence()]
    while (this.#reader.accept('|')) options.push(this.#sequence())
    this.#depth--
    return options.length === 1 ? (options[0] as Node) : { kind: 'choice', options }
  }

  #sequence(): Node {
    const items: Node[] = []
    for (;;) {
      const character = this.#reader.peek()
      if (character === '' || character === '|' || character === ')') break
      for (const atom of this.#atoms(character)) items.push(atom)
      items.push(this.#quantified(items.pop() ?? EMPTY))
    }
    return items.length === 1 ? (items[0] as Node) : { kind: 'sequence', items }
  }

  /** Most atoms are one node; quoted text is several, of which a quantifier takes the last. */
  #atoms(character: string): Node[] {
    switch (character) {
      case '(':
        return [this.#group()]
      case '*':
      case '+':
      case '?':
        throw this.#reader.error(`"${character}" has nothing to repeat`)
      case '{':
        // Java puts an empty expression before a repetition that follows another one.
        return [EMPTY]
      case '\\':
        return this.#escape()
    }
    this.#reader.next()
    switch (character) {
      case '[':
        return [set(parseClass(this.#reader, this.#flags))]
      case '.':
        return [set(this.#flags.dotAll ? () => true : not(lineEnd(this.#flags)))]
      case '^':
        return [assertion(lineStart(this.#flags))]
      case '$':
        return [assertion(lineFinish(this.#flags))]
    }
    return [this.#literal(character.codePointAt(0) as number)]
  }

  #literal(code: number): Node {
    return set(range(code, code, this.#flags))
  }

  #escape(): Node[] {
    const reader = this.#reader
    reader.next()
    if (reader.match(/Q/y))
      return [...quotedText(reader)].map((c) => this.#literal(c.codePointAt(0) as number))
    if (reader.match(/R/y)) return [lineBreak()]
    const boundary = reader.match(/[bBAzZG](?!\{g\})/y)?.[0]
    if (boundary) return [assertion(this.#boundary(boundary))]
    if (reader.match(/[1-9k]/y)) throw regexRefusal(reader.pattern, 'a back reference')
    const charSet = parseClassEscape(reader)
    if (charSet) return [set(charSet)]
    const code = readCharacterEscape(reader)
    if (code === undefined) throw reader.error('it has an unknown escape')
    return [this.#literal(code)]
  }

  #boundary(letter: string): Assertion {
    switch (letter) {
      case 'b':
        return wordBoundary
      case 'B':
        return notWordBoundary
      case 'A':
        return lineStart(NO_FLAGS)
      case 'Z':
        return lineFinish({ ...NO_FLAGS, unixLines: this.#flags.unixLines })
      case 'z':
        return (text, at) => at === text.length
      default:
        throw regexRefusal(this.#reader.pattern, '"\\G"')
    }
  }

  #group(): Node {
    const reader = this.#reader
    reader.next()
    const flags = this.#flags
    const look = reader.match(/\?(<?)([=!])/y)
    if (look) return this.#lookaround(look[1] === '<', look[2] === '=')
    if (reader.match(/\?>/y)) throw regexRefusal(reader.pattern, 'an atomic group')
    const inline = reader.match(/\?([a-zA-Z]*)(?:-([a-zA-Z]*))?([:)])/y)
    if (inline) {
      this.#switchFlags(inline[1] as string, inline[2] ?? '')
      if (inline[3] === ')') return EMPTY
    } else if (!reader.match(/\?<[a-zA-Z][a-zA-Z0-9]*>/y) && reader.match(/\?/y)) {
      throw reader.error('it has an unknown kind of group')
    }
    const inner = this.#choice()
    if (!reader.accept(')')) throw reader.error('a group is not closed')
    this.#restoreFlags(flags)
    return inner
  }

  /** Only a single character is looked for, so that each place is looked at once. */
  #lookaround(behind: boolean, expected: boolean): Node {
    const flags = this.#flags
    const inner = this.#choice()
    if (!this.#reader.accept(')')) throw this.#reader.error('a group is not closed')
    this.#restoreFlags(flags)
    if (inner.kind !== 'set')
      throw regexRefusal(this.#reader.pattern, 'a lookaround of more than a single character')
    return assertion(neighbour(inner.set, behind, expected))
  }

  #switchFlags(on: string, off: string): void {
    const flags = { ...this.#flags }
    for (const [letters, value] of [[on, true] as const, [off, false] as const]) {
      for (const letter of letters) {
        const name = FLAG_NAMES[letter]
        if (letter === 'U') throw regexRefusal(this.#reader.pattern, 'the flag "U"')
        if (!name) throw this.#reader.error(`there is no flag "${letter}"`)
        flags[name] = value
      }
    }
    this.#restoreFlags(flags)
  }

  #restoreFlags(flags: Flags): void {
    this.#flags = flags
    this.#reader.comments = flags.comments
  }

  #quantified(item: Node): Node {
    const bounds = this.#bounds()
    if (!bounds) return item
    const [least, most] = bounds
    const greedy = !this.#reader.accept('?')
    if (greedy && this.#reader.accept('+'))
      throw regexRefusal(this.#reader.pattern, 'a possessive quantifier')
    return { kind: 'repeat', item, least, most, greedy }
  }

  #bounds(): readonly [number, number] | undefined {
    const reader = this.#reader
    if (reader.accept('*')) return [0, Number.POSITIVE_INFINITY]
    if (reader.accept('+')) return [1, Number.POSITIVE_INFINITY]
    if (reader.accept('?')) return [0, 1]
    if (!reader.startsWith('{')) return undefined
    const counted = reader.match(/\{(\d+)(?:(,)(\d*))?\}/y)
    if (!counted) throw reader.error('a repetition is not one')
    const least = Number(counted[1])
    const most = counted[2] === undefined ? least : counted[3] ? Number(counted[3]) : Number.POSITIVE_INFINITY
    if (least > 2 ** 31 - 1 || most < least) throw reader.error('a repetition is out of bounds')
    return [least, most]
  }
}

function set(charSet: CharSet): Node {
  return { kind: 'set', set: charSet }
}

function assertion(holds: Assertion): Node {
  return { kind: 'assertion', holds }
}

/** `\R`: any line break, CR LF being one. */
function lineBreak(): Node {
  const pair: Node = { kind: 'sequence', items: [set((c) => c === 0x0d), set((c) => c === 0x0a)] }
  return { kind: 'choice', options: [pair, set(VERTICAL_SPACE)] }
}
