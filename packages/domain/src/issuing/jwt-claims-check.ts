import { type JwtFault, jwtFault } from './jwt-fault.ts'

/** What a JWT has to say of itself to be accepted, RFC 7519 §4.1. */
export interface JwtExpectations {
  issuer?: string
  /** One of these has to be among the token's. */
  audience?: string | readonly string[]
  /** Claims that have to be there. */
  required?: readonly string[]
  /** For clocks that differ; none when absent. */
  clockToleranceSeconds?: number
  /** A token that was issued longer ago than this has ended, whatever its `exp`. */
  maxAgeSeconds?: number
}

export type JwtClaims = Readonly<Record<string, unknown>>

/** Null when the claims are as expected at `now` (Unix seconds). */
export function checkJwtClaims(claims: JwtClaims, expected: JwtExpectations, now: number): JwtFault | null {
  for (const name of expected.required ?? []) {
    if (!Object.hasOwn(claims, name)) return jwtFault('jwt.claim_missing', `The claim ${name} is missing.`)
  }
  const mistyped = mistypedClaim(claims)
  if (mistyped !== null) return jwtFault('jwt.claims', `The claim ${mistyped} has the wrong type.`)
  return checkTimes(claims, expected, now) ?? checkParties(claims, expected)
}

function checkTimes(claims: JwtClaims, expected: JwtExpectations, now: number): JwtFault | null {
  const { exp, nbf, iat } = claims as { exp?: number; nbf?: number; iat?: number }
  const tolerance = expected.clockToleranceSeconds ?? 0
  // RFC 7519 §4.1.4: on or after which the JWT MUST NOT be accepted.
  if (exp !== undefined && now >= exp + tolerance) return jwtFault('jwt.expired')
  // §4.1.5: before which the JWT MUST NOT be accepted.
  if (nbf !== undefined && now < nbf - tolerance) return jwtFault('jwt.not_yet_valid')
  if (iat !== undefined && now < iat - tolerance) return jwtFault('jwt.issued_in_future')
  if (expected.maxAgeSeconds !== undefined) {
    if (iat === undefined) return jwtFault('jwt.claim_missing', 'The claim iat is missing.')
    if (now >= iat + expected.maxAgeSeconds + tolerance) return jwtFault('jwt.expired')
  }
  return null
}

function checkParties({ iss, aud }: JwtClaims, { issuer, audience }: JwtExpectations): JwtFault | null {
  if (issuer !== undefined && iss !== issuer) return jwtFault('jwt.issuer')
  if (audience === undefined) return null
  const wanted = typeof audience === 'string' ? [audience] : audience
  // §4.1.3: a principal that does not identify itself with a value in aud MUST reject the JWT.
  const named = Array.isArray(aud) ? aud : [aud]
  return wanted.some((each) => named.includes(each)) ? null : jwtFault('jwt.audience')
}

const TEXTS = ['iss', 'sub', 'jti'] as const
const TIMES = ['exp', 'nbf', 'iat'] as const

/** A registered claim of another type would make the comparisons meaningless: `"exp":"9"` never ends. */
function mistypedClaim(claims: JwtClaims): string | null {
  for (const name of TEXTS) if (claims[name] !== undefined && typeof claims[name] !== 'string') return name
  for (const name of TIMES) {
    const value = claims[name]
    if (value !== undefined && (typeof value !== 'number' || !Number.isFinite(value))) return name
  }
  const { aud } = claims
  const isText = (value: unknown) => typeof value === 'string'
  return aud === undefined || isText(aud) || (Array.isArray(aud) && aud.every(isText)) ? null : 'aud'
}
