const REPLACEMENT = '\ufffd'

/** The UTF-8 bytes of a text. A surrogate without its partner becomes `?`, as in Java. */
export function encodeUtf8(text: string): number[] {
  const bytes: number[] = []
  for (let i = 0; i < text.length; i++) {
    const code = text.codePointAt(i) as number
    if (code < 0x80) bytes.push(code)
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63))
    else if (code >= 0xd800 && code <= 0xdfff) bytes.push(0x3f)
    else if (code < 0x10000) bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63))
    else {
      bytes.push(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 63),
        0x80 | ((code >> 6) & 63),
        0x80 | (code & 63),
      )
      i++
    }
  }
  return bytes
}

/** The text of UTF-8 bytes; each malformed sequence becomes U+FFFD. */
export function decodeUtf8(bytes: readonly number[]): string {
  let text = ''
  let i = 0
  while (i < bytes.length) {
    const lead = bytes[i] as number
    if (lead < 0x80) {
      text += String.fromCharCode(lead)
      i++
      continue
    }
    const sequence = sequenceOf(lead)
    let code = lead & (sequence.length === 2 ? 31 : sequence.length === 3 ? 15 : 7)
    let taken = 1
    while (taken < sequence.length) {
      const next = bytes[i + taken]
      const low = taken === 1 ? sequence.low : 0x80
      const high = taken === 1 ? sequence.high : 0xbf
      if (next === undefined || next < low || next > high) break
      code = (code << 6) | (next & 63)
      taken++
    }
    text += taken === sequence.length && sequence.length > 1 ? String.fromCodePoint(code) : REPLACEMENT
    i += taken
  }
  return text
}

/** How long a sequence with this lead byte is, and which second bytes keep it from being overlong or a surrogate. */
function sequenceOf(lead: number): { length: number; low: number; high: number } {
  if (lead >= 0xc2 && lead <= 0xdf) return { length: 2, low: 0x80, high: 0xbf }
  if (lead >= 0xe0 && lead <= 0xef) {
    return { length: 3, low: lead === 0xe0 ? 0xa0 : 0x80, high: lead === 0xed ? 0x9f : 0xbf }
  }
  if (lead >= 0xf0 && lead <= 0xf4) {
    return { length: 4, low: lead === 0xf0 ? 0x90 : 0x80, high: lead === 0xf4 ? 0x8f : 0xbf }
  }
  return { length: 1, low: 0, high: 0 }
}
