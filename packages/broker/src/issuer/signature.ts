import {
  constants,
  createHmac,
  type KeyObject,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
} from 'node:crypto'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'

/** How one algorithm signs and checks, RFC 7518 §3 and RFC 8037 §3.1. Signatures are base64url. */
export interface SignatureCalls {
  sign(key: KeyObject, input: string): string | Promise<string>
  /** The signature is base64url in its one spelling. Throws nothing: what can not be checked does not fit. */
  verify(key: KeyObject, input: string, signature: string): boolean
}

function hmac(digest: string, bytes: number): SignatureCalls {
  const sign = (key: KeyObject, input: string) => createHmac(digest, key).update(input).digest('base64url')
  // Both spellings side by side, always in the same place: to decode one and wrap the other costs a third more.
  const length = Math.ceil((bytes * 8) / 6)
  const expected = Buffer.alloc(2 * length)
  const given = Buffer.alloc(2 * length)
  return {
    sign,
    verify(key, input, signature) {
      if (signature.length !== length) return false
      expected.write(sign(key, input), 'utf16le')
      given.write(signature, 'utf16le')
      return timingSafeEqual(expected, given)
    },
  }
}

type KeyOptions = (key: KeyObject) => Parameters<typeof verifyBytes>[2]

function check(digest: string | null, keyOf: KeyOptions): SignatureCalls['verify'] {
  return (key, input, signature) => {
    const bytes = Buffer.from(signature, 'base64url')
    try {
      return verifyBytes(digest, Buffer.from(input), keyOf(key), bytes)
    } catch {
      return false
    }
  }
}

/** RSA takes the better part of a millisecond: in a thread of the pool, so that the event loop goes on. */
function inPool(digest: string, keyOf: KeyOptions): SignatureCalls['sign'] {
  return (key, input) =>
    new Promise((resolve, reject) => {
      signBytes(digest, Buffer.from(input), keyOf(key) as KeyObject, (error, signature) =>
        error ? reject(error) : resolve(signature.toString('base64url')),
      )
    })
}

function rsa(digest: string, keyOf: KeyOptions): SignatureCalls {
  return { sign: inPool(digest, keyOf), verify: check(digest, keyOf) }
}

const pkcs1: KeyOptions = (key) => key
const pss: KeyOptions = (key) => ({
  key,
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
})

/** Fixed-length R and S instead of DER, RFC 7518 §3.4. */
const fixedLength: KeyOptions = (key) => ({ key, dsaEncoding: 'ieee-p1363' })

function ecdsa(digest: string): SignatureCalls {
  return {
    sign: (key, input) =>
      signBytes(digest, Buffer.from(input), fixedLength(key) as KeyObject).toString('base64url'),
    verify: check(digest, fixedLength),
  }
}

const eddsa: SignatureCalls = {
  sign: (key, input) => signBytes(null, Buffer.from(input), key).toString('base64url'),
  verify: check(null, pkcs1),
}

/** Every algorithm that Bursar signs and verifies with. */
export const SIGNATURES: Readonly<Record<SigningAlgorithm, SignatureCalls>> = {
  HS256: hmac('sha256', 32),
  HS384: hmac('sha384', 48),
  HS512: hmac('sha512', 64),
  RS256: rsa('sha256', pkcs1),
  RS384: rsa('sha384', pkcs1),
  RS512: rsa('sha512', pkcs1),
  PS256: rsa('sha256', pss),
  PS384: rsa('sha384', pss),
  PS512: rsa('sha512', pss),
  ES256: ecdsa('sha256'),
  ES384: ecdsa('sha384'),
  ES512: ecdsa('sha512'),
  EdDSA: eddsa,
}
