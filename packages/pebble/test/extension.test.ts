import { describe, expect, test } from 'vitest'
import { BigInteger, compile, JavaDouble, profiles, SafeString, TemplateError } from '../src/index.ts'

describe('extensions', () => {
  test('a filter gets plain data and gives plain data', () => {
    const seen: unknown[] = []
    const spy = {
      apply(...values: unknown[]) {
        seen.push(...values)
        return { list: [1, 2.5], text: '<b>' }
      },
    }
    const template = compile("{{ v | spy(1, 2.5, 'x', null, [1], {'k': true}) }}", { filters: { spy } })
    expect(template.render({ v: { a: [1] } })).toBe('{list=[1, 2.5], text=&lt;b&gt;}')
    expect(seen).toEqual([{ a: [1] }, 1, 2.5, 'x', null, [1], { k: true }])
  })

  test('arguments with names come in the order of the parameters', () => {
    const functions = {
      greet: {
        parameters: ['name', 'greeting'],
        apply: (name: unknown, greeting: unknown) => `${greeting} ${name}`,
      },
    }
    const render = (template: string) => compile(template, { functions }).render()
    expect(render("{{ greet(greeting = 'Hi', name = 'Ada') }}")).toBe('Hi Ada')
    expect(render("{{ greet('Ada') }}")).toBe('null Ada')
    expect(() => render("{{ greet('a', 'b', 'c') }}")).toThrow(/got 3 arguments/)
    expect(() => render('{{ greet(nope = 1) }}')).toThrow(/no parameter "nope"/)
  })

  test('a SafeString is not escaped, tests decide, and names of Pebble can be replaced', () => {
    const options = {
      filters: {
        bold: { apply: (text: unknown) => new SafeString(`<b>${text}</b>`) },
        upper: { apply: () => 'own' },
      },
      tests: { long: { apply: (text: unknown) => String(text).length > 3 } },
    }
    const template = "{{ 'a' | bold }}{{ 'abcd' is long }}{{ 'a' is not long }}{{ 'a' | upper }}"
    expect(compile(template, options).render()).toBe('<b>a</b>truetrueown')
  })

  test('what an extension throws is the cause of a TemplateError', () => {
    const cause = new Error('no luck')
    const filters = {
      fail: {
        apply() {
          throw cause
        },
      },
    }
    try {
      compile('{{ 1 | fail }}', { filters }).render()
      expect.unreachable()
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(TemplateError)
      expect(thrown).toMatchObject({ kind: 'runtime', cause, line: 1 })
    }
  })
})

describe('profiles', () => {
  test('destinationSdk allows what the Destination SDK allows', () => {
    const render = (template: string, context = {}) =>
      compile(template, { profile: profiles.destinationSdk }).render(context)
    expect(render("{{ formUrlEncode('a b', 'c&d', 'e', null) | raw }}")).toBe('a+b=c%26d&e=')
    expect(
      render(
        '{% for s in l %}{% if loop.first %}{% set a = s | upper %}{% endif %}{% endfor %}{{ max(1, 2) }}',
        { l: ['a'] },
      ),
    ).toBe('2')
    for (const template of [
      '{% macro m() %}{% endmacro %}',
      '{% block b %}{% endblock %}',
      '{% autoescape false %}{% endautoescape %}',
      '{% verbatim %}{% endverbatim %}',
      '{% flush %}',
      '{{ range(1, 3) }}',
      "{{ block('b') }}",
      "{% include 'x' %}",
    ]) {
      expect(() => render(template)).toThrow(expect.objectContaining({ kind: 'refused' }))
    }
  })

  test('a profile of one’s own leaves out what it does not name', () => {
    const profile = { ...profiles.standard, name: 'mine', filters: ['upper'], tests: [] }
    expect(compile("{{ 'a' | upper }}{{ '<' }}{{ x }}", { profile }).render({ x: '<' })).toBe('A<&lt;')
    expect(() => compile("{{ 'a' | lower }}", { profile })).toThrow(
      /not among the filters of the profile "mine"/,
    )
    expect(() => compile('{{ 1 is even }}', { profile })).toThrow(/not among the tests/)
  })
})

describe('numbers of JavaScript', () => {
  const show = (v: unknown) =>
    compile('{{ v }} {{ [v] contains 1L }} {{ [v] contains i }}').render({ v, i: 1 })

  test('whole numbers of 32 bits are Integers, of 64 bits Longs, others Doubles', () => {
    expect(show(1)).toBe('1 false true')
    expect(show(1n)).toBe('1 true false')
    expect(show(2 ** 31)).toBe('2147483648 false false')
    expect(show(1.5)).toBe('1.5 false false')
    expect(show(new JavaDouble(1))).toBe('1.0 false false')
    expect(show(2n ** 64n)).toBe('18446744073709551616 false false')
    expect(show(new BigInteger(1n))).toBe('1 false false')
    expect(show(1e300)).toBe('1.0E300 false false')
    expect(show(Number.NaN)).toBe('NaN false false')
  })

  test('Integers wrap at 32 bits, Longs at 64', () => {
    expect(compile('{{ n * n }} {{ n + 1L }}').render({ n: 2147483647 })).toBe('1 2147483648')
    expect(compile('{{ n + 1 }}').render({ n: 2n ** 63n - 1n })).toBe('-9223372036854775808')
  })

  test('a Map keeps the order of keys that look like numbers', () => {
    const entries: [string, number][] = [
      ['2', 1],
      ['1', 2],
    ]
    expect(compile('{{ m }}').render({ m: new Map(entries) })).toBe('{2=1, 1=2}')
    expect(compile('{{ a }}').render(new Map([['a', 1]]))).toBe('1')
  })
})
