import { hash, randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto'
import type { Secret } from '@bursar/domain/secret.ts'

const COST = { N: 16_384, r: 8, p: 1 }
const LENGTH = 32

/** A salted hash of a client secret, RFC 7914: `scrypt$N$r$p$salt$hash`. */
export async function hashClientSecret(secret: Secret): Promise<string> {
  const salt = randomBytes(16)
  const derived = await derive(secret, salt, COST)
  return ['scrypt', COST.N, COST.r, COST.p, salt.toString('base64url'), derived.toString('base64url')].join(
    '$',
  )
}

/** In constant time once the hash has been derived. */
export async function fitsClientSecret(secret: Secret, kept: string): Promise<boolean> {
  const [, cost, blocks, lanes, salt, expected] = kept.split('$')
  const options = { N: Number(cost), r: Number(blocks), p: Number(lanes) }
  const derived = await derive(secret, Buffer.from(salt!, 'base64url'), options)
  return timingSafeEqual(derived, Buffer.from(expected!, 'base64url'))
}

function derive(secret: Secret, salt: Buffer, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(secret.reveal(), salt, LENGTH, options, (error, key) => (error ? reject(error) : resolve(key)))
  })
}

/**
 * Recognises secrets that were found right before, without keeping them: a hash under a salt that lives as
 * long as the process, which is a thousand times faster than deriving the kept one again.
 */
export interface SecretMarks {
  /** To be compared with `===`: without the salt nobody can choose secrets whose marks begin alike. */
  markOf(secret: Secret): string
}

export function createSecretMarks(): SecretMarks {
  const salt = randomBytes(64).toString('base64url')
  return {
    markOf: (secret) => hash('sha256', salt + secret.reveal(), 'base64url'),
  }
}
