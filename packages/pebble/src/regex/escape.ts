import type { PatternReader } from './reader.ts'

const CONTROLS: ReadonlyMap<string, number> = new Map([
  ['t', 0x09],
  ['n', 0x0a],
  ['r', 0x0d],
  ['f', 0x0c],
  ['a', 0x07],
  ['e', 0x1b],
])

/** Reads the escape of a single character, the backslash being read; `undefined` if it is none. */
export function readCharacterEscape(reader: PatternReader): number | undefined {
  const start = reader.at
  const letter = reader.nextRaw()
  const control = CONTROLS.get(letter)
  if (control !== undefined) return control
  switch (letter) {
    case '':
      throw reader.error('a backslash ends it')
    case '0':
      return readDigits(reader, /[0-3][0-7]{2}|[0-7]{1,2}/y, 8)
    case 'x':
      return readDigits(reader, /([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]+)\}/y, 16)
    case 'u':
      return readUtf16(reader)
    case 'c':
      return ((reader.nextRaw() || fail(reader)).codePointAt(0) as number) ^ 64
  }
  if (!/[A-Za-z0-9]/.test(letter)) return letter.codePointAt(0)
  reader.at = start
  return undefined
}

/** Two escapes in a row may be the halves of one character. */
function readUtf16(reader: PatternReader): number {
  const high = readDigits(reader, /[0-9A-Fa-f]{4}/y, 16)
  if (high < 0xd800 || high > 0xdbff) return high
  const low = /\\u([Dd][C-Fc-f][0-9A-Fa-f]{2})/y
  const found = reader.match(low)
  return found ? 0x10000 + ((high - 0xd800) << 10) + (Number.parseInt(found[1] as string, 16) - 0xdc00) : high
}

function readDigits(reader: PatternReader, digits: RegExp, base: number): number {
  const found = reader.match(digits)
  const value = found ? Number.parseInt(found[2] ?? found[1] ?? found[0], base) : Number.NaN
  if (Number.isNaN(value) || value > 0x10ffff) fail(reader)
  return value
}

function fail(reader: PatternReader): never {
  throw reader.error('an escape is not complete')
}
