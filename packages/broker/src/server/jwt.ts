import { createPublicKey, createSecretKey } from 'node:crypto'
import { BursarError } from '@bursar/domain/error.ts'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { type AmpscriptJwt, getJwt, getJwtByKeyName } from '@bursar/domain/issuing/ampscript-jwt.ts'
import type { Secret } from '@bursar/domain/secret.ts'
import { AMPSCRIPT_CALLS, namedKeyCalls } from '../issuer/ampscript-calls.ts'
import { importIssuingKey, openIssuingKey } from '../issuer/issuing-key.ts'
import { prepareSigner } from '../issuer/prepared-signer.ts'
import { readVerificationKeys } from '../issuer/verification-keys.ts'
import type { VerificationKey } from '../issuer/verify.ts'

/** JWTs for other programs: what `bursar jwt` does, and what an application may import to check its callers. */
export { readVerificationKeys } from '../issuer/verification-keys.ts'
export { createJwtVerifier, type JwtVerifier, type VerificationKey } from '../issuer/verify.ts'

export interface JwtOrder {
  alg: SigningAlgorithm
  /** PEM or JWK; for HS algorithms the secret's text or a JWK. */
  key: Secret
  payload: string
  kid?: string
}

/**
 * Signs a payload as it is. Without `kid`, HS and RS algorithms go the way of the AMPscript functions: any
 * text may be signed, and any secret that is not empty signs.
 */
export async function signPayload({ alg, key, payload, kid }: JwtOrder): Promise<string> {
  const isJwk = key.reveal().trimStart().startsWith('{')
  if (kid === undefined && alg.startsWith('HS') && !isJwk)
    return jwtOf(getJwt([key.reveal(), alg, payload], AMPSCRIPT_CALLS))
  const imported = importIssuingKey(alg, key)
  if ('fault' in imported) throw new BursarError('request.invalid', imported.fault)
  const { signing } = openIssuingKey(alg, imported.text)
  if (kid === undefined && alg.startsWith('RS')) {
    const find = () => namedKeyCalls(alg, signing)
    return jwtOf(await getJwtByKeyName(['key', alg, payload], find, AMPSCRIPT_CALLS))
  }
  return prepareSigner(alg, signing, { typ: 'JWT', ...(kid !== undefined && { kid }) }).sign(payload)
}

function jwtOf(signed: AmpscriptJwt): string {
  if (signed.kind === 'jwt') return signed.jwt
  throw new BursarError('request.invalid', { detail: signed.message })
}

/** The keys in a text: a JWK or JWK set, a public key or certificate in PEM, or a shared secret. */
export function readKeyText(text: Secret, alg: SigningAlgorithm | undefined): VerificationKey[] {
  const plain = text.reveal().trim()
  if (plain.startsWith('{')) return readVerificationKeys(parseJwks(plain), alg)
  if (alg === undefined) {
    throw new BursarError('request.invalid', {
      detail: 'The key does not say its algorithm.',
      hint: 'Say it: --alg RS256. The token is not asked.',
    })
  }
  const isPem = plain.startsWith('-----BEGIN')
  if (alg.startsWith('HS') && !isPem) return [{ kid: null, alg, key: createSecretKey(text.reveal(), 'utf8') }]
  if (alg.startsWith('HS') || !isPem) {
    throw new BursarError('request.invalid', {
      detail: isPem
        ? `${alg} verifies with a shared secret; this is PEM.`
        : `${alg} verifies with a public key.`,
      hint: 'Give the key of that algorithm.',
    })
  }
  return [{ kid: null, alg, key: readPublicPem(plain) }]
}

function parseJwks(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    throw new BursarError('request.invalid', { detail: 'The key looks like a JWK but is not valid JSON.' })
  }
}

function readPublicPem(pem: string) {
  try {
    return createPublicKey(pem)
  } catch {
    throw new BursarError('request.invalid', { detail: 'The PEM can not be read as a public key.' })
  }
}
