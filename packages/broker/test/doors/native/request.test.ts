import { expect, test } from 'vitest'
import { openDoor } from './door.ts'

const door = await openDoor()

async function problemsOf(response: Response) {
  const { errors } = (await response.json()) as { errors: Array<{ path: string; code: string }> }
  return errors.map(({ path, code }) => `${code} ${path}`)
}

test('everything wrong with a query is said at once, with its path', async () => {
  const response = await door.ask('GET', '/v1/credentials?limit=0&status=fine&colour=red&q=a&q=b&cursor=')
  expect(response.status).toBe(422)
  expect((await problemsOf(response)).toSorted()).toEqual([
    'field.invalid /query/cursor',
    'field.invalid /query/limit',
    'field.invalid /query/status',
    'field.repeated /query/q',
    'field.unknown /query/colour',
  ])
})

test('numbers in a query are plain digits within their bounds', async () => {
  for (const wait of ['', '-1', '61', '1.5', '0x10', '1e1', ' 5', 'ten', '9'.repeat(40)]) {
    const response = await door.ask('POST', `/v1/credentials?wait=${encodeURIComponent(wait)}`, '{}')
    expect(response.status, wait).toBe(422)
    expect(await problemsOf(response), wait).toEqual([expect.stringMatching(/ \/query\/wait$/)])
  }
  for (const wait of ['0', '60', '010'])
    expect((await door.ask('POST', `/v1/credentials?wait=${wait}`, '{}')).status, wait).toBe(201)
})

test('calls without a query refuse one', async () => {
  const response = await door.ask('GET', '/v1/status?verbose=1')
  expect(await problemsOf(response)).toEqual(['field.unknown /query/verbose'])
})

test('names that no engine could look up are refused before it is asked', async () => {
  for (const name of ['%00', 'a%0ab', 'x'.repeat(201)]) {
    const before = door.calls.length
    const response = await door.ask('GET', `/v1/credentials/${name}`)
    expect(response.status).toBe(422)
    expect(await problemsOf(response)).toEqual([expect.stringMatching(/ \/path\/name$/)])
    expect(door.calls.slice(before).map((call) => call.operation)).not.toContain('getCredential')
  }
})

test('a path that is not an encoding of anything is no fault of ours', async () => {
  for (const name of ['%', '%zz', '%ff', '%c3%28'])
    expect((await door.ask('GET', `/v1/credentials/${name}`)).status, name).toBeLessThan(500)
})

test('the body of a call whose shape is simple is checked here', async () => {
  const body = JSON.stringify({ credential: '', method: 'G E T', verbose: true })
  const response = await door.ask('POST', '/v1/explain', body)
  expect(response.status).toBe(422)
  expect((await problemsOf(response)).toSorted()).toEqual([
    'field.invalid /credential',
    'field.invalid /method',
    'field.missing /url',
    'field.unknown /verbose',
  ])
  for (const wrong of ['null', '[]', '"x"', '1'])
    expect((await door.ask('POST', '/v1/explain', wrong)).status, wrong).toBe(422)
})
