import { decodeBase64, utf8Text } from '@bursar/domain/base64.ts'
import { readJwsHeader, splitCompactJws } from '@bursar/domain/issuing/compact-jws.ts'
import { checkJwtClaims, type JwtClaims } from '@bursar/domain/issuing/jwt-claims-check.ts'
import { isJwtFault, type JwtFault, type JwtFaultCode, jwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import { isObject } from '@bursar/domain/json.ts'
import { createKeySet } from './key-set.ts'

export type { JwtClaims, JwtFaultCode }

export interface VerifierSettings {
  /** Where Bursar shows its public keys: `/.well-known/jwks.json` is below it. */
  url: string
  /** The `iss` of the token page, as `bursar app-page get` shows it. */
  issuer: string
  /** The `aud` that is asked for; with several, one of them is enough. */
  audience: string | readonly string[]
  /** For clocks that differ, 0 to 300; 30 s when absent. */
  clockToleranceSeconds?: number
  /** For each request of the key set; 5,000 ms when absent. */
  timeoutMs?: number
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch
  /** Milliseconds of a clock; the system's when absent. */
  now?: () => number
}

/** A JWT that is not accepted. Its message names nothing of the token. */
export class JwtError extends Error {
  override readonly name = 'JwtError'
  readonly code: JwtFaultCode

  constructor({ fault, detail }: JwtFault) {
    super(detail)
    this.code = fault
  }
}

export interface JwtVerifier {
  /**
   * The claims of a JWT that this Bursar issued. Throws `JwtError` for one that is not accepted, and `BursarError`
   * where the public keys can not be had: that says nothing about the token.
   */
  verify(token: string): Promise<JwtClaims>
}

const REQUIRED = ['iss', 'aud', 'exp', 'iat']
const TOLERANCE_AT_MOST_SECONDS = 300

/**
 * Verifies JWTs of a standard token page with the public keys of their Bursar, RFC 7519 §7.2 and RFC 8725. Tokens are
 * taken apart and claims are judged by the very functions that the issuer uses. The algorithm is that of the key which
 * `kid` names, `alg` has only to agree; header members that lead elsewhere (`jku`, `x5u`, `jwk`) are never looked at,
 * `crit` is refused, and `none` is no algorithm of any key.
 */
export function createVerifier(settings: VerifierSettings): JwtVerifier {
  const { issuer, audience, clockToleranceSeconds = 30, now = () => Date.now() } = settings
  if (!(clockToleranceSeconds >= 0 && clockToleranceSeconds <= TOLERANCE_AT_MOST_SECONDS))
    throw new RangeError(`clockToleranceSeconds is from 0 to ${TOLERANCE_AT_MOST_SECONDS}.`)
  if (typeof issuer !== 'string' || issuer === '') throw new TypeError('issuer is the iss of the token page.')
  const audiences = typeof audience === 'string' ? [audience] : audience
  if (
    !Array.isArray(audiences) ||
    audiences.length === 0 ||
    audiences.some((each) => typeof each !== 'string')
  )
    throw new TypeError('audience is the aud that tokens are asked for, or a list of them.')
  const keys = createKeySet({
    url: `${settings.url.replace(/\/+$/, '')}/.well-known/jwks.json`,
    timeoutMs: settings.timeoutMs ?? 5_000,
    ask: settings.fetch ?? ((...input: Parameters<typeof fetch>) => fetch(...input)),
    now,
  })
  const expected = { issuer, audience: audiences, required: REQUIRED, clockToleranceSeconds }

  async function judge(token: unknown): Promise<{ claims: JwtClaims } | JwtFault> {
    if (typeof token !== 'string') return jwtFault('jwt.malformed')
    const parts = splitCompactJws(token)
    if (isJwtFault(parts)) return parts
    const header = readJwsHeader(parts.header)
    if (isJwtFault(header)) return header
    // Whatever Bursar signs with a public key says with which.
    if (header.kid === null) return jwtFault('jwt.unknown_key')
    const signature = decodeBase64(parts.signature)
    if (signature === undefined) return jwtFault('jwt.malformed')
    const key = await keys.find(header.kid)
    if (key === undefined) return jwtFault('jwt.unknown_key')
    if (key.alg !== header.alg) return jwtFault('jwt.algorithm')
    if (!(await key.fits(parts.input, Uint8Array.from(signature)))) return jwtFault('jwt.signature')
    const claims = readClaims(parts.payload)
    if (claims === undefined) return jwtFault('jwt.claims')
    return checkJwtClaims(claims, expected, Math.floor(now() / 1000)) ?? { claims }
  }

  return {
    async verify(token) {
      const judged = await judge(token)
      if (isJwtFault(judged)) throw new JwtError(judged)
      return judged.claims
    },
  }
}

function readClaims(payload: string): JwtClaims | undefined {
  const bytes = decodeBase64(payload)
  const text = bytes && utf8Text(bytes)
  if (text === undefined) return undefined
  try {
    const value: unknown = JSON.parse(text)
    return isObject(value) ? value : undefined
  } catch {
    return undefined
  }
}
