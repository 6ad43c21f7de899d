/** Java's `Character.isWhitespace`: the white space of the language outside of its delimiters. */
export function isWhitespace(unit: number): boolean {
  if (unit <= 0x20) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d) || (unit >= 0x1c && unit <= 0x1f)
  if (unit < 0x1680) return false
  if (unit >= 0x2000 && unit <= 0x200a) return unit !== 0x2007
  return unit === 0x1680 || unit === 0x2028 || unit === 0x2029 || unit === 0x205f || unit === 0x3000
}

/** Removes white space from the start. */
export function trimStart(text: string): string {
  let start = 0
  while (start < text.length && isWhitespace(text.charCodeAt(start))) start++
  return text.slice(start)
}

/** Removes white space from the end. */
export function trimEnd(text: string): string {
  let end = text.length
  while (end > 0 && isWhitespace(text.charCodeAt(end - 1))) end--
  return text.slice(0, end)
}

/** UTF-16 units whose title case is neither themselves nor a single upper-case unit. */
const DIGRAPHS = new Map([
  ['\u01c4', '\u01c5'],
  ['\u01c5', '\u01c5'],
  ['\u01c6', '\u01c5'],
  ['\u01c7', '\u01c8'],
  ['\u01c8', '\u01c8'],
  ['\u01c9', '\u01c8'],
  ['\u01ca', '\u01cb'],
  ['\u01cb', '\u01cb'],
  ['\u01cc', '\u01cb'],
  ['\u01f1', '\u01f2'],
  ['\u01f2', '\u01f2'],
  ['\u01f3', '\u01f2'],
  ['\u1fb3', '\u1fbc'],
  ['\u1fc3', '\u1fcc'],
  ['\u1ff3', '\u1ffc'],
])

/** Java's `Character.toTitleCase` of one UTF-16 unit. */
export function titleCase(unit: string): string {
  const digraph = DIGRAPHS.get(unit)
  if (digraph) return digraph
  const code = unit.charCodeAt(0)
  // Greek with a small iota beside: eight letters, then their eight title-case forms.
  if (code >= 0x1f80 && code <= 0x1faf) return String.fromCharCode(code | 8)
  // Georgian letters are written as they are at the start of a word.
  if (code >= 0x10d0 && code <= 0x10ff) return unit
  const upper = unit.toUpperCase()
  return upper.length === 1 ? upper : unit
}
