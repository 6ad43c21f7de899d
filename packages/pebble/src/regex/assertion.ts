import { VERTICAL_SPACE } from './charset.ts'
import type { Assertion, CharSet, Flags } from './node.ts'

const LINE_FEED: CharSet = (c) => c === 0x0a
/** Java's line terminators: like vertical space, but neither U+000B nor U+000C. */
const LINE_END: CharSet = (c) => VERTICAL_SPACE(c) && c !== 0x0b && c !== 0x0c

/** What ends a line under these flags. */
export function lineEnd({ unixLines }: Flags): CharSet {
  return unixLines ? LINE_FEED : LINE_END
}

export function codePointBefore(text: string, at: number): number | undefined {
  if (at === 0) return undefined
  const low = text.charCodeAt(at - 1)
  const pair = at > 1 && low >= 0xdc00 && low <= 0xdfff ? text.codePointAt(at - 2) : undefined
  return pair !== undefined && pair > 0xffff ? pair : low
}

/** `^`: the start of the text, with `(?m)` also after the end of a line that is not the last. */
export function lineStart(flags: Flags): Assertion {
  if (!flags.multiline) return (_text, at) => at === 0
  const ends = lineEnd(flags)
  return (text, at) => {
    if (at === 0) return true
    if (at === text.length) return false
    const before = text.charCodeAt(at - 1)
    return ends(before) && !(before === 0x0d && text[at] === '\n' && !flags.unixLines)
  }
}

/** `$`: the end of the text or before the line end that closes it, with `(?m)` before every line end. */
export function lineFinish(flags: Flags): Assertion {
  const ends = lineEnd(flags)
  return (text, at) => {
    if (at === text.length) return true
    if (!ends(text.charCodeAt(at))) return false
    // Between the two halves of one line end there is no end.
    if (!flags.unixLines && text[at] === '\n' && text[at - 1] === '\r') return false
    if (flags.multiline) return true
    const length = !flags.unixLines && text.startsWith('\r\n', at) ? 2 : 1
    return at + length === text.length
  }
}

const WORD_CHARACTER = /^[\p{L}\p{Nd}_]$/u

/** `\b`. */
export const wordBoundary: Assertion = (text, at) => {
  return isWord(codePointBefore(text, at)) !== isWord(text.codePointAt(at))
}

function isWord(codePoint: number | undefined): boolean {
  return codePoint !== undefined && WORD_CHARACTER.test(String.fromCodePoint(codePoint))
}

export const notWordBoundary: Assertion = (text, at) => !wordBoundary(text, at)

/** `(?=x)`, `(?!x)`, `(?<=x)` and `(?<!x)` for a single character. */
export function neighbour(set: CharSet, behind: boolean, expected: boolean): Assertion {
  return (text, at) => {
    const codePoint = behind ? codePointBefore(text, at) : text.codePointAt(at)
    return (codePoint !== undefined && set(codePoint)) === expected
  }
}
