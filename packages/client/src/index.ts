export { type BursarClient, createClient } from './client.ts'
export type { FetchOptions } from './delivery.ts'
export { BursarError, type BursarErrorCode } from './error.ts'
export type { Token, TokenOptions } from './tokens.ts'
export type { ClientSettings } from './transport.ts'
export {
  createVerifier,
  type JwtClaims,
  JwtError,
  type JwtFaultCode,
  type JwtVerifier,
  type VerifierSettings,
} from './verifier.ts'
