import type { Route } from '@bursar/domain/api/route.ts'
import { ROUTES } from '@bursar/domain/api/table.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { describe, expect, test } from 'vitest'
import { createNativeDoor } from '../../../src/doors/native/routes.ts'
import { openDoor } from './door.ts'
import { CALLER, CANARY, KEY, recordOperations } from './operations.ts'

const door = await openDoor()

const pathOf = (route: Route) =>
  route.path.replace('{name}', 'sales-email').replace('{client_id}', 'kiosk-7').replace('{id}', 'k1')
const askFor = (route: Route) =>
  door.ask(route.method, pathOf(route), route.body ? JSON.stringify(route.body.example) : null, {
    'bursar-console': '1',
    ...(route.body && { 'content-type': route.body.mediaTypes[0]! }),
  })

describe('every route of the table', () => {
  for (const route of ROUTES as readonly Route[]) {
    test(`${route.operationId} answers as its schema says, and with nothing else`, async () => {
      const response = await askFor(route)
      expect(response.status).toBe(route.answer.status)
      if (route.answer.mediaTypes)
        return expect(route.answer.mediaTypes).toContain(response.headers.get('content-type'))
      if (!route.answer.schema) return expect(await response.text()).toBe('')
      expect(response.headers.get('content-type')).toBe('application/json')
      const body = await response.json()
      expect(route.answer.schema.parse(body)).toEqual(body)
    })

    if (route.scope !== null)
      test(`${route.operationId} wants a key before anything else`, async () => {
        const before = door.calls.length
        const response = await fetch(door.url + pathOf(route), { method: route.method })
        expect(response.status).toBe(401)
        expect(response.headers.get('www-authenticate')).toContain('Bearer')
        expect(door.calls.slice(before)).toEqual([])
      })
  }

  test('is all that the door serves', () => {
    const { operations } = recordOperations()
    const app = createNativeDoor({
      operations,
      log: { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} },
      clock: { now: () => 0, monotonicMs: () => 0 },
      random: { id: () => '1' },
      version: '0.1.0',
    })
    const served = app.routes
      .filter(({ method }) => method !== 'ALL')
      .map(({ method, path }) => `${method} ${path}`)
    const inTable = ROUTES.map(({ method, path }) => `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`)
    expect(served.toSorted()).toEqual(inTable.toSorted())
  })
})

test('each member that API.md names stands in a credential', async () => {
  const body = await (await door.ask('GET', '/v1/credentials/sales-email')).json()
  expect(body).toEqual({
    id: 'c1',
    name: 'sales-email',
    status: 'degraded',
    display_status: 'degraded',
    revision: 1,
    reason: {
      code: 'exchange.unavailable',
      detail: 'The provider answered 503.',
      since: '2026-09-21T14:13:20Z',
      exchange_id: 'x1',
      who: 'provider',
      hint: 'Wait.',
    },
    provider: { name: 'crm', version: 2 },
    recipe: {
      grant: 'client_credentials',
      lifetime: { expires_in_unit: 'seconds', rotation_grace_seconds: 0 },
      client_id: '01d',
    },
    secrets: {
      client_secret: {
        set: true,
        updated_at: '2026-09-21T14:13:20Z',
        reference: { from: 'env', name: 'CRM_SECRET' },
      },
      password: { set: true, updated_at: '2026-09-21T14:13:20Z' },
    },
    destinations: [
      'https://graph.example.com/v1.0/',
      { url: 'https://*.mail.example.com/', methods: ['GET'] },
    ],
    environment: null,
    labels: { team: 'sales' },
    token: {
      version: 3,
      type: 'Bearer',
      issued_at: '2026-09-21T14:13:20Z',
      expires_at: '2026-09-21T15:13:20Z',
      expires_from: 'response',
      refresh_due_at: '2026-09-21T15:01:20Z',
    },
    last_exchange: {
      notes: [],
      id: 'x1',
      credential: 'sales-email',
      started_at: '2026-09-21T14:13:20Z',
      duration_ms: 142,
      trigger: 'create',
      kind: 'token',
    },
    created_at: '2026-09-21T14:13:20Z',
    updated_at: '2026-09-21T14:13:20Z',
  })
})

test('what was made is named in Location', async () => {
  const response = await door.ask('POST', '/v1/credentials', '{}')
  expect(response.headers.get('location')).toBe('/v1/credentials/sales-email')
})

test('query parameters reach the operation as numbers, the body as it was sent', async () => {
  await door.ask('POST', '/v1/credentials?wait=10', '{"name":"x"}')
  expect(door.calls.at(-1)).toEqual({
    operation: 'createCredential',
    args: [CALLER, { name: 'x' }, { waitSeconds: 10 }],
  })
  await door.ask('GET', '/v1/credentials/a%2Fb/token?min_ttl=60')
  expect(door.calls.at(-1)).toEqual({ operation: 'useToken', args: [CALLER, 'a/b', 'token', 60] })
})

test('a token that memory has is not asked for again', async () => {
  const fast = await openDoor({
    authenticateFast: () => CALLER,
    useTokenFast: () => ({
      credentialId: 'c1',
      accessToken: new Secret('from-memory'),
      tokenType: 'Bearer',
      expiresAt: null,
      version: 7,
      outputs: {},
      header: { name: 'Authorization', value: new Secret('Bearer from-memory') },
      destinations: [],
    }),
  })
  const response = await fast.ask('GET', '/v1/credentials/sales-email/token')
  expect(await response.json()).toEqual({
    access_token: 'from-memory',
    token_type: 'Bearer',
    expires_at: null,
    version: 7,
  })
  expect(fast.calls.map((call) => call.operation)).toEqual(['authenticateFast', 'useTokenFast'])
})

test('no answer may be kept, sniffed or lost', async () => {
  for (const response of [await door.ask('GET', '/v1/status'), await door.ask('GET', '/v1/nothing')]) {
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-content-type-options')).toBe('nosniff')
    expect(response.headers.get('x-request-id')).toMatch(/^request-\d+$/)
  }
})

test('a request id of the client is kept unless it could disturb a log', async () => {
  const sane = await door.ask('GET', '/v1/nothing', null, { 'x-request-id': 'trace/42' })
  expect(sane.headers.get('x-request-id')).toBe('trace/42')
  expect(await sane.json()).toMatchObject({ request_id: 'trace/42' })
  const odd = await door.ask('GET', '/v1/nothing', null, { 'x-request-id': 'a b"c' })
  expect(odd.headers.get('x-request-id')).toMatch(/^request-/)
})

test('unknown paths are 404 and known paths with another method 405 with Allow', async () => {
  for (const path of [
    '/v1',
    '/v1/',
    '/v1/credential',
    '/v1/credentials/',
    '/v1/credentials/a/b',
    '/v2/status',
    '/',
  ])
    expect((await door.ask('GET', path)).status, path).toBe(404)
  const refused = await door.ask('PUT', '/v1/credentials/sales-email')
  expect(refused.status).toBe(405)
  expect(refused.headers.get('allow')).toBe('GET, HEAD, PATCH, DELETE')
  expect(await refused.json()).toMatchObject({ code: 'request.method' })
  expect((await door.ask('HEAD', '/v1/status')).status).toBe(200)
})

test('keys that are not known, not there or not Bearer are 401', async () => {
  for (const authorization of ['Bearer bsr_other_key', 'Basic YTpi', 'Bearer', 'Bearer a b', KEY]) {
    const response = await door.ask('GET', '/v1/status', null, { authorization })
    expect(response.status, authorization).toBe(401)
    expect(await response.json()).toMatchObject({ code: 'caller.unauthenticated' })
  }
})

test('an error of the product is told with every problem, its hint and when to come back', async () => {
  const failing = await openDoor({
    createCredential: async () => {
      throw new BursarError('request.invalid', {
        problems: [
          { path: '/recipe/token_url', code: 'required', detail: 'It is missing.' },
          { path: '/name', code: 'required', detail: 'It is missing.', hint: 'Name it.' },
        ],
      })
    },
    useToken: async () => {
      throw new BursarError('token.unavailable', { detail: 'The provider is down.', retryAfterSeconds: 4.2 })
    },
  })
  const invalid = await failing.ask('POST', '/v1/credentials', '{}')
  expect(invalid.headers.get('content-type')).toBe('application/problem+json')
  expect(await invalid.json()).toEqual({
    type: 'urn:bursar:error:request.invalid',
    title: 'The request is not valid',
    status: 422,
    code: 'request.invalid',
    detail: 'The request is not valid',
    errors: [
      { path: '/recipe/token_url', code: 'required', detail: 'It is missing.' },
      { path: '/name', code: 'required', detail: 'It is missing.', hint: 'Name it.' },
    ],
    request_id: 'request-1',
  })
  const unavailable = await failing.ask('GET', '/v1/credentials/x/token')
  expect(unavailable.status).toBe(503)
  expect(unavailable.headers.get('retry-after')).toBe('5')
})

test('a fault of ours says its request id and nothing of what it was, in answer and log', async () => {
  const failing = await openDoor({
    status: async () => {
      throw new TypeError(`could not parse ${CANARY}`)
    },
    listProviders: async () => {
      throw new BursarError('internal', { detail: `near "${CANARY}": syntax error` })
    },
    listCallers: async () => {
      throw new BursarError('store.unavailable', { cause: new Error(`password=${CANARY}\n    at ${CANARY}`) })
    },
  })
  const fault = await failing.ask('GET', '/v1/status')
  expect(fault.status).toBe(500)
  const text = await fault.text()
  expect(JSON.parse(text)).toMatchObject({ code: 'internal', request_id: 'request-1' })
  const unavailable = await failing.ask('GET', '/v1/callers')
  expect(unavailable.status).toBe(503)
  const internal = await failing.ask('GET', '/v1/providers')
  expect(internal.status).toBe(500)
  const answers = text + (await unavailable.text()) + (await internal.text())
  expect(answers + failing.logged()).not.toContain(CANARY)
  expect(failing.logged()).toContain('"error":"TypeError"')
  expect(failing.logged()).toContain('request-1')
})
