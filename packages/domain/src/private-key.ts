import { decodeBase64 } from './base64.ts'
import type { SigningAlgorithm } from './exchange.ts'

/** What kind of key a private key is; the curve where it could be told. */
export interface PrivateKeyFacts {
  family: 'rsa' | 'ec' | 'okp'
  curve?: string
}

export type PrivateKeyResult = { facts: PrivateKeyFacts } | { problem: { detail: string; hint: string } }

const PLAIN_PEM = 'Give an unencrypted private key: PEM beginning with -----BEGIN PRIVATE KEY-----, or a JWK.'

const refuse = (detail: string, hint = PLAIN_PEM): PrivateKeyResult => ({ problem: { detail, hint } })

/** Looks at a private key as far as that goes without cryptography: PEM (RFC 7468) or JWK (RFC 7517). */
export function inspectPrivateKey(text: string): PrivateKeyResult {
  const trimmed = text.trim()
  return trimmed.startsWith('{') ? inspectJwk(trimmed) : inspectPem(trimmed)
}

const FAMILIES: Readonly<Record<string, PrivateKeyFacts['family']>> = { RSA: 'rsa', EC: 'ec', OKP: 'okp' }

function inspectJwk(text: string): PrivateKeyResult {
  let jwk: Record<string, unknown>
  try {
    jwk = JSON.parse(text)
  } catch {
    return refuse('The private key begins like a JWK but is not JSON.')
  }
  const family =
    typeof jwk.kty === 'string' && Object.hasOwn(FAMILIES, jwk.kty) ? FAMILIES[jwk.kty]! : undefined
  if (!family) return refuse('The JWK is not an RSA, EC or OKP key.')
  if (typeof jwk.d !== 'string' || jwk.d === '') return refuse('The JWK is a public key: it has no "d".')
  return { facts: { family, ...(typeof jwk.crv === 'string' && { curve: jwk.crv }) } }
}

const PEM = /^-----BEGIN ([A-Z0-9 ]+)-----\r?\n([\s\S]*?)-----END ([A-Z0-9 ]+)-----/

const PEM_LABELS: Readonly<Record<string, PrivateKeyFacts['family'] | 'pkcs8'>> = {
  'PRIVATE KEY': 'pkcs8',
  'RSA PRIVATE KEY': 'rsa',
  'EC PRIVATE KEY': 'ec',
}

function inspectPem(text: string): PrivateKeyResult {
  if (text.includes('\\n') && text.includes('-----BEGIN')) {
    return refuse('The line breaks of the PEM are written as \\n.', 'Send real line breaks.')
  }
  // A key may follow its parameters or its certificate in the same file.
  const block = PEM.exec(text.slice(Math.max(0, text.search(/-----BEGIN [A-Z ]*PRIVATE KEY-----/))))
  if (!block || block[1] !== block[3])
    return refuse('The private key is neither PEM nor a JWK, or it was cut off.')
  const [, label, body] = block
  if (label!.includes('ENCRYPTED') || body!.includes('ENCRYPTED')) {
    return refuse('The private key is encrypted.', 'Decrypt it first; Bursar seals it by itself.')
  }
  const kind = Object.hasOwn(PEM_LABELS, label!) ? PEM_LABELS[label!] : undefined
  if (!kind) return refuse(`The PEM is a ${label!.toLowerCase()}, not a private key.`)
  const der = decodeBase64(body!.replace(/\s/g, ''))
  // Every DER private key is one SEQUENCE.
  if (!der || der.length < 16 || der[0] !== 0x30) return refuse('The body of the PEM is damaged.')
  const facts = factsInDer(der)
  if (kind === 'pkcs8')
    return facts ? { facts } : refuse('The private key is of a kind that no signature here uses.')
  return { facts: { ...facts, family: kind } }
}

/** DER of the object identifiers that tell keys and curves apart: RFC 8017 §A.1, RFC 5480 §2.1.1, RFC 8410 §3. */
const OBJECT_IDENTIFIERS: ReadonlyArray<readonly [der: readonly number[], facts: PrivateKeyFacts]> = [
  [[0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01, 0x01], { family: 'rsa' }],
  [[0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07], { family: 'ec', curve: 'P-256' }],
  [[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x22], { family: 'ec', curve: 'P-384' }],
  [[0x06, 0x05, 0x2b, 0x81, 0x04, 0x00, 0x23], { family: 'ec', curve: 'P-521' }],
  [[0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01], { family: 'ec' }],
  [[0x06, 0x03, 0x2b, 0x65, 0x70], { family: 'okp', curve: 'Ed25519' }],
  [[0x06, 0x03, 0x2b, 0x65, 0x71], { family: 'okp', curve: 'Ed448' }],
]

function factsInDer(der: Uint8Array): PrivateKeyFacts | undefined {
  return OBJECT_IDENTIFIERS.find(([oid]) => contains(der, oid))?.[1]
}

function contains(bytes: Uint8Array, sought: readonly number[]): boolean {
  for (let from = 0; from + sought.length <= bytes.length; from++) {
    if (sought.every((byte, index) => bytes[from + index] === byte)) return true
  }
  return false
}

/** The key each algorithm signs with, RFC 7518 §3.1 and RFC 8037 §3.1. */
const NEEDED: Readonly<Partial<Record<SigningAlgorithm, PrivateKeyFacts>>> = {
  RS256: { family: 'rsa' },
  RS384: { family: 'rsa' },
  RS512: { family: 'rsa' },
  PS256: { family: 'rsa' },
  PS384: { family: 'rsa' },
  PS512: { family: 'rsa' },
  ES256: { family: 'ec', curve: 'P-256' },
  ES384: { family: 'ec', curve: 'P-384' },
  ES512: { family: 'ec', curve: 'P-521' },
  EdDSA: { family: 'okp' },
}

const NAMES: Record<PrivateKeyFacts['family'], string> = { rsa: 'RSA', ec: 'EC', okp: 'Edwards curve' }

/** Why a key can not sign by an algorithm; undefined when it can, as far as is known. */
export function keyMisfit(alg: unknown, { family, curve }: PrivateKeyFacts): string | undefined {
  const needed =
    typeof alg === 'string' && Object.hasOwn(NEEDED, alg) ? NEEDED[alg as SigningAlgorithm] : undefined
  if (!needed) return undefined
  const misfit = needed.family !== family || (needed.curve && curve && needed.curve !== curve)
  const name = (facts: PrivateKeyFacts) => [NAMES[facts.family], facts.curve].filter(Boolean).join(' ')
  if (!misfit) return undefined
  return `${alg} signs with an ${name(needed)} key; this one is ${name({ family, ...(curve && { curve }) })}.`
}
