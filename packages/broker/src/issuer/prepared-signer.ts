import type { KeyObject } from 'node:crypto'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { SIGNATURES } from './signature.ts'

/** Signs payload after payload with one key; the header is encoded once. */
export interface PreparedSigner {
  readonly alg: SigningAlgorithm
  /** Compact JWS over the UTF-8 bytes of the payload. At once, but for RSA. */
  sign(payload: string): string | Promise<string>
}

export function prepareSigner(
  alg: SigningAlgorithm,
  key: KeyObject,
  header: Readonly<Record<string, unknown>> = {},
): PreparedSigner {
  const start = `${encodeText(JSON.stringify({ alg, ...header }))}.`
  const { sign } = SIGNATURES[alg]
  return {
    alg,
    sign(payload) {
      const input = start + encodeText(payload)
      const signature = sign(key, input)
      return typeof signature === 'string'
        ? `${input}.${signature}`
        : signature.then((text) => `${input}.${text}`)
    },
  }
}

/** Base64url, without padding, of the UTF-8 bytes. */
export const encodeText = (text: string): string => Buffer.from(text).toString('base64url')
