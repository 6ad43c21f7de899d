import fc from 'fast-check'
import { expect, test } from 'vitest'
import { compileReferences, referencesIn } from '../../src/reactor/element-reference.ts'

const fill = (settings: unknown, values: Record<string, unknown>) =>
  compileReferences(settings)((name) => values[name])

test('references are found wherever they stand, each once', () => {
  expect(referencesIn({ a: '{{x}} and {{y z}}', b: ['{{x}}', { c: '{{ w }}' }], d: 1 })).toEqual([
    'x',
    'y z',
    ' w ',
  ])
  expect(referencesIn('{{}} {{{x}} {x} }}')).toEqual(['{x'])
})

test('a reference alone becomes the value, one within text is written out', () => {
  expect(fill('{{x}}', { x: { a: 1 } })).toEqual({ a: 1 })
  expect(fill('{{x}}', {})).toBeUndefined()
  expect(fill('a{{x}}b{{y}}c{{z}}', { x: 1, y: null, z: [true] })).toBe('a1bc[true]')
})

test('a text does not grow past a megabyte', () => {
  const x = 'x'.repeat(600_000)
  expect(fill('{{x}}.', { x })).toHaveLength(600_001)
  expect(() => fill('{{x}}{{x}}', { x })).toThrow('more than 1048576 characters')
})

test('values are not read for references again', () => {
  expect(fill('{{x}}!', { x: '{{y}}', y: 'no' })).toBe('{{y}}!')
})

test('settings without references stay as they are, and filling changes nothing in them', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (settings) => {
      const before = JSON.stringify(settings)
      const filled = fill(settings, {})
      if (referencesIn(settings).length === 0) expect(filled).toBe(settings)
      expect(JSON.stringify(settings)).toBe(before)
    }),
    { seed: 6 },
  )
})
