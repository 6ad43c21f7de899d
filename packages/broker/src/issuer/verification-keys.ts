import { createPublicKey, createSecretKey, type JsonWebKey, type KeyObject } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { isObject } from '@bursar/domain/json.ts'
import { HMAC_BYTES, isHmac } from './issuing-key.ts'
import type { VerificationKey } from './verify.ts'
import { explainWeakRsa } from './weak-rsa.ts'

/**
 * The verification keys of a JWK or JWK set (RFC 7517). `alg` of the key decides; `otherwise` for keys that
 * name none. Keys for other uses, and those nobody says the algorithm of, are left out. Throws
 * `request.invalid` for a set that can not be trusted: a name given twice, shared secrets beside public
 * keys, a weak key.
 */
export function readVerificationKeys(jwks: unknown, otherwise?: SigningAlgorithm): VerificationKey[] {
  const list =
    isObject(jwks) && Array.isArray(jwks.keys) ? jwks.keys.filter(isObject) : [jwks].filter(isObject)
  refuseAmbiguity(list)
  return list.flatMap((jwk) => {
    const alg = SIGNING_ALGORITHMS.find((each) => each === (jwk.alg ?? otherwise))
    if (alg === undefined || !isForSigning(jwk)) return []
    const key = importJwk(jwk as JsonWebKey, alg)
    return key ? [{ kid: typeof jwk.kid === 'string' ? jwk.kid : null, alg, key }] : []
  })
}

const refuse = (detail: string): never => {
  throw new BursarError('request.invalid', { detail, hint: 'Ask whoever made the keys for a sound set.' })
}

function refuseAmbiguity(list: ReadonlyArray<Record<string, unknown>>): void {
  const kids = list.map(({ kid }) => kid).filter((kid) => kid !== undefined)
  if (new Set(kids).size < kids.length) refuse('Two keys of the set have the same kid.')
  const shared = list.filter(({ kty }) => kty === 'oct')
  if (shared.length > 0 && shared.length < list.length) {
    refuse('The set has shared secrets beside public keys, so that one of them has been shown to too many.')
  }
}

/** RFC 7517 §4.2 and §4.3. */
const isForSigning = ({ use, key_ops }: Record<string, unknown>): boolean =>
  (use === undefined || use === 'sig') &&
  (key_ops === undefined ||
    (Array.isArray(key_ops) && (key_ops.includes('verify') || key_ops.includes('sign'))))

function importJwk(jwk: JsonWebKey, alg: SigningAlgorithm): KeyObject | undefined {
  if (jwk.kty === 'oct') return importShared(jwk, alg)
  const weakness = jwk.kty === 'RSA' ? explainWeakRsa(jwk) : null
  if (weakness !== null) refuse(weakness)
  try {
    return createPublicKey({ key: jwk, format: 'jwk' })
  } catch {
    return undefined
  }
}

function importShared({ k }: JsonWebKey, alg: SigningAlgorithm): KeyObject | undefined {
  if (typeof k !== 'string' || !/^[\w-]+$/.test(k) || !isHmac(alg)) return undefined
  const bytes = Buffer.from(k, 'base64url')
  // RFC 7518 §3.2: a key of the same size as the hash output or larger MUST be used.
  if (bytes.length < HMAC_BYTES[alg]) refuse(`A shared secret is too short for ${alg}.`)
  return createSecretKey(bytes)
}
