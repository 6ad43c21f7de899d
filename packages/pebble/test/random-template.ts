import fc from 'fast-check'

/** Words of the language and pieces that often go wrong, to be thrown together at random. */
const FRAGMENTS = [
  '{{',
  '}}',
  '{%',
  '%}',
  '{#',
  '#}',
  '-',
  ' ',
  '\n',
  '(',
  ')',
  '[',
  ']',
  '{',
  '}',
  '|',
  '~',
  '..',
  ',',
  ':',
  '?',
  '=',
  '==',
  "'",
  '"',
  '#{',
  '\\',
  'a',
  'b',
  'loop',
  '1',
  '1.5',
  '99L',
  'true',
  'null',
  'if',
  'else',
  'endif',
  'for',
  'in',
  'endfor',
  'set',
  'macro',
  'endmacro',
  'block',
  'endblock',
  'filter',
  'endfilter',
  'autoescape',
  'endautoescape',
  'verbatim',
  'endverbatim',
  'cache',
  'include',
  'is',
  'not',
  'and',
  'or',
  'contains',
  'upper',
  'split',
  'format',
  'date',
  'range',
  '__proto__',
  'constructor',
  '_context',
  '\u2028',
  '\ud83d',
  '😀',
  'text',
] as const

export const soup: fc.Arbitrary<string> = fc
  .array(fc.constantFrom(...FRAGMENTS), { maxLength: 40 })
  .map((parts) => parts.join(''))

const NAMES = [
  'a',
  'b',
  'c',
  'd',
  'loop',
  'constructor',
  '__proto__',
  '_context',
  'locale',
  'template',
] as const
const FILTERS = [
  'abs',
  'base64decode',
  'base64encode',
  'capitalize',
  'escape',
  'first',
  'join',
  'last',
  'length',
  'lower',
  'nl2br',
  'numberformat',
  'raw',
  'reverse',
  'rsort',
  'sha256',
  'sort',
  'title',
  'trim',
  'upper',
  'urlencode',
  'date',
  'nope',
  'abbreviate(4)',
  "default('d')",
  "join(', ')",
  "replace({'a': 'bb'})",
  "split('[ab]')",
  "split('(a*)*b')",
  'slice(0, 1)',
  'merge(a)',
  "numberformat('#,##0.0')",
  "format(1, 'x')",
  "date('yyyy', timeZone='Asia/Tokyo')",
  "escape('js')",
  "split('(')",
] as const
const OPERATORS = [
  '+',
  '-',
  '*',
  '/',
  '%',
  '~',
  '..',
  '==',
  '!=',
  '<',
  '>=',
  'and',
  'or',
  'contains',
  'equals',
] as const
const LITERALS = [
  '1',
  '0',
  '2.5',
  '9223372036854775807',
  '3L',
  "'x'",
  "'%999d'",
  '""',
  '"#{a}-"',
  'true',
  'null',
  '[]',
  '[1, a]',
  '{}',
  "{'k': b}",
] as const
const TESTS = ['empty', 'null', 'defined', 'even', 'odd', 'map', 'iterable', 'nope'] as const

interface Pieces {
  expression: string
  statement: string
  body: string
}

const pieces = fc.letrec<Pieces>((tie) => {
  const expression = tie('expression')
  const body = tie('body')
  return {
    expression: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom(...LITERALS),
      fc.constantFrom(...NAMES),
      fc.tuple(expression, fc.constantFrom(...OPERATORS), expression).map(([l, o, r]) => `(${l}) ${o} ${r}`),
      fc.tuple(expression, fc.constantFrom(...FILTERS)).map(([e, f]) => `${e} | ${f}`),
      fc.tuple(expression, fc.constantFrom(...NAMES)).map(([e, n]) => `(${e}).${n}`),
      fc.tuple(expression, expression).map(([e, k]) => `(${e})[${k}]`),
      fc.tuple(expression, fc.constantFrom(...TESTS)).map(([e, t]) => `${e} is not ${t}`),
      fc.tuple(expression, expression, expression).map(([c, y, n]) => `(${c} ? ${y} : ${n})`),
      fc
        .tuple(fc.constantFrom('max', 'range', 'formUrlEncode', 'm', 'block', 'nope'), expression, expression)
        .map(([f, x, y]) => `${f}(${x}, ${y})`),
      fc.tuple(fc.constantFrom('not', '-', '+'), expression).map(([o, e]) => `${o} ${e}`),
    ),
    statement: fc.oneof(
      { maxDepth: 4, depthSize: 'small' },
      fc.constantFrom('text', '\n', ' <b> ', '{# c -#}'),
      expression.map((e) => `{{ ${e} }}`),
      expression.map((e) => `{{- ${e} -}}`),
      fc.tuple(fc.constantFrom(...NAMES), expression).map(([n, e]) => `{% set ${n} = ${e} %}`),
      fc.tuple(expression, body, body).map(([e, y, n]) => `{% if ${e} %}${y}{% else %}${n}{% endif %}`),
      fc
        .tuple(fc.constantFrom(...NAMES), expression, body)
        .map(([n, e, b]) => `{% for ${n} in ${e} %}${b}{% endfor %}`),
      fc
        .tuple(fc.constantFrom('m', 'n'), expression, body)
        .map(([n, e, b]) => `{% macro ${n}(x, y = ${e}) %}${b}{{ m() }}{% endmacro %}`),
      fc.tuple(fc.constantFrom(...FILTERS), body).map(([f, b]) => `{% filter ${f} %}${b}{% endfilter %}`),
      fc
        .tuple(fc.constantFrom("'js'", 'false', "'nope'", ''), body)
        .map(([s, b]) => `{% autoescape ${s} %}${b}{% endautoescape %}`),
      fc.tuple(expression, body).map(([e, b]) => `{% cache ${e} %}${b}{% endcache %}`),
      body.map((b) => `{% block k %}${b}{{ block('k') }}{% endblock %}`),
    ),
    body: fc.array(tie('statement'), { maxLength: 3 }).map((statements) => statements.join('')),
  }
})

/** Templates that mostly parse. */
export const structured: fc.Arbitrary<string> = fc
  .array(pieces.statement, { minLength: 1, maxLength: 4 })
  .map((parts) => parts.join(''))

/** Data as a host might hand it over, with keys that mean something to JavaScript. */
export const context: fc.Arbitrary<Record<string, unknown>> = fc.dictionary(
  fc.constantFrom(...NAMES),
  fc.anything({
    maxDepth: 3,
    key: fc.constantFrom('a', 'b', 'k', '0', '1', '__proto__', 'constructor', 'length', 'then'),
    withBigInt: true,
    withMap: true,
    withSet: true,
    withDate: true,
    withNullPrototype: true,
    withSparseArray: true,
    withTypedArray: true,
  }),
)
