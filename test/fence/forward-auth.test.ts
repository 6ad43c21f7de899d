import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { staticToken, TOKEN } from './credentials.ts'
import { exchangeRaw, rawRequest, statusOf } from './wire.ts'

let broker: TestBroker

beforeAll(async () => {
  broker = await startTestBroker()
  await broker.api.create(staticToken('gateway', ['https://api.example.com/v1/']))
})
afterAll(() => broker?.close())

const ALLOWED = {
  'X-Forwarded-Method': 'GET',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'api.example.com',
  'X-Forwarded-Uri': '/v1/me',
}

function ask(changed: Record<string, string>): Promise<string> {
  const headers = Object.entries({ ...ALLOWED, ...changed }).map(([name, value]) => `${name}: ${value}`)
  const own = [`Bursar-Key: ${broker.api.key}`, 'Connection: close']
  return exchangeRaw(broker.url, rawRequest('GET', '/forward-auth/gateway', [...own, ...headers]))
}

test('the request as it stands is allowed', async () => {
  const answer = await ask({})
  expect([statusOf(answer), answer.includes(`Authorization: Bearer ${TOKEN}`)]).toEqual([200, true])
})

// The gateway will send to the host as it came, with the path as it came: neither may reach into the other.
test.each([
  ['a host that brings its own path', { 'X-Forwarded-Host': 'api.example.com/v1/' }],
  ['a host that turns the path into a query', { 'X-Forwarded-Host': 'api.example.com/v1/?' }],
  ['a host that turns the path into a fragment', { 'X-Forwarded-Host': 'api.example.com/v1/#' }],
  ['a host with a backslash', { 'X-Forwarded-Host': 'api.example.com\\v1' }],
  ['a host with a user name', { 'X-Forwarded-Host': 'evil.test@api.example.com' }],
  ['a host with blanks', { 'X-Forwarded-Host': 'api.example.com evil.test' }],
  ['two hosts', { 'X-Forwarded-Host': 'api.example.com,evil.test' }],
  ['a scheme that brings everything', { 'X-Forwarded-Proto': 'https://api.example.com/v1/?' }],
  [
    'a scheme that brings a host',
    { 'X-Forwarded-Proto': 'https://api.example.com/v1/', 'X-Forwarded-Host': 'evil.test' },
  ],
  ['two schemes', { 'X-Forwarded-Proto': 'https,http' }],
  ['a path that is a whole URL', { 'X-Forwarded-Uri': 'https://api.example.com/v1/me' }],
  ['a path that goes on as a host', { 'X-Forwarded-Uri': '.evil.test/v1/' }],
  ['a port in the path', { 'X-Forwarded-Uri': ':8443/v1/' }],
  ['a method with a blank', { 'X-Forwarded-Method': 'GET /evil' }],
  ['no method', { 'X-Forwarded-Method': '' }],
])('%s gets no token', async (_what, changed) => {
  for (const evil of [{}, { 'X-Forwarded-Uri': '/v2/admin' }]) {
    const answer = await ask({ ...evil, ...changed })
    expect([400, 403], answer).toContain(statusOf(answer))
    expect(answer).not.toContain(TOKEN)
  }
})
