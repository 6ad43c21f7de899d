import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'

/** A public key of Bursar with the one algorithm that it verifies: a token never chooses it. */
export interface PublicKey {
  alg: SigningAlgorithm
  /** Whether this signature, as bytes, is one over the text. */
  fits(input: string, signature: Uint8Array<ArrayBuffer>): Promise<boolean>
}

interface Family {
  kty: 'RSA' | 'EC' | 'OKP'
  crv?: string
  /** Members of the JWK that make the key. What else it says of itself has no say. */
  members: readonly string[]
  /** For `importKey` and `verify` of Web Cryptography. */
  algorithm: { name: string; hash: string; saltLength: number; namedCurve: string }
}

const rsa = (name: string, bits: number): Family => ({
  kty: 'RSA',
  members: ['n', 'e'],
  // RFC 7518 §3.5: the salt is as long as the hash.
  algorithm: { name, hash: `SHA-${bits}`, saltLength: bits / 8, namedCurve: '' },
})
const ecdsa = (crv: string, bits: number): Family => ({
  kty: 'EC',
  crv,
  members: ['crv', 'x', 'y'],
  algorithm: { name: 'ECDSA', hash: `SHA-${bits}`, saltLength: 0, namedCurve: crv },
})

/** RFC 7518 §3.1 and RFC 8037 §3.1, without shared secrets: those are in no key set. */
const FAMILIES: ReadonlyMap<string, Family> = new Map([
  ['RS256', rsa('RSASSA-PKCS1-v1_5', 256)],
  ['RS384', rsa('RSASSA-PKCS1-v1_5', 384)],
  ['RS512', rsa('RSASSA-PKCS1-v1_5', 512)],
  ['PS256', rsa('RSA-PSS', 256)],
  ['PS384', rsa('RSA-PSS', 384)],
  ['PS512', rsa('RSA-PSS', 512)],
  ['ES256', ecdsa('P-256', 256)],
  ['ES384', ecdsa('P-384', 384)],
  ['ES512', ecdsa('P-521', 512)],
  [
    'EdDSA',
    {
      kty: 'OKP',
      crv: 'Ed25519',
      members: ['crv', 'x'],
      algorithm: { name: 'Ed25519', hash: '', saltLength: 0, namedCurve: '' },
    },
  ],
])

/** RFC 7518 §3.3: 2048 bits or more. */
const RSA_BYTES = 256

/**
 * A public key of a JWK (RFC 7517); undefined for one that signs nothing Bursar signs: without an algorithm, of
 * another kind than its algorithm wants, for encryption, or too short.
 */
export async function readPublicKey(jwk: Record<string, unknown>): Promise<PublicKey | undefined> {
  const family = typeof jwk.alg === 'string' ? FAMILIES.get(jwk.alg) : undefined
  if (family === undefined || jwk.kty !== family.kty || jwk.crv !== family.crv) return undefined
  if (jwk.use !== undefined && jwk.use !== 'sig') return undefined
  if (family.kty === 'RSA' && (typeof jwk.n !== 'string' || (jwk.n.length * 3) / 4 < RSA_BYTES))
    return undefined
  const plain = Object.fromEntries(['kty', ...family.members].map((name) => [name, jwk[name]]))
  const key = await crypto.subtle
    .importKey('jwk', plain, family.algorithm, false, ['verify'])
    .catch(() => undefined)
  if (key === undefined) return undefined
  return {
    alg: jwk.alg as SigningAlgorithm,
    fits: (input, signature) =>
      crypto.subtle
        .verify(family.algorithm, key, signature, new TextEncoder().encode(input))
        .catch(() => false),
  }
}
