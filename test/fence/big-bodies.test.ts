import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'

let broker: TestBroker
beforeAll(async () => {
  broker = await startTestBroker()
})
afterAll(() => broker?.close())

const MANY = 40_000
const members = (name: (nth: number) => string) =>
  Object.fromEntries(Array.from({ length: MANY }, (_, nth) => [name(nth), 1]))
const list = (item: (nth: number) => unknown) => Array.from({ length: MANY }, (_, nth) => item(nth))

const recipe = (more: object) => ({ grant: 'client_credentials', ...more })
const BODIES: ReadonlyArray<readonly [what: string, body: unknown]> = [
  ['a text', 'a'.repeat(400_000)],
  ['a list', list(() => 1)],
  ['unknown members', members((nth) => `member_${nth}`)],
  ['unknown members of a recipe', { name: 'a', recipe: recipe(members((nth) => `client_${nth}`)) }],
  ['misplaced secrets', { name: 'a', recipe: recipe(members((nth) => `token${nth}`)) }],
  ['odd labels', { name: 'a', labels: members((nth) => `a label ${nth}`) }],
  ['odd destinations', { name: 'a', destinations: list((nth) => `nowhere ${nth}`) }],
  ['odd scopes', { name: 'a', scopes: list((nth) => `no scope ${nth}`) }],
  [
    'a query without end',
    { name: 'a', recipe: recipe({ token_url: `https://a.test/?${'a=b&'.repeat(MANY)}` }) },
  ],
]

test.each(BODIES)('%s of nearly a megabyte are refused with a short answer', async (_what, body) => {
  for (const [method, path] of [
    ['POST', '/v1/credentials'],
    ['POST', '/v1/validate'],
    ['POST', '/v1/providers'],
    ['PUT', '/v1/providers/x'],
    ['POST', '/v1/callers'],
  ] as const) {
    const { status, text, body: problem } = await broker.api.call(method, path, body)
    expect([path, status]).toEqual([path, 422])
    expect(problem.errors.length).toBeLessThanOrEqual(100)
    expect(text.length).toBeLessThan(65_536)
  }
})

test('a member that comes forty thousand times is refused with a short answer', async () => {
  const raw = `{${list(() => '"a":1').join(',')}}`
  const { status, text } = await broker.api.call('POST', '/v1/credentials', undefined, { raw })
  expect([status, text.length < 65_536]).toEqual([400, true])
})
