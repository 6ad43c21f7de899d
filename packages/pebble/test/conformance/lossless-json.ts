import { BigInteger, JavaDouble } from '../../src/index.ts'

/**
 * Reads JSON as Jackson does: a number with a fraction or an exponent is a Double even if it is whole, whole numbers
 * keep all their digits, and the order of keys is kept also where they look like indexes.
 */
export function parseLossless(text: string): unknown {
  return restore(JSON.parse(mark(text)))
}

const NUMBER_OR_STRING = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g

/** Puts every number into a string and a mark before every string, so that JavaScript's reader loses nothing. */
function mark(text: string): string {
  return text.replace(NUMBER_OR_STRING, (token) =>
    token.startsWith('"') ? `"s${token.slice(1)}` : `"n${token}"`,
  )
}

function restore(value: unknown): unknown {
  if (typeof value === 'string') return value.startsWith('n') ? restoreNumber(value.slice(1)) : value.slice(1)
  if (Array.isArray(value)) return value.map(restore)
  if (value === null || typeof value !== 'object') return value
  // The marks keep keys from looking like indexes, so that their order is still that of the text.
  const entries = Object.entries(value).map(([key, item]) => [key.slice(1), restore(item)] as const)
  return entries.some(([key]) => /^\d+$/.test(key)) ? new Map(entries) : Object.fromEntries(entries)
}

function restoreNumber(token: string): unknown {
  if (/[.eE]/.test(token)) return new JavaDouble(Number(token))
  const whole = BigInt(token)
  // The recorded engine's reader made a BigInteger of the largest long: arithmetic-109 tells.
  if (token.replace('-', '').length >= 19) return new BigInteger(whole)
  return whole === BigInt.asIntN(32, whole) ? Number(whole) : whole
}
