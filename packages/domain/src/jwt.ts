import { z } from 'zod'
import { SIGNING_ALGORITHMS, type SigningAlgorithm, type TokenOutputs, type UnsignedJwt } from './exchange.ts'
import type { Secret } from './secret.ts'

/** A provider whose clock lags by a few seconds must not see a JWT from its future. */
export const BACKDATED_SECONDS = 5
export const DEFAULT_JWT_SECONDS = 300
export const DEFAULT_ALGORITHM: SigningAlgorithm = 'RS256'

/** Members of a recipe that say how JWTs are signed. */
export const signatureMembers = {
  alg: z
    .enum(SIGNING_ALGORITHMS)
    .optional()
    .describe('Signature algorithm, RFC 7518 §3.1. RS256 by default.'),
  key_id: z.string().min(1).max(1024).optional().describe('The `kid` header, RFC 7515 §4.1.4.'),
  certificate: z
    .string()
    .refine(isCertificate, 'Not a PEM certificate.')
    .optional()
    .describe('PEM certificate whose thumbprint becomes `x5t#S256`, RFC 7515 §4.1.8.'),
}

/** Members of a recipe that say what its JWT claims. */
export const jwtMembers = {
  issuer: z.string().min(1).optional(),
  audience: z.union([z.string().min(1), z.array(z.string().min(1)).min(1)]).optional(),
  subject: z.string().min(1).optional(),
  ttl_seconds: z.int().min(1).max(31_536_000).optional().describe('Life of the JWT. 300 by default.'),
  claims: z.record(z.string(), z.json()).optional().describe('Further claims.'),
  ...signatureMembers,
}

export interface SignatureFields {
  alg?: SigningAlgorithm | undefined
  key_id?: string | undefined
  certificate?: string | undefined
}

export interface JwtFields extends SignatureFields {
  issuer?: string | undefined
  audience?: string | string[] | undefined
  subject?: string | undefined
  ttl_seconds?: number | undefined
  claims?: Readonly<Record<string, unknown>> | undefined
}

/** True for HMAC, where the key is a shared secret. */
export const isSymmetric = (alg: unknown): boolean => alg === 'HS256' || alg === 'HS384' || alg === 'HS512'

/** The secret that signs by an algorithm. */
export const signingSecret = (alg: unknown): 'client_secret' | 'private_key' =>
  isSymmetric(alg) ? 'client_secret' : 'private_key'

/** A JWT as the recipe describes it, RFC 7519, ready to be signed. */
export function unsignedJwt(recipe: JwtFields, key: Secret, at: { now: number; id: string }): UnsignedJwt {
  const { issuer, audience, subject, claims } = recipe
  return {
    kind: 'unsigned_jwt',
    alg: recipe.alg ?? DEFAULT_ALGORITHM,
    key,
    header: { typ: 'JWT', ...(recipe.key_id !== undefined && { kid: recipe.key_id }) },
    ...(recipe.certificate !== undefined && { certificate: recipe.certificate }),
    claims: {
      ...claims,
      ...(issuer !== undefined && { iss: issuer }),
      ...(subject !== undefined && { sub: subject }),
      ...(audience !== undefined && { aud: audience }),
      iat: at.now - BACKDATED_SECONDS,
      exp: at.now + (recipe.ttl_seconds ?? DEFAULT_JWT_SECONDS),
      jti: at.id,
    },
  }
}

/** Claims that are made anew for each JWT and so can not be fixed in a recipe. */
const TIMED_CLAIMS = ['iat', 'nbf', 'exp', 'jti']

export function claimProblems(recipe: JwtFields): Array<{ path: string; detail: string; hint?: string }> {
  return TIMED_CLAIMS.filter((claim) => Object.hasOwn(recipe.claims ?? {}, claim)).map((claim) => ({
    path: `/claims/${claim}`,
    detail: `The claim "${claim}" is made anew for each JWT.`,
    hint: 'Set ttl_seconds to say how long a JWT lives.',
  }))
}

/** What an exchange of kind `sign` comes to, once the broker has signed. */
export function signedOutputs(plan: { expiresInSeconds: number }, jwt: Secret, now: number): TokenOutputs {
  return { accessToken: jwt, tokenType: 'Bearer', expiresAt: now + plan.expiresInSeconds, others: {} }
}

function isCertificate(pem: string): boolean {
  return /^\s*-----BEGIN CERTIFICATE-----\s[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----\s*/.test(pem)
}
