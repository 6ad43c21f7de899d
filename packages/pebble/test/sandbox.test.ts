import { describe, expect, test } from 'vitest'
import { type CompileOptions, compile, type Limits, profiles, TemplateError } from '../src/index.ts'

const render = (template: string, context: object = {}, options: CompileOptions = {}): string =>
  compile(template, options).render(context)

function limited(template: string, limits: Partial<Limits>, context: object = {}): string {
  try {
    return render(template, context, { limits })
  } catch (thrown) {
    if (thrown instanceof TemplateError) return `${thrown.kind}: ${thrown.reason}`
    throw thrown
  }
}

/** Small in memory, without end when all of it is read. */
function sharedObjects(depth: number): object {
  let shared: object = { v: 1 }
  for (let i = 0; i < depth; i++) shared = { a: shared, b: shared }
  return shared
}

describe('only plain data of the context exists', () => {
  test('nothing is inherited', () => {
    const context = { o: Object.create({ inherited: 'x' }), text: 'abc', list: [1] }
    expect(
      render(
        '[{{ o.inherited }}{{ o.constructor }}{{ o.toString }}{{ constructor }}{{ toString }}]',
        context,
      ),
    ).toBe('[]')
    expect(
      render('[{{ o.__proto__ }}{{ text.constructor }}{{ list.constructor }}{{ list.map }}]', context),
    ).toBe('[]')
  })

  test('own keys with the names of inherited ones are keys like any other', () => {
    const context = JSON.parse('{"m": {"__proto__": "p", "constructor": "c", "hasOwnProperty": "h"}}')
    expect(render('{{ m.__proto__ }}{{ m.constructor }}{{ m["hasOwnProperty"] }}', context)).toBe('pch')
    expect(render("{% set a = {'__proto__': 1} %}{{ a.__proto__ }}{{ ({}).polluted }}", {})).toBe('1')
    expect(({} as Record<string, unknown>).polluted).toBeUndefined()
  })

  test('getters are not run, and functions and symbols are null', () => {
    let runs = 0
    const context = {
      get root() {
        runs++
        return 'x'
      },
      o: Object.defineProperty({ visible: 1 }, 'hidden', { get: () => runs++, enumerable: true }),
      list: Object.defineProperty([1, 2], 1, { get: () => runs++, enumerable: true }),
      call: () => 'called',
      symbol: Symbol('s'),
    }
    expect(render('[{{ root }}{{ o.hidden }}{{ o }}{{ list }}{{ call }}{{ symbol }}]', context)).toBe(
      '[{visible=1}[1, null]]',
    )
    expect(
      render('{{ call() }}', { call: () => 'called' }, { functions: { call: { apply: () => 'own' } } }),
    ).toBe('own')
    expect(runs).toBe(0)
  })

  test('a proxy is read by its properties and can not do more than fail', () => {
    const quiet = new Proxy({ a: 1 }, { get: () => 'trapped' })
    expect(render('{{ p.a }}', { p: quiet })).toBe('1')
    const list = new Proxy([1, 2], { get: () => 'trapped' })
    expect(render('{{ p }}', { p: list })).toBe('[1, 2]')
    const hostile = new Proxy(
      {},
      {
        getOwnPropertyDescriptor() {
          throw new Error('boom')
        },
      },
    )
    expect(() => render('{{ p.a }}', { p: hostile })).toThrow(TemplateError)
    expect(() => render('{{ a }}', hostile)).toThrow(TemplateError)
  })

  test('the context stays as it was', () => {
    const context = { list: [3, 1, 2], name: 'a' }
    const template = '{{ list | sort }}{{ list | reverse }}{% set name = "b" %}{{ name }}{{ list }}'
    expect(render(template, context)).toBe('[1, 2, 3][3, 2, 1]b[3, 2, 1]')
    expect(context).toEqual({ list: [3, 1, 2], name: 'a' })
  })

  test('no render sees another one', () => {
    const template = compile('{{ a }}{% set a = "set" %}{{ a }}{% cache "k" %}{{ x }}{% endcache %}', {
      profile: profiles.perRenderCache,
    })
    expect(template.render({ x: 1 })).toBe('set1')
    expect(template.render({ x: 2 })).toBe('set2')
  })

  test('lists that contain themselves end as an error', () => {
    const list: unknown[] = []
    list.push(list)
    expect(() => render('{{ list }}', { list })).toThrow(TemplateError)
    let deep: unknown[] = []
    for (let i = 0; i < 100_000; i++) deep = [deep]
    expect(() => render('{{ deep }}', { deep })).toThrow(/limit "depth"/)
  })

  test('Java is out of reach', () => {
    for (const member of ['class', 'getClass()', 'bytes', 'notify()', "concat('x')"]) {
      expect(() => render(`{{ 'a'.${member} }}`)).toThrow(/out of reach/)
    }
    expect(render("{{ 'abc'.length }} {{ ' a '.trim() }} {{ 'a'.nope }}")).toBe('3 a ')
  })
})

describe('every limit ends a render and says its name', () => {
  test.each<[keyof Limits, number, string, object?]>([
    ['sourceSize', 5, '{{ 1 }}'],
    ['depth', 10, `{{ ${'('.repeat(20)}1${')'.repeat(20)} }}`],
    ['depth', 10, `${'{% if true %}'.repeat(20)}${'{% endif %}'.repeat(20)}`],
    ['callDepth', 20, '{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}'],
    ['callDepth', 20, '{% block b %}{{ block("b") }}{% endblock %}'],
    ['loopTurns', 10, '{% for a in 1..5 %}{% for b in 1..5 %}{% endfor %}{% endfor %}'],
    ['renderedSize', 3, 'four'],
    ['renderedSize', 10, '{% for i in l %}x{% endfor %}', { l: Array(20).fill(0) }],
    ['textSize', 1000, "{% set a = 'ab' %}{% for i in 1..50 %}{% set a = a ~ a %}{% endfor %}"],
    [
      'textSize',
      1000,
      "{{ 'aaaaaaaaaa' | replace({'a': 'aaaaaaaaaa'}) | replace({'a': 'aaaaaaaaaa'}) | replace({'a': 'aaaaaaaaaa'}) }}",
    ],
    ['textSize', 1000, "{{ '%999999999s' | format('a') }}"],
    ['textSize', 1000, "{{ '%.999999999f' | format(1.5) }}"],
    ['items', 100, '{{ 1..1000000000000 }}'],
    ['items', 100, '{% set a = [1] %}{% for i in 1..50 %}{% set a = a + a %}{% endfor %}'],
    ['items', 100, '{{ l }}', { l: Array(101).fill(0) }],
    ['items', 1_000_000, '{% set a = [1] %}{% for i in 1..40 %}{% set a = [a, a] %}{% endfor %}{{ a }}'],
    [
      'steps',
      5000,
      '{% set m = {} %}{% for i in 1..500 %}{% set m = m | merge({(i * 1.5): i}) %}{% endfor %}',
    ],
    ['steps', 5000, '{{ d }}', { d: sharedObjects(40) }],
    [
      'steps',
      1000,
      '{% macro m() %}{% for i in 1..99 %}{{ i }}{% endfor %}{% endmacro %}{% for i in 1..99 %}{{ m() }}{% endfor %}',
    ],
  ])('%s = %i', (name, value, template, context = {}) => {
    expect(limited(template, { [name]: value }, context)).toContain(`limit: `)
    expect(limited(template, { [name]: value }, context)).toContain(`the limit "${name}" of ${value} allows`)
  })

  test('a chain of operators too long for the call stack is an error as well', () => {
    const chain = `{{ ${Array(20_000).fill('1').join(' + ')} }}`
    expect(limited(chain, {})).toMatch(/^limit: |^20000$/)
    expect(limited(`{{ ${'-'.repeat(50_000)}1 }}`, {})).toMatch(/^limit: /)
  })

  test('a regular expression that backtracks for ever elsewhere is done at once', () => {
    const text = 'a'.repeat(5000)
    expect(render("{{ text | split('(a+)+b') | length }}", { text })).toBe('1')
    expect(render("{{ text | split('(a|a)*$') | length }}", { text })).toMatch(/^\d+$/)
    expect(limited("{{ text | split('(a*)*b|a') | length }}", { steps: 10_000 }, { text })).toContain(
      '"steps"',
    )
    for (const pattern of ['(a)\\1', '(?=ab)', 'a++', '(?>a)']) {
      expect(() => render(`{{ text | split('${pattern}') }}`, { text })).toThrow(/linear time/)
    }
  })
})
