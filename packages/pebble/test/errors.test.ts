import { expect, test } from 'vitest'
import { type CompileOptions, compile, TemplateError } from '../src/index.ts'

function errorOf(template: string, context: object = {}, options: CompileOptions = {}): TemplateError {
  try {
    compile(template, options).render(context)
  } catch (thrown) {
    if (thrown instanceof TemplateError) return thrown
    throw thrown
  }
  throw new Error('no error')
}

test('an error names line and column, shows the line and says what was expected', () => {
  const error = errorOf('first\n  {{ name | upper( }}\nlast')
  expect(error).toMatchObject({ kind: 'parse', line: 2, column: 20, expected: '")"' })
  expect(error.excerpt).toBe('2 |   {{ name | upper( }}\n                       ^')
  expect(error.message).toContain('expected ")" (line 2, column 20)\n2 |')
})

test('an error while rendering points to what failed', () => {
  const error = errorOf('{% if true %}\n\r\n{{ 1 +\n  (a / 0) }}{% endif %}', { a: 1 })
  expect(error).toMatchObject({ kind: 'runtime', line: 4, column: 6 })
  expect(error.reason).toBe('A whole number can not be divided by zero')
})

test.each([
  ['{{ n.name }}', 'attribute', '"name" of null'],
  ['{{ missing }}', 'attribute', 'There is no variable "missing"'],
  ['{{ "a" | nope }}', 'runtime', 'There is no filter "nope"'],
  ['{{ nope() }}', 'runtime', 'There is no function or macro "nope"'],
  ['{{ 1 is nope }}', 'runtime', 'There is no test "nope"'],
  ['{% nope %}', 'parse', 'Unknown tag "nope"'],
  ['{% include "x" %}', 'refused', 'loads another template'],
  ['{% cache "x" %}{% endcache %}', 'refused', 'profile "standard"'],
  ['{{ "a" < 1 }}', 'runtime', 'String and Long have no order'],
  ['{% for x in 3 %}{% endfor %}', 'runtime', 'A Long can not be looped over'],
  ['{% if true %}', 'parse', 'not closed'],
  ['{# open', 'parse', 'Unclosed comment'],
  ['{{ "a', 'parse', 'Unclosed string'],
  ['{{ 1 | abs(2', 'parse', 'Unclosed'],
])('%s fails as %s and says %s', (template, kind, reason) => {
  const error = errorOf(template, { n: null }, { strictVariables: kind === 'attribute' })
  expect(error.kind).toBe(kind)
  expect(error.message).toContain(reason)
})

test('every error of a template is a TemplateError with a place inside of it', () => {
  const source = 'a\n{{ b'
  for (let end = 0; end < source.length; end++) {
    const text = source.slice(0, end)
    try {
      compile(text).render()
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(TemplateError)
      const { line, column } = thrown as TemplateError
      expect(line).toBeLessThanOrEqual(text.split('\n').length)
      expect(column).toBeGreaterThan(0)
    }
  }
})

test('a long line is cut around the place', () => {
  const error = errorOf(`${'x'.repeat(500)}{{ 1 / 0 }}${'y'.repeat(500)}`)
  const [line = '', caret = ''] = error.excerpt.split('\n')
  expect(line.length).toBeLessThan(100)
  expect(line.charAt(caret.indexOf('^'))).toBe('/')
})
