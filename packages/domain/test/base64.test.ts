import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeBase64, encodeBase64, utf8Bytes, utf8Text } from '../src/base64.ts'

const SEED = { seed: 4648 }

describe('base 64', () => {
  test.each([
    ['', ''],
    ['f', 'Zg=='],
    ['fo', 'Zm8='],
    ['foo', 'Zm9v'],
    ['foob', 'Zm9vYg=='],
    ['fooba', 'Zm9vYmE='],
    ['foobar', 'Zm9vYmFy'],
  ])('encodes %j as RFC 4648 §10 does', (plain, encoded) => {
    expect(encodeBase64(plain)).toBe(encoded)
    expect(utf8Text(decodeBase64(encoded)!)).toBe(plain)
  })

  test('agrees with Node for every text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(encodeBase64(text)).toBe(Buffer.from(text, 'utf8').toString('base64'))
        expect([...utf8Bytes(text)]).toEqual([...Buffer.from(text, 'utf8')])
      }),
      SEED,
    )
  })

  test('reads both alphabets, padded or not', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        for (const encoding of ['base64', 'base64url'] as const) {
          expect(decodeBase64(Buffer.from(bytes).toString(encoding))).toEqual(bytes)
        }
      }),
      SEED,
    )
  })

  test.each(['A', 'A===', 'AB CD', 'AB\nCD', 'A.BC', 'äöü='])('refuses %j', (text) => {
    expect(decodeBase64(text)).toBeUndefined()
  })

  test('does not make text of bytes that are not UTF-8', () => {
    expect(utf8Text(Uint8Array.of(0xc0, 0xaf))).toBeUndefined()
    expect(utf8Text(Uint8Array.of(0xff))).toBeUndefined()
  })
})
