import { runtimeFault } from '../fault.ts'
import { textOf } from '../value/text.ts'
import { decodeUtf8, encodeUtf8 } from '../value/utf8.ts'
import { type FilterDefinition, stringFilter } from './filter.ts'

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'

export const base64encode: FilterDefinition = {
  name: 'base64encode',
  parameters: 'ignored',
  apply(input, _args, render) {
    if (input === null) return null
    const bytes = encodeUtf8(textOf(input))
    render.chargeText(Math.ceil(bytes.length / 3) * 4)
    let encoded = ''
    for (let i = 0; i < bytes.length; i += 3) {
      const [a = 0, b, c] = bytes.slice(i, i + 3)
      const bits = (a << 16) | ((b ?? 0) << 8) | (c ?? 0)
      encoded += digit(bits >> 18) + digit(bits >> 12)
      encoded += (b === undefined ? '=' : digit(bits >> 6)) + (c === undefined ? '=' : digit(bits))
    }
    return encoded
  },
}

function digit(bits: number): string {
  return ALPHABET.charAt(bits & 63)
}

/** Decodes to UTF-8 text. Padding may be left out but not be wrong. */
export const base64decode = stringFilter('base64decode', 'ignored', (input, _args, render) => {
  render.chargeText(input.length)
  const digits = unpadded(input)
  const bytes: number[] = []
  let bits = 0
  for (let i = 0; i < digits.length; i++) {
    const value = ALPHABET.indexOf(digits.charAt(i))
    if (value < 0) throw runtimeFault('The text is not Base64', 'letters, digits, "+" and "/"')
    bits = (bits << 6) | value
    if (i % 4 === 1) bytes.push((bits >> 4) & 255)
    else if (i % 4 === 2) bytes.push((bits >> 2) & 255)
    else if (i % 4 === 3) bytes.push(bits & 255)
  }
  return decodeUtf8(bytes)
})

function unpadded(text: string): string {
  const digits = text.replace(/={1,2}$/, '')
  const padded = digits.length < text.length
  if (digits.length % 4 === 1 || (padded && text.length % 4 !== 0)) {
    throw runtimeFault('The length of the text is not one of Base64', 'groups of four characters')
  }
  return digits
}
