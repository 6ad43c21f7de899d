import type { UnsignedJwt } from '@bursar/domain/exchange.ts'

/** Signs what a grant described. Keys are imported once. */
export interface JwtSigner {
  /** Compact JWS. Throws `request.invalid` when the key does not parse or does not fit the algorithm. */
  sign(jwt: UnsignedJwt): Promise<string>
  /** Checks a key against an algorithm without signing; a sentence when it does not fit. */
  check(key: string, alg: string): string | null
}
