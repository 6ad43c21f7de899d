import { createSecretKey } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { createNonces, decrypt, encrypt, NONCE_BYTES } from '../../src/vault/gcm.ts'

interface Group {
  ivSize: number
  keySize: number
  tagSize: number
  tests: Array<
    Record<'key' | 'iv' | 'aad' | 'msg' | 'ct' | 'tag' | 'comment' | 'result', string> & { tcId: number }
  >
}
const { testGroups } = JSON.parse(
  readFileSync(new URL('../vectors/wycheproof/aes_gcm_test.json', import.meta.url), 'utf8'),
) as { testGroups: Group[] }
const vectors = testGroups
  .filter((group) => group.keySize === 256 && group.ivSize === 96 && group.tagSize === 128)
  .flatMap((group) => group.tests)
const bytes = (hex: string) => Buffer.from(hex, 'hex')

describe('the vectors of Project Wycheproof hold', () => {
  test('and there are some', () => {
    expect(vectors.length).toBeGreaterThan(60)
    expect(new Set(vectors.map(({ result }) => result))).toEqual(new Set(['valid', 'invalid']))
  })

  test.each(vectors)('$tcId $comment ($result)', ({ key, iv, aad, msg, ct, tag, result }) => {
    const secret = createSecretKey(bytes(key))
    const sealed = Buffer.concat([bytes(iv), bytes(ct), bytes(tag)])
    const opened = decrypt(secret, bytes(aad), sealed)
    if (result === 'invalid') {
      expect(opened).toBeNull()
      return
    }
    expect(opened?.toString('hex')).toBe(msg)
    expect(encrypt(secret, bytes(iv), bytes(aad), bytes(msg), Buffer.alloc(0))).toEqual(sealed)
  })
})

test('nonces are of the right size and do not repeat, refills of the pool included', () => {
  const next = createNonces()
  const seen = new Set<string>()
  for (let count = 0; count < 10_000; count++) {
    const nonce = next()
    expect(nonce.length).toBe(NONCE_BYTES)
    seen.add(Buffer.from(nonce).toString('hex'))
  }
  expect(seen.size).toBe(10_000)
})
