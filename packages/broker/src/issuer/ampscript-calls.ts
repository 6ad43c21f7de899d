import { createHmac, type KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import type { AmpscriptCalls, NamedKey } from '@bursar/domain/issuing/ampscript-jwt.ts'
import { encodeText } from './prepared-signer.ts'
import { SIGNATURES } from './signature.ts'

const DIGESTS = { HS256: 'sha256', HS384: 'sha384', HS512: 'sha512' } as const

/** The cryptography of `GetJWT`. */
export const AMPSCRIPT_CALLS: AmpscriptCalls = {
  base64url: encodeText,
  mac: (alg, secret, input) => createHmac(DIGESTS[alg], secret).update(input).digest('base64url'),
}

/** A key of the store as `GetJWTByKeyName` sees it: a shared secret is symmetric, an RSA key asymmetric. */
export const namedKeyCalls = (made: SigningAlgorithm, key: KeyObject): NamedKey =>
  key.type === 'secret'
    ? {
        kind: 'symmetric',
        mac: (alg, input) => createHmac(DIGESTS[alg], key).update(input).digest('base64url'),
      }
    : {
        kind: 'asymmetric',
        isRsa: made.startsWith('RS'),
        sign: (alg, input) => SIGNATURES[alg].sign(key, input),
      }
