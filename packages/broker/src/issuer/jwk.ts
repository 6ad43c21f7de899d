import { createHash, createPublicKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'

/** A public key as JWKS shows it, RFC 7517 §4. */
export interface PublicJwk extends JsonWebKey {
  kid: string
  alg: SigningAlgorithm
  use: 'sig'
}

/** The public half, named by its thumbprint. Private members can not be in it: it is made from a public key. */
export function publicJwk(key: KeyObject, alg: SigningAlgorithm): PublicJwk {
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return { ...jwk, kid: jwkThumbprint(jwk), alg, use: 'sig' }
}

/** RFC 7638 §3.2: the members that every key of the kind must have, in lexicographic order. */
const REQUIRED: Readonly<Record<string, readonly string[]>> = {
  EC: ['crv', 'kty', 'x', 'y'],
  OKP: ['crv', 'kty', 'x'],
  RSA: ['e', 'kty', 'n'],
  oct: ['k', 'kty'],
}

/** The SHA-256 thumbprint of RFC 7638 §3, base64url. */
export function jwkThumbprint(jwk: JsonWebKey): string {
  const members = REQUIRED[jwk.kty ?? ''] ?? []
  const canonical = JSON.stringify(Object.fromEntries(members.map((name) => [name, jwk[name]])))
  return createHash('sha256').update(canonical).digest('base64url')
}
