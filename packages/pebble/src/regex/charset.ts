import type { CharSet, Flags } from './node.ts'

export const not =
  (set: CharSet): CharSet =>
  (c) =>
    !set(c)
export const either =
  (a: CharSet, b: CharSet): CharSet =>
  (c) =>
    a(c) || b(c)
export const both =
  (a: CharSet, b: CharSet): CharSet =>
  (c) =>
    a(c) && b(c)
export const oneOf =
  (characters: string): CharSet =>
  (c) =>
    characters.includes(String.fromCodePoint(c))

/** Code points from one to another, in any case if the flags say so. */
export function range(from: number, to: number, { ignoreCase, unicodeCase }: Flags): CharSet {
  const plain: CharSet = (c) => c >= from && c <= to
  if (!ignoreCase) return plain
  const fold = unicodeCase ? foldUnicode : foldAscii
  return (c) => plain(c) || fold(c).some(plain)
}

/** The other case of an ASCII letter; all other characters have one only, unless `(?u)` says otherwise. */
function foldAscii(c: number): number[] {
  if (c >= 0x41 && c <= 0x5a) return [c + 32]
  return c >= 0x61 && c <= 0x7a ? [c - 32] : []
}

function foldUnicode(c: number): number[] {
  const character = String.fromCodePoint(c)
  const upper = character.toUpperCase()
  return [upper, upper.toLowerCase(), character.toLowerCase()].flatMap((folded) => {
    const code = folded.codePointAt(0) as number
    return String.fromCodePoint(code) === folded ? [code] : []
  })
}

const within =
  (...ranges: readonly (readonly [number, number])[]): CharSet =>
  (c) =>
    ranges.some(([from, to]) => c >= from && c <= to)

export const DIGIT = within([0x30, 0x39])
export const WORD = within([0x30, 0x39], [0x41, 0x5a], [0x5f, 0x5f], [0x61, 0x7a])
export const SPACE = within([0x09, 0x0d], [0x20, 0x20])
export const VERTICAL_SPACE = within([0x0a, 0x0d], [0x85, 0x85], [0x2028, 0x2029])
const HORIZONTAL_SPACE = oneOf(
  ' \t\u00a0\u1680\u180e\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000',
)

/** `\d`, `\w` and the like; in upper case the opposite. */
export const CLASS_ESCAPES: ReadonlyMap<string, CharSet> = new Map(
  Object.entries({ d: DIGIT, w: WORD, s: SPACE, h: HORIZONTAL_SPACE, v: VERTICAL_SPACE }).flatMap(
    ([letter, set]) => [[letter, set] as const, [letter.toUpperCase(), not(set)] as const],
  ),
)

const POSIX: ReadonlyMap<string, CharSet> = new Map([
  ['Lower', within([0x61, 0x7a])],
  ['Upper', within([0x41, 0x5a])],
  ['ASCII', within([0, 0x7f])],
  ['Alpha', within([0x41, 0x5a], [0x61, 0x7a])],
  ['Digit', DIGIT],
  ['Alnum', within([0x30, 0x39], [0x41, 0x5a], [0x61, 0x7a])],
  ['Punct', within([0x21, 0x2f], [0x3a, 0x40], [0x5b, 0x60], [0x7b, 0x7e])],
  ['Graph', within([0x21, 0x7e])],
  ['Print', within([0x20, 0x7e])],
  ['Blank', oneOf(' \t')],
  ['Cntrl', within([0, 0x1f], [0x7f, 0x7f])],
  ['XDigit', within([0x30, 0x39], [0x41, 0x46], [0x61, 0x66])],
  ['Space', SPACE],
])

/** The set of `\p{name}`: a POSIX class of ASCII, a Unicode category, script or property; `undefined` if unknown. */
export function propertySet(name: string): CharSet | undefined {
  const posix = POSIX.get(name)
  if (posix) return posix
  const bare = name.startsWith('Is') ? name.slice(2) : name
  const script = /^(?:script|sc)=(\w+)$/i.exec(name)?.[1]
  const category = /^(?:general_category|gc)=(\w+)$/i.exec(name)?.[1]
  const candidates = script
    ? [`Script=${script}`]
    : [category ?? bare, ...(bare === name ? [] : [`Script=${bare}`])]
  for (const candidate of candidates) {
    const set = unicodeSet(candidate)
    if (set) return set
  }
  return undefined
}

function unicodeSet(property: string): CharSet | undefined {
  try {
    const pattern = new RegExp(`^\\p{${property}}$`, 'u')
    return (c) => pattern.test(String.fromCodePoint(c))
  } catch {
    return undefined
  }
}
