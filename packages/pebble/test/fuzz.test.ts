import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type CompileOptions, compile, type Limits, profiles, TemplateError } from '../src/index.ts'
import { compileRegex } from '../src/regex/regex.ts'
import { splitBy } from '../src/regex/split.ts'
import { doubleText } from '../src/value/double-text.ts'
import { context, soup, structured } from './random-template.ts'

/** More runs: `PEBBLE_FUZZ_RUNS=100000 npx vitest run packages/pebble/test/fuzz.test.ts`. */
const RUNS = Number(process.env.PEBBLE_FUZZ_RUNS ?? 5000)
const FIXED = { numRuns: RUNS, seed: 20_261_122 }
const LIMITS: Partial<Limits> = {
  renderedSize: 2000,
  textSize: 2000,
  items: 500,
  loopTurns: 200,
  steps: 5000,
  callDepth: 20,
}

/** The text, or the kind of the error; anything but a `TemplateError` is let through. */
function outcome(template: string, data: object, options: CompileOptions): string {
  try {
    return compile(template, { limits: LIMITS, profile: profiles.perRenderCache, ...options }).render(data)
  } catch (thrown) {
    if (!(thrown instanceof TemplateError)) throw thrown
    expect(thrown.line).toBeGreaterThan(0)
    expect(thrown.column).toBeGreaterThan(0)
    expect(thrown.message).not.toContain('Code of the host failed')
    return `error: ${thrown.kind}`
  }
}

test.each([
  ['words thrown together', soup],
  ['templates that mostly parse', structured],
])(
  '%s render within the limits or fail as a TemplateError, every time alike',
  { timeout: 3_600_000 },
  (_, template) => {
    let rendered = 0
    fc.assert(
      fc.property(template, context, fc.boolean(), (source, data, strictVariables) => {
        const first = outcome(source, data, { strictVariables })
        expect(first.length).toBeLessThanOrEqual(2000)
        expect(outcome(source, data, { strictVariables })).toBe(first)
        if (!first.startsWith('error: ')) rendered++
      }),
      FIXED,
    )
    expect(rendered).toBeGreaterThan(RUNS / 20)
  },
)

test('a render leaves the context as it was', () => {
  fc.assert(
    fc.property(
      structured,
      fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd'), fc.jsonValue()),
      (template, data) => {
        const before = JSON.stringify(data)
        outcome(template, data, {})
        expect(JSON.stringify(data)).toBe(before)
      },
    ),
    FIXED,
  )
}, 3_600_000)

test('text without delimiters is rendered as it is', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      fc.pre(!/\{[{%#]/.test(text))
      expect(compile(text).render()).toBe(text)
    }),
    FIXED,
  )
}, 3_600_000)

test('what is printed is escaped, and verbatim text is not read', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      expect(compile('{{ x }}').render({ x: text })).not.toMatch(/[<>"']/)
      expect(compile('{{ x | raw }}').render({ x: text })).toBe(text)
      expect(JSON.parse(compile('"{{ x | escape("json") | raw }}"').render({ x: text }))).toBe(text)
    }),
    FIXED,
  )
}, 3_600_000)

test('form encoding is undone by form decoding', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (name, value) => {
      fc.pre(name.isWellFormed() && value.isWellFormed() && name !== '')
      const body = compile('{{ formUrlEncode(n, v) | raw }}').render({ n: name, v: value })
      expect([...new URLSearchParams(body)]).toEqual([[name, value]])
    }),
    FIXED,
  )
}, 3_600_000)

test('any regular expression splits or fails, in steps that the text and the expression bound', () => {
  const parts = [
    'a',
    'b',
    '.',
    '\\d',
    '[ab]',
    '[^a]',
    '(',
    ')',
    '|',
    '*',
    '+',
    '?',
    '{2}',
    '^',
    '$',
    '\\b',
    '(?i)',
    '[',
    ']',
    '\\',
    'é',
    '(?=a)',
  ]
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom(...parts), { maxLength: 8 }),
      fc.string({ unit: fc.constantFrom('a', 'b', '1', ' ', 'é', '\n') }),
      (pattern, text) => {
        let find: ReturnType<typeof compileRegex>
        try {
          find = compileRegex(pattern.join(''))
        } catch (thrown) {
          expect(thrown).toHaveProperty('kind')
          return
        }
        let steps = 0
        find(text, 0, (work) => {
          steps += work
        })
        expect(steps).toBeLessThanOrEqual((text.length + 1) * 100)
        const pieces = splitBy(find, text, -1, () => {})
        expect(pieces.join('').length).toBeLessThanOrEqual(text.length)
      },
    ),
    FIXED,
  )
}, 3_600_000)

test('the text of a double reads as the same double', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true }), (value) => {
      expect(Object.is(Number(doubleText(value)), value)).toBe(true)
    }),
    FIXED,
  )
}, 3_600_000)
