import { encodeUtf8 } from '../value/utf8.ts'
import { stringFilter } from './filter.ts'

/** The SHA-256 digest of the UTF-8 text in lower-case hexadecimal digits (FIPS 180-4 §6.2). */
export const sha256 = stringFilter('sha256', 'ignored', (input, _args, render) => {
  render.charge(input.length * 16)
  return digest(encodeUtf8(input))
    .map((word) => (word >>> 0).toString(16).padStart(8, '0'))
    .join('')
})

/** The first 32 bits of the fractional part of a number. */
function fractionBits(value: number): number {
  return ((value - Math.floor(value)) * 2 ** 32) | 0
}

const PRIMES: readonly number[] = firstPrimes(64)
const ROUND_CONSTANTS = PRIMES.map((prime) => fractionBits(Math.cbrt(prime)))
const INITIAL_HASH = PRIMES.slice(0, 8).map((prime) => fractionBits(Math.sqrt(prime)))

function firstPrimes(count: number): number[] {
  const primes: number[] = []
  for (let n = 2; primes.length < count; n++) if (primes.every((prime) => n % prime !== 0)) primes.push(n)
  return primes
}

function digest(message: readonly number[]): number[] {
  const padded = pad(message)
  let hash = INITIAL_HASH
  for (let block = 0; block < padded.length; block += 64)
    hash = compress(hash, padded.slice(block, block + 64))
  return hash
}

function pad(message: readonly number[]): number[] {
  const padded = [...message, 0x80]
  while (padded.length % 64 !== 56) padded.push(0)
  const bits = message.length * 8
  for (let shift = 7; shift >= 0; shift--) padded.push(Math.floor(bits / 2 ** (8 * shift)) & 255)
  return padded
}

function compress(hash: readonly number[], block: readonly number[]): number[] {
  const schedule = new Int32Array(64)
  for (let i = 0; i < 16; i++) {
    const [a = 0, b = 0, c = 0, d = 0] = block.slice(4 * i, 4 * i + 4)
    schedule[i] = (a << 24) | (b << 16) | (c << 8) | d
  }
  const word = (i: number) => schedule[i] as number
  for (let i = 16; i < 64; i++) {
    const s0 = rotate(word(i - 15), 7) ^ rotate(word(i - 15), 18) ^ (word(i - 15) >>> 3)
    const s1 = rotate(word(i - 2), 17) ^ rotate(word(i - 2), 19) ^ (word(i - 2) >>> 10)
    schedule[i] = word(i - 16) + s0 + word(i - 7) + s1
  }
  let [a, b, c, d, e, f, g, h] = hash as [number, number, number, number, number, number, number, number]
  for (let i = 0; i < 64; i++) {
    const s1 = rotate(e, 6) ^ rotate(e, 11) ^ rotate(e, 25)
    const choice = (e & f) ^ (~e & g)
    const first = (h + s1 + choice + (ROUND_CONSTANTS[i] as number) + word(i)) | 0
    const s0 = rotate(a, 2) ^ rotate(a, 13) ^ rotate(a, 22)
    const majority = (a & b) ^ (a & c) ^ (b & c)
    h = g
    g = f
    f = e
    e = (d + first) | 0
    d = c
    c = b
    b = a
    a = (first + s0 + majority) | 0
  }
  return [a, b, c, d, e, f, g, h].map((value, i) => ((hash[i] as number) + value) | 0)
}

function rotate(word: number, by: number): number {
  return (word >>> by) | (word << (32 - by))
}
