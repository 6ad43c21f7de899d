import { expect, test } from 'vitest'
import type { BuiltElement } from '../../src/reactor/build-artifact.ts'
import { type BuildParts, planBuild, type SecretAtBuild } from '../../src/reactor/build-plan.ts'

const element = (name: string, delegate: string, settings: Record<string, unknown>): BuiltElement => ({
  id: `DE-${name}`,
  name,
  delegate: `core::dataElements::${delegate}`,
  settings,
  defaultValue: null,
  cleanText: false,
  forceLowerCase: false,
})
const constant = (name: string, value: string) => element(name, 'constant', { value })
const path = (name: string, text = 'arc.event') => element(name, 'path', { path: text })
const secretElement = (name: string, id = 'SE1') =>
  element(name, 'secret', { secrets: { development: { id, name: 'crm' } } })

const SECRET: SecretAtBuild = {
  id: 'SE1',
  name: 'crm',
  status: 'succeeded',
  environmentId: 'EN1',
  hasDestinations: false,
}

const action = (settings: Record<string, unknown>) => ({
  id: 'RC1',
  name: 'send',
  delegate: 'adobe-cloud-connector::actions::send-data',
  settings: { method: 'POST', ...settings },
})

function plan(
  elements: readonly BuiltElement[],
  settings: Array<Record<string, unknown>> = [],
  secret: Partial<SecretAtBuild> | null = {},
) {
  const parts: BuildParts = {
    buildId: 'BL1',
    environment: { id: 'EN1', name: 'dev', stage: 'development' },
    elements,
    rules: [{ id: 'RL1', name: 'forward', conditions: [], actions: settings.map(action) }],
    secrets: new Map(secret === null ? [] : [['SE1', { ...SECRET, ...secret }]]),
  }
  const planned = planBuild(parts)
  return 'faults' in planned
    ? planned.faults.map(({ code, detail }) => `${code}: ${detail}`)
    : planned.artifact
}

function destinationsOf(url: string, elements: readonly BuiltElement[] = []) {
  const planned = plan([secretElement('token'), ...elements], [{ url, body: '{{token}}' }])
  return Array.isArray(planned)
    ? planned.map((fault) => fault.split(':')[0])
    : planned.secrets[0]!.destinations.map((rule) => `${rule.methods} ${rule.url}`)
}

test('a secret that is not ready is named with its data element, its stage and its state', () => {
  const what = 'The data element "token" needs a succeeded secret on the development environment "dev"'
  const named = 'the secret "crm" (SE1)'
  expect(plan([secretElement('token')], [], { status: 'failed' })).toEqual([
    `secret-not-ready: ${what}: ${named} is failed.`,
  ])
  expect(plan([secretElement('token')], [], { environmentId: null })).toEqual([
    `secret-not-ready: ${what}: ${named} belongs to no environment.`,
  ])
  expect(plan([secretElement('token')], [], { environmentId: 'EN2' })).toEqual([
    `secret-not-ready: ${what}: ${named} belongs to another environment.`,
  ])
  expect(plan([secretElement('token')], [], null)).toEqual([
    `secret-not-ready: ${what}: ${named} does not exist.`,
  ])
  expect(plan([element('token', 'secret', { secrets: {} })])).toEqual([
    `secret-not-ready: ${what}: it names no secret for the stage development.`,
  ])
})

test('a circle of data elements fails the build, a tree that meets itself does not', () => {
  const refers = (name: string, ...names: string[]) =>
    constant(name, names.map((one) => `{{${one}}}`).join(' '))
  expect(plan([refers('a', 'b'), refers('b', 'c'), refers('c', 'b')])).toEqual([
    'data-element-circular-reference: Data element circular reference detected: b -> c -> b',
  ])
  expect(plan([refers('a', 'a')])).toEqual([
    'data-element-circular-reference: Data element circular reference detected: a -> a',
  ])
  expect(
    plan([refers('a', 'b', 'c'), refers('b', 'd'), refers('c', 'd'), refers('d', 'missing')]),
  ).not.toBeInstanceOf(Array)
})

test('a chain of ten thousand data elements is followed to its end', () => {
  const chain = Array.from({ length: 10_000 }, (_, n) => constant(`e${n}`, `{{e${n + 1}}}`))
  expect(plan(chain)).not.toBeInstanceOf(Array)
  expect(plan([...chain, constant('e10000', '{{e0}}')])).toHaveLength(1)
})

test('data elements that refer to each other twice do not grow without end', () => {
  const twice = Array.from({ length: 40 }, (_, n) => constant(`e${n}`, `{{e${n + 1}}}{{e${n + 1}}}`))
  const planned = plan([...twice, constant('e40', 'x')], [{ url: 'https://a.example/', body: '{{e0}}' }])
  expect(planned).toEqual([
    'data-elements-too-many: "send" of the rule "forward" asks for more than 500 values of data elements.',
  ])
  expect(
    plan([...twice, constant('e40', 'x')], [{ url: 'https://a.example/', body: '{{e33}}' }]),
  ).not.toBeInstanceOf(Array)
})

test('two data elements of one name fail the build', () => {
  expect(plan([path('a'), path('a', 'arc')])).toEqual([
    'not-unique: Two data elements of the library are called "a".',
  ])
})

test('an action reaches the secrets behind its data elements, however far, and no others', () => {
  const elements = [
    secretElement('token'),
    constant('bearer', 'Bearer {{token}}'),
    constant('x', '{{bearer}}'),
  ]
  const planned = plan(elements, [
    { url: 'https://a.example/', body: { deep: ['{{x}}'] } },
    { url: 'https://b.example/', headers: [{ key: 'k', value: 'is [[TOKEN]]' }] },
    { url: 'https://c.example/', body: 'nothing' },
  ])
  if (Array.isArray(planned)) throw new Error(planned.join())
  expect(planned.rules[0]!.actions.map(({ secrets }) => secrets)).toEqual([['SE1'], ['SE1'], []])
  expect(planned.secrets[0]!.destinations.map(({ url }) => url)).toEqual([
    'https://a.example/',
    'https://b.example/',
  ])
})

test('a secret without destination rules may go where the URL of its action says, as far as no event has a say', () => {
  expect(destinationsOf('https://api.example.com/v1/contacts')).toEqual([
    'POST https://api.example.com/v1/contacts',
  ])
  expect(destinationsOf('https://api.example.com/v1/in?id={{id}}', [path('id')])).toEqual([
    'POST https://api.example.com/v1/in',
  ])
  expect(destinationsOf('https://api.example.com/v1/c-{{id}}/x', [path('id')])).toEqual([
    'POST https://api.example.com/v1/',
  ])
  expect(destinationsOf('https://{{host}}/v1', [constant('host', 'api.example.com')])).toEqual([
    'POST https://api.example.com/v1',
  ])
})

test.each([
  ['https://{{host}}/v1', [path('host')]],
  ['https://api.example.com{{rest}}', [path('rest')]],
  ['https://api.example.com:{{port}}/v1', [path('port')]],
  ['{{url}}', [path('url')]],
  ['https://{{host}}/', [constant('host', '{{other}}'), path('other')]],
  ['https://user@api.example.com/', []],
  ['https://0x7f.1/', []],
  ['https://api.example.com/a/../b', []],
])('a secret does not go to %s', (url, elements) => {
  expect(destinationsOf(url, elements)).toEqual(['destination-not-fixed'])
})

test('a secret with rules of its own leaves the URL to them', () => {
  const planned = plan([secretElement('token'), path('url')], [{ url: '{{url}}', body: '{{token}}' }], {
    hasDestinations: true,
  })
  if (Array.isArray(planned)) throw new Error(planned.join())
  expect(planned.secrets[0]!.destinations).toEqual([])
})
