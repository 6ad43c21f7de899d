import { isUtf8 } from 'node:buffer'
import type { KeyObject } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { type JwsHeader, readJwsHeader, splitCompactJws } from '@bursar/domain/issuing/compact-jws.ts'
import {
  checkJwtClaims,
  type JwtClaims,
  type JwtExpectations,
} from '@bursar/domain/issuing/jwt-claims-check.ts'
import { isJwtFault, type JwtFault, jwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import { isObject } from '@bursar/domain/json.ts'
import { SIGNATURES } from './signature.ts'
import { explainMisfit } from './signing-key.ts'

/** A key with the one algorithm that it verifies: what a token says of itself never chooses it. */
export interface VerificationKey {
  /** Null matches a token that names no key, or names any. */
  kid: string | null
  alg: SigningAlgorithm
  key: KeyObject
}

export type VerifiedJws = { header: JwsHeader; payload: Buffer }
export type VerifiedJwt = { header: JwsHeader; claims: JwtClaims }

export interface JwtVerifier {
  /** The signature alone; the payload may be anything. */
  verifySignature(token: string): VerifiedJws | JwtFault
  /** Signature and claims at `now`, Unix seconds. Nothing is fetched, nothing is thrown. */
  verify(token: string, expected: JwtExpectations, now: number): VerifiedJwt | JwtFault
}

const HEADERS_AT_MOST = 256

/** Verifies with these keys and no others. Throws `request.invalid` when a key does not fit its algorithm. */
export function createJwtVerifier(keys: readonly VerificationKey[]): JwtVerifier {
  for (const key of keys) refuseMisfit(key)
  // The same few headers come again and again; a remembered one was read by the same rules.
  const headers = new Map<string, JwsHeader>()

  function readHeader(part: string): JwsHeader | JwtFault {
    const known = headers.get(part)
    if (known !== undefined) return known
    const header = readJwsHeader(part)
    if (isJwtFault(header)) return header
    if (headers.size >= HEADERS_AT_MOST) headers.clear()
    headers.set(part, header)
    return header
  }

  function verifySignature(token: string): VerifiedJws | JwtFault {
    const parts = splitCompactJws(token)
    if (isJwtFault(parts)) return parts
    const header = readHeader(parts.header)
    if (isJwtFault(header)) return header
    const { alg, kid } = header
    let isNamed = false
    let fits = false
    for (const key of keys) {
      if (kid !== null && key.kid !== null && key.kid !== kid) continue
      isNamed = true
      if (key.alg !== alg) continue
      fits = true
      if (SIGNATURES[alg].verify(key.key, parts.input, parts.signature))
        return { header, payload: Buffer.from(parts.payload, 'base64url') }
    }
    return jwtFault(fits ? 'jwt.signature' : isNamed || kid === null ? 'jwt.algorithm' : 'jwt.unknown_key')
  }

  return {
    verifySignature,
    verify(token, expected, now) {
      const verified = verifySignature(token)
      if (isJwtFault(verified)) return verified
      const claims = readClaims(verified.payload)
      if (claims === undefined) return jwtFault('jwt.claims')
      return checkJwtClaims(claims, expected, now) ?? { header: verified.header, claims }
    },
  }
}

function readClaims(payload: Buffer): JwtClaims | undefined {
  try {
    const value: unknown = isUtf8(payload) ? JSON.parse(payload.toString()) : undefined
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** Key confusion ends here: a public key is never a shared secret, nor an RSA key one of a curve. */
function refuseMisfit({ key, alg }: VerificationKey): void {
  const shared = alg.startsWith('HS')
  if (shared && key.type === 'secret') return
  const fault =
    shared || key.type !== 'public'
      ? {
          detail: `${alg} verifies with a ${shared ? 'shared secret' : 'public key'}; the key is ${key.type}.`,
          hint: 'Give the other half, or another algorithm.',
        }
      : explainMisfit(key, alg as Exclude<SigningAlgorithm, `HS${string}`>)
  if (fault) throw new BursarError('request.invalid', fault)
}
