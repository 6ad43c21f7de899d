import fc from 'fast-check'
import { expect, test } from 'vitest'
import { encodeFormComponent, parseForm } from '../src/form.ts'
import vectors from './vectors/rfc-misc.json' with { type: 'json' }

const SEED = { seed: 6749 }

test('encodes the example of RFC 6749 appendix B', () => {
  const { raw, encoded } = vectors.basic[1] as { raw: string; encoded: string }
  expect(encodeFormComponent(raw)).toBe(encoded)
})

test('encodes as URLSearchParams does', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(`a=${encodeFormComponent(text)}`).toBe(new URLSearchParams([['a', text]]).toString())
    }),
    SEED,
  )
})

test('reads back what it wrote', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 })
  fc.assert(
    fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'grapheme' })), { minLength: 1 }), (pairs) => {
      const text = pairs.map((pair) => pair.map(encodeFormComponent).join('=')).join('&')
      expect(parseForm(text)).toEqual(pairs)
    }),
    SEED,
  )
})

test.each(['', 'just-text', '=value', 'a=%zz', '&&'])('does not take %j for a form', (text) => {
  expect(parseForm(text)).toBeUndefined()
})
