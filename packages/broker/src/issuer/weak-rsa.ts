import type { JsonWebKey } from 'node:crypto'

/** Why an RSA key must not be trusted, whatever its size; null when nothing is known against it. */
export function explainWeakRsa({ n = '', e = '' }: JsonWebKey): string | null {
  const exponent = toInteger(e)
  // With 1 every signature is its own message; an even one is no RSA at all.
  if (exponent < 3n || exponent % 2n === 0n) return 'The RSA key has a public exponent that proves nothing.'
  return isRoca(toInteger(n)) ? 'The RSA key was made by a chip whose keys can be factored (ROCA).' : null
}

const toInteger = (encoded: string): bigint => {
  const hex = Buffer.from(encoded, 'base64url').toString('hex')
  return hex === '' ? 0n : BigInt(`0x${hex}`)
}

const PRIMES = [
  3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107,
  109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167,
]

/**
 * CVE-2017-15361: the primes of such a key are powers of 65537 modulo a product of small primes, and so is
 * the modulus, modulo each of them. For any other key to be so is less likely than one in a hundred million.
 */
function isRoca(modulus: bigint): boolean {
  return PRIMES.every((prime) => isPowerOf65537(Number(modulus % BigInt(prime)), prime))
}

function isPowerOf65537(remainder: number, prime: number): boolean {
  let power = 1
  for (let count = 0; count < prime; count += 1) {
    if (power === remainder) return true
    power = (power * 65537) % prime
  }
  return false
}
