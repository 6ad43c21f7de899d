import {
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  generateKeyPair,
  type KeyObject,
  randomBytes,
} from 'node:crypto'
import { promisify } from 'node:util'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { type PublicJwk, publicJwk } from './jwk.ts'
import { explainMisfit, type KeyFault, parsePrivateKey } from './signing-key.ts'
import { explainWeakRsa } from './weak-rsa.ts'

/** A key to issue with: the text that is kept sealed, and what of it may be shown. */
export interface IssuingKey {
  kid: string
  /** PKCS#8 PEM; the shared secret itself for HMAC, or its bytes as `base64url:…`. */
  text: Secret
  /** Null for HMAC: there is no half of it that may be shown. */
  jwk: PublicJwk | null
}

type AsymmetricAlgorithm = Exclude<SigningAlgorithm, `HS${string}`>
type Hmac = Extract<SigningAlgorithm, `HS${string}`>
export const isHmac = (alg: SigningAlgorithm): alg is Hmac => alg.startsWith('HS')

/** The least length of a secret, RFC 7518 §3.2, and that of those made here. */
export const HMAC_BYTES: Readonly<Record<Hmac, number>> = { HS256: 32, HS384: 48, HS512: 64 }
const RSA_BITS = 2048
const CURVES: Readonly<Record<string, string>> = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }

const makePair = promisify(generateKeyPair) as (
  type: 'rsa' | 'ec' | 'ed25519',
  options: object,
) => Promise<{ privateKey: KeyObject }>

/** Makes a new key: RSA of 2048 bits, the curve of the algorithm, Ed25519, or a random text for HMAC. */
export async function makeIssuingKey(alg: SigningAlgorithm): Promise<IssuingKey> {
  if (isHmac(alg)) return sharedKey(randomBytes(HMAC_BYTES[alg]).toString('base64url'))
  if (alg === 'EdDSA') return privateKey((await makePair('ed25519', {})).privateKey, alg)
  const curve = CURVES[alg]
  const { privateKey: made } =
    curve === undefined
      ? await makePair('rsa', { modulusLength: RSA_BITS })
      : await makePair('ec', { namedCurve: curve })
  return privateKey(made, alg)
}

/** Reads a key that somebody brings: PEM or JWK; for HMAC the secret's text or a JWK. */
export function importIssuingKey(alg: SigningAlgorithm, given: Secret): IssuingKey | { fault: KeyFault } {
  const text = given.reveal()
  if (isHmac(alg)) return importShared(alg, text)
  const parsed = parsePrivateKey(text)
  if (!parsed.ok) return { fault: parsed.fault }
  const misfit = explainMisfit(parsed.key, alg)
  if (misfit) return { fault: misfit }
  if (parsed.key.asymmetricKeyType === 'rsa-pss') {
    return {
      fault: {
        detail: 'An RSA key that is bound to PSS has no form as a JWK, so nobody could verify with it.',
        hint: 'Give a plain RSA key; PS256 signs with it.',
      },
    }
  }
  const weakness = parsed.key.asymmetricKeyType === 'rsa' ? explainWeakRsa(jwkOf(parsed.key)) : null
  if (weakness !== null) return { fault: { detail: weakness, hint: 'Make another key.' } }
  return privateKey(parsed.key, alg)
}

const jwkOf = (key: KeyObject) => createPublicKey(key).export({ format: 'jwk' })

const BYTES = 'base64url:'

function importShared(alg: Hmac, text: string): IssuingKey | { fault: KeyFault } {
  const bytes = text.trimStart().startsWith('{') ? bytesOfJwk(text) : Buffer.from(text)
  if (bytes === undefined) {
    const hint = 'Give the secret itself, or a JWK with kty "oct" and k.'
    return { fault: { detail: 'This JWK is no shared secret.', hint } }
  }
  // RFC 7518 §3.2: a key of the same size as the hash output or larger MUST be used.
  const least = HMAC_BYTES[alg]
  if (bytes.length < least) {
    const detail = `The secret has ${bytes.length} bytes; ${alg} needs at least ${least}.`
    return { fault: { detail, hint: 'Leave it out, and a random one is made.' } }
  }
  return sharedKey(text.trimStart().startsWith('{') ? BYTES + bytes.toString('base64url') : text)
}

function bytesOfJwk(text: string): Buffer | undefined {
  try {
    const { kty, k } = JSON.parse(text) as { kty?: unknown; k?: unknown }
    return kty === 'oct' && typeof k === 'string' && /^[\w-]+$/.test(k)
      ? Buffer.from(k, 'base64url')
      : undefined
  } catch {
    return undefined
  }
}

/** A thumbprint would be a hash of the secret for everybody to try guesses on, so the name is random. */
const sharedKey = (text: string): IssuingKey => ({
  kid: randomBytes(16).toString('base64url'),
  text: new Secret(text),
  jwk: null,
})

function privateKey(key: KeyObject, alg: AsymmetricAlgorithm): IssuingKey {
  const jwk = publicJwk(key, alg)
  return { kid: jwk.kid, text: new Secret(key.export({ type: 'pkcs8', format: 'pem' }).toString()), jwk }
}

/** The key objects behind what was kept: one to sign with, one to verify with. */
export function openIssuingKey(
  alg: SigningAlgorithm,
  text: Secret,
): { signing: KeyObject; verifying: KeyObject } {
  if (!isHmac(alg)) {
    const signing = createPrivateKey(text.reveal())
    return { signing, verifying: createPublicKey(signing) }
  }
  const key = openSharedSecret(text)
  return { signing: key, verifying: key }
}

/** A shared secret as key: its UTF-8 bytes, unless they were given as bytes. */
function openSharedSecret(text: Secret): KeyObject {
  const plain = text.reveal()
  return plain.startsWith(BYTES)
    ? createSecretKey(plain.slice(BYTES.length), 'base64url')
    : createSecretKey(plain, 'utf8')
}
