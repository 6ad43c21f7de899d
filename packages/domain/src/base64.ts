const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'
const UNITS = Uint8Array.from(ALPHABET, (character) => character.charCodeAt(0))
const PADDING = 61
/** Bytes whose encoding is made in one piece: adding character after character costs several times as much. */
const PIECE_BYTES = 3 * 1_024

/** The UTF-8 bytes of a text; a lone surrogate becomes U+FFFD, as everywhere on the web. */
export function utf8Bytes(text: string): Uint8Array {
  return asciiBytes(text) ?? manyBytes(text)
}

/** Null for a text that is more than ASCII; most are not. */
function asciiBytes(text: string): Uint8Array | null {
  const bytes = new Uint8Array(text.length)
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at)
    if (unit > 0x7f) return null
    bytes[at] = unit
  }
  return bytes
}

function manyBytes(text: string): Uint8Array {
  const bytes: number[] = []
  for (const character of text.toWellFormed()) {
    const point = character.codePointAt(0)!
    if (point < 0x80) bytes.push(point)
    else if (point < 0x800) bytes.push(0xc0 | (point >> 6), tail(point))
    else if (point < 0x10000) bytes.push(0xe0 | (point >> 12), tail(point >> 6), tail(point))
    else bytes.push(0xf0 | (point >> 18), tail(point >> 12), tail(point >> 6), tail(point))
  }
  return Uint8Array.from(bytes)
}

const tail = (point: number): number => 0x80 | (point & 0x3f)

/** The text of UTF-8 bytes, or undefined when they are not valid UTF-8. */
export function utf8Text(bytes: Uint8Array): string | undefined {
  let escaped = ''
  for (const byte of bytes) escaped += `%${byte.toString(16).padStart(2, '0')}`
  try {
    return decodeURIComponent(escaped)
  } catch {
    return undefined
  }
}

/** Base 64 with padding, RFC 4648 §4, of bytes or of the UTF-8 form of a text. */
export function encodeBase64(input: Uint8Array | string): string {
  const bytes = typeof input === 'string' ? utf8Bytes(input) : input
  let encoded = ''
  for (let from = 0; from < bytes.length; from += PIECE_BYTES) {
    encoded += encodePiece(bytes, from, Math.min(from + PIECE_BYTES, bytes.length))
  }
  return encoded
}

function encodePiece(bytes: Uint8Array, from: number, to: number): string {
  const units: number[] = []
  for (let at = from; at < to; at += 3) {
    const second = at + 1 < to ? bytes[at + 1]! : 0
    const third = at + 2 < to ? bytes[at + 2]! : 0
    const group = (bytes[at]! << 16) | (second << 8) | third
    units.push(
      UNITS[group >> 18]!,
      UNITS[(group >> 12) & 63]!,
      at + 1 < to ? UNITS[(group >> 6) & 63]! : PADDING,
      at + 2 < to ? UNITS[group & 63]! : PADDING,
    )
  }
  return String.fromCharCode(...units)
}

/** Base 64 in either alphabet, with or without padding (RFC 4648 §4 and §5); undefined when it is neither. */
export function decodeBase64(encoded: string): Uint8Array | undefined {
  const text = encoded.replace(/={1,2}$/, '')
  if (text.length % 4 === 1) return undefined
  const bytes = new Uint8Array(Math.floor((text.length * 3) / 4))
  let group = 0
  let bits = 0
  let length = 0
  for (const character of text) {
    const value = ALPHABET.indexOf(character === '-' ? '+' : character === '_' ? '/' : character)
    if (value < 0) return undefined
    group = ((group << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      bytes[length++] = (group >> bits) & 0xff
    }
  }
  return bytes
}
