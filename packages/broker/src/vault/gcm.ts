import { createCipheriv, createDecipheriv, type KeyObject, randomFillSync } from 'node:crypto'

/** AES-256-GCM with 96-bit nonces and 128-bit tags (NIST SP 800-38D), the one cipher of the vault. */
export const NONCE_BYTES = 12
export const TAG_BYTES = 16
const ALGORITHM = 'aes-256-gcm'
const OPTIONS = { authTagLength: TAG_BYTES }

/**
 * How often a key may be used with random nonces: after 2^32 messages the chance of a repeated nonce
 * passes 2^-32 (NIST SP 800-38D §8.3).
 */
export const MAX_SEALS_PER_KEY = 2 ** 32

/** Header, then nonce, ciphertext and tag. The nonce must never be used again with this key. */
export function encrypt(
  key: KeyObject,
  nonce: Uint8Array,
  associated: Uint8Array,
  plain: Uint8Array | string,
  header: Uint8Array,
): Buffer {
  const cipher = createCipheriv(ALGORITHM, key, nonce, OPTIONS).setAAD(associated)
  // The second argument is ignored when the input is bytes already.
  const text = cipher.update(plain as string, 'utf8')
  cipher.final()
  return Buffer.concat([header, nonce, text, cipher.getAuthTag()])
}

/** Opens nonce, ciphertext and tag; null when any bit of them, or of the associated data, differs. */
export function decrypt(key: KeyObject, associated: Uint8Array, sealed: Uint8Array): Buffer | null {
  const end = sealed.length - TAG_BYTES
  if (end < NONCE_BYTES) return null
  const decipher = createDecipheriv(ALGORITHM, key, sealed.subarray(0, NONCE_BYTES), OPTIONS)
    .setAAD(associated)
    .setAuthTag(sealed.subarray(end))
  const plain = decipher.update(sealed.subarray(NONCE_BYTES, end))
  try {
    decipher.final()
    return plain
  } catch {
    return null
  }
}

const POOLED_NONCES = 1_024

/** Random nonces from a pool: one call to the system's generator for many of them. */
export function createNonces(): () => Uint8Array {
  const pool = Buffer.allocUnsafeSlow(POOLED_NONCES * NONCE_BYTES)
  let offset = pool.length
  return () => {
    if (offset === pool.length) {
      randomFillSync(pool)
      offset = 0
    }
    offset += NONCE_BYTES
    return pool.subarray(offset - NONCE_BYTES, offset)
  }
}
