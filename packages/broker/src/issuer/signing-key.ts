import { createPrivateKey, type KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'

/** Why a key can not be used, in words for the person who gave it. */
export interface KeyFault {
  detail: string
  hint: string
}
export type ParsedKey = { ok: true; key: KeyObject } | { ok: false; fault: KeyFault }

/** Parses a private key: PEM (PKCS#8, PKCS#1, SEC 1) or a JWK as JSON. */
export function parsePrivateKey(text: string): ParsedKey {
  // Variables and JSON files often carry the line breaks of a PEM as the two characters \n.
  const tidy = text.trim().replaceAll('\\n', '\n')
  return text.trimStart().startsWith('{') ? parseJwk(text) : parsePem(tidy)
}

function parsePem(pem: string): ParsedKey {
  const label = /-----BEGIN ([A-Z0-9 ]+)-----/.exec(pem)?.[1]
  if (label === undefined) return faulty('The key is neither PEM nor a JWK.', WANTED)
  if (label === 'ENCRYPTED PRIVATE KEY' || pem.includes('Proc-Type: 4,ENCRYPTED')) {
    return faulty(
      'The private key is encrypted with a passphrase.',
      'Decrypt it: openssl pkcs8 -topk8 -nocrypt -in KEY',
    )
  }
  if (label.endsWith('PUBLIC KEY'))
    return faulty('This is a public key; signing needs the private one.', WANTED)
  if (label.endsWith('CERTIFICATE'))
    return faulty('This is a certificate; signing needs its private key.', WANTED)
  try {
    return { ok: true, key: createPrivateKey(pem) }
  } catch {
    return faulty(
      'The PEM of the private key can not be read.',
      'Check that it was copied whole, line breaks included.',
    )
  }
}

function parseJwk(text: string): ParsedKey {
  let jwk: Record<string, unknown>
  try {
    jwk = JSON.parse(text)
  } catch {
    return faulty('The key looks like a JWK but is not valid JSON.', WANTED)
  }
  if ('keys' in jwk) return faulty('This is a JWK set; one key of it is wanted.', WANTED)
  if ('private_key' in jwk) {
    return faulty('This is a key file of a service account.', 'Give the value of its member private_key.')
  }
  if (jwk.kty === 'oct') return faulty('This JWK is a shared secret, not a private key.', WANTED)
  if (!('d' in jwk)) return faulty('This JWK is a public key; signing needs the private one.', WANTED)
  try {
    return { ok: true, key: createPrivateKey({ key: jwk, format: 'jwk' }) }
  } catch {
    return faulty('The JWK can not be read as a private key.', WANTED)
  }
}

const WANTED = 'Give a private key as PEM (-----BEGIN PRIVATE KEY-----) or as a JWK with its private members.'
const faulty = (detail: string, hint: string): ParsedKey => ({ ok: false, fault: { detail, hint } })

type AsymmetricAlgorithm = Exclude<SigningAlgorithm, `HS${string}`>

/** What `asymmetricKeyType` and curve an algorithm asks for (RFC 7518 §3.3-3.5, RFC 8037 §3.1). */
const CURVES: Readonly<Record<string, string>> = {
  ES256: 'prime256v1',
  ES384: 'secp384r1',
  ES512: 'secp521r1',
}
const CURVE_NAMES: Readonly<Record<string, string>> = {
  prime256v1: 'P-256',
  secp384r1: 'P-384',
  secp521r1: 'P-521',
}
const MIN_RSA_BITS = 2048

/** Null when the key fits the algorithm. */
export function explainMisfit(key: KeyObject, alg: AsymmetricAlgorithm): KeyFault | null {
  const type = key.asymmetricKeyType ?? 'unknown'
  const given = describeKey(key)
  const wanted = describeWanted(alg)
  const misfit = { detail: `${alg} needs ${wanted}, but the key is ${given}.`, hint: suggestAlgorithm(key) }
  if (alg.startsWith('ES')) {
    return type === 'ec' && key.asymmetricKeyDetails?.namedCurve === CURVES[alg] ? null : misfit
  }
  if (alg === 'EdDSA') return type === 'ed25519' || type === 'ed448' ? null : misfit
  if (type !== 'rsa' && !(type === 'rsa-pss' && fitsPss(key, alg))) return misfit
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
  if (bits >= MIN_RSA_BITS) return null
  // RFC 7518 §3.3 and §3.5: a key of size 2048 bits or larger MUST be used.
  return {
    detail: `The RSA key has ${bits} bits; ${alg} needs at least ${MIN_RSA_BITS}.`,
    hint: 'Make a larger key.',
  }
}

/** A key of type `rsa-pss` is bound to PSS, often to one hash. */
function fitsPss(key: KeyObject, alg: string): boolean {
  const hash = key.asymmetricKeyDetails?.hashAlgorithm
  return alg.startsWith('PS') && (hash === undefined || hash === `sha${alg.slice(2)}`)
}

function describeWanted(alg: AsymmetricAlgorithm): string {
  if (alg.startsWith('ES')) return `an EC key on ${CURVE_NAMES[CURVES[alg]!]}`
  return alg === 'EdDSA' ? 'an Ed25519 or Ed448 key' : 'an RSA key'
}

function describeKey(key: KeyObject): string {
  const { namedCurve = 'an unknown curve', hashAlgorithm } = key.asymmetricKeyDetails ?? {}
  switch (key.asymmetricKeyType) {
    case 'rsa':
      return 'an RSA key'
    case 'rsa-pss':
      return `an RSA key bound to PSS${hashAlgorithm ? ` with ${hashAlgorithm}` : ''}`
    case 'ec':
      return `an EC key on ${CURVE_NAMES[namedCurve] ?? namedCurve}`
    default:
      return `of type ${key.asymmetricKeyType ?? 'unknown'}`
  }
}

function suggestAlgorithm(key: KeyObject): string {
  const curve = key.asymmetricKeyDetails?.namedCurve
  const forCurve = Object.keys(CURVES).find((alg) => CURVES[alg] === curve)
  if (key.asymmetricKeyType === 'ec' && forCurve) return `Set alg to ${forCurve}, or give another key.`
  if (key.asymmetricKeyType === 'rsa') return 'Set alg to RS256 or PS256, or give another key.'
  if (key.asymmetricKeyType === 'rsa-pss')
    return 'Set alg to the PS algorithm of its hash, or give another key.'
  if (key.asymmetricKeyType === 'ed25519') return 'Set alg to EdDSA, or give another key.'
  return 'Give a key of that kind.'
}
