import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Doc } from './api.ts'
import { startTestBroker, type TestBroker } from './broker.ts'
import { clientCredentials, type Provider, startProvider } from './provider.ts'

let broker: TestBroker
let provider: Provider

beforeAll(async () => {
  broker = await startTestBroker()
  provider = await startProvider()
  const made = await broker.api.create(clientCredentials(provider, 'taken'))
  expect(made.status).toBe(201)
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
})

/** Everything that a refused request could have changed. */
async function everything(): Promise<unknown> {
  const [credentials, audit, exchanges] = await Promise.all([
    broker.api.call('GET', '/v1/credentials?limit=500'),
    broker.api.call('GET', '/v1/audit?limit=500'),
    broker.api.call('GET', '/v1/credentials/taken/exchanges'),
  ])
  return [credentials.text, audit.text, exchanges.text, provider.calls.length]
}

const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
  type: 'pkcs8',
  format: 'pem',
}) as string

const base = (changes: { recipe?: object; secrets?: object } & Record<string, unknown> = {}) => {
  const { recipe, secrets, ...rest } = changes
  return {
    name: 'new',
    destinations: ['https://api.example.com/'],
    ...rest,
    recipe: {
      grant: 'client_credentials',
      token_url: 'https://login.example.com/token',
      client_id: 'me',
      ...recipe,
    },
    secrets: secrets ?? { client_secret: 'hunter2-hunter2' },
  }
}

const refusals: Array<[what: string, body: unknown, path: string, code: string, hint?: RegExp]> = [
  [
    'an unknown grant',
    base({ recipe: { grant: 'client_credential' } }),
    '/recipe/grant',
    'grant.unknown',
    /client_credentials/,
  ],
  ['no grant', base({ recipe: { grant: undefined } }), '/recipe/grant', 'field.missing', /Known grants/],
  ['a missing field', base({ recipe: { token_url: undefined } }), '/recipe/token_url', 'field.missing'],
  ['a missing name', { ...base(), name: undefined }, '/name', 'field.missing'],
  ['a missing recipe', { ...base(), recipe: undefined }, '/recipe', 'field.missing', /provider/],
  ['a missing secret', base({ secrets: {} }), '/secrets/client_secret', 'secret.missing'],
  [
    'a URL of another scheme',
    base({ recipe: { token_url: 'ftp://login.example.com/' } }),
    '/recipe/token_url',
    'field.invalid',
  ],
  [
    'plain http to another machine',
    base({ recipe: { token_url: 'http://login.example.com/' } }),
    '/recipe/token_url',
    'url.insecure',
    /https/,
  ],
  [
    'a destination over plain http',
    base({ destinations: ['http://api.example.com/'] }),
    '/destinations/0',
    'url.insecure',
    /https/,
  ],
  ['a destination that is no URL', base({ destinations: ['graph'] }), '/destinations/0', 'field.invalid'],
  [
    'a destination with a query',
    base({ destinations: ['https://a.example/?x=1'] }),
    '/destinations/0',
    'field.invalid',
  ],
  [
    'a destination with a password',
    base({ destinations: ['https://me:pw@a.example/'] }),
    '/destinations/0',
    'field.invalid',
  ],
  [
    'a destination with dot segments',
    base({ destinations: ['https://a.example/x/../y'] }),
    '/destinations/0',
    'field.invalid',
  ],
  [
    'a secret that the recipe does not take',
    base({ secrets: { client_secret: 'hunter2-hunter2', password: 'hunter2-hunter2' } }),
    '/secrets/password',
    'secret.unexpected',
    /client_secret/,
  ],
  [
    'a secret inside the recipe',
    base({ recipe: { client_secret: 'hunter2-hunter2' }, secrets: {} }),
    '/recipe/client_secret',
    'secret.misplaced',
    /\/secrets\/client_secret/,
  ],
  [
    'a secret in a parameter',
    base({ recipe: { extra_params: { client_secret: 'hunter2-hunter2' } } }),
    '/recipe/extra_params/client_secret',
    'secret.misplaced',
    /\/secrets\/client_secret/,
  ],
  [
    'a secret in a header',
    base({ recipe: { extra_headers: { Authorization: 'Basic hunter2-hunter2' } } }),
    '/recipe/extra_headers/Authorization',
    'secret.misplaced',
  ],
  [
    'an unreadable PEM',
    base({
      recipe: { client_auth: 'private_key_jwt' },
      secrets: { private_key: '-----BEGIN hunter2-hunter2' },
    }),
    '/secrets/private_key',
    'secret.malformed',
    /PEM/,
  ],
  [
    'an RSA key for ES256',
    base({ recipe: { client_auth: 'private_key_jwt', alg: 'ES256' }, secrets: { private_key: rsaKey } }),
    '/secrets/private_key',
    'secret.wrong_key',
    /alg/,
  ],
  [
    'an unknown member',
    base({ recipe: { tokn_url: 'x' } }),
    '/recipe/tokn_url',
    'field.unknown',
    /token_url/,
  ],
  ['a name with a slash', base({ name: 'a/b' }), '/name', 'field.invalid'],
  [
    'a provider that is not there',
    { name: 'new', provider: 'nobody', destinations: [] },
    '/provider',
    'provider.not_found',
    /List/,
  ],
  [
    'a header that breaks the line',
    base({ recipe: { extra_headers: { 'x-a': 'b\r\nc: d' } } }),
    '/recipe/extra_headers/x-a',
    'field.invalid',
  ],
]

describe('a credential that is not right changes nothing', () => {
  test.each(refusals)('%s is refused with its path, code and hint', async (_what, body, path, code, hint) => {
    const before = await everything()
    for (const [method, target] of [
      ['POST', '/v1/credentials'],
      ['POST', '/v1/validate'],
    ] as const) {
      if (target === '/v1/validate' && path === '/name') continue
      const answer = await broker.api.call(method, target, body)
      expect([answer.status, answer.body.code]).toEqual([422, 'request.invalid'])
      expect(answer.headers.get('content-type')).toBe('application/problem+json')
      const found = answer.body.errors.find((problem) => problem.path === path)
      expect(found, answer.text).toMatchObject({ path, code })
      if (hint !== undefined) expect(found?.hint).toMatch(hint)
      expect(answer.text).not.toContain('hunter2')
    }
    expect(await everything()).toEqual(before)
  })

  test('every problem is named at once', async () => {
    const { body } = await broker.api.call('POST', '/v1/credentials', {
      name: 'Not A Name',
      recipe: { grant: 'client_credentials', token_url: 'nonsense', client_secret: 'hunter2-hunter2' },
      destinations: ['https://a.example/?q', 'mailto:x'],
      colour: 'red',
    })
    expect(body.errors.map(({ path }) => path).sort()).toEqual([
      '/colour',
      '/destinations/0',
      '/destinations/1',
      '/name',
      '/recipe/client_id',
      '/recipe/client_secret',
      '/recipe/token_url',
    ])
  })

  test('a name that is taken is refused', async () => {
    const before = await everything()
    const { status, body } = await broker.api.call(
      'POST',
      '/v1/credentials',
      clientCredentials(provider, 'taken'),
    )
    expect([status, body.code, body.errors[0]?.path]).toEqual([409, 'credential.name_taken', '/name'])
    expect(await everything()).toEqual(before)
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown member', { colour: 'red' }, '/colour'],
    ['a secret in the recipe', { recipe: { client_secret: 'hunter2-hunter2' } }, '/recipe/client_secret'],
    ['a missing field', { recipe: { token_url: null } }, '/recipe/token_url'],
    ['a taken-away secret', { secrets: { client_secret: null } }, '/secrets/client_secret'],
    ['a wrong destination', { destinations: ['nowhere'] }, '/destinations/0'],
  ])('a patch with %s is refused', async (_what, patch, path) => {
    const before = await everything()
    const { status, body, text } = await broker.api.call('PATCH', '/v1/credentials/taken', patch)
    expect([status, body.errors.map((problem) => problem.path)]).toEqual([422, [path]])
    expect(text).not.toContain('hunter2')
    expect(await everything()).toEqual(before)
  })
})

describe('a body that is not right changes nothing', () => {
  const bodies: Array<[string, string | Uint8Array<ArrayBuffer>, number, string]> = [
    ['of 10 MB', JSON.stringify({ name: 'x'.repeat(10 * 1024 * 1024) }), 413, 'request.too_large'],
    ['with invalid UTF-8', new Uint8Array([0x22, 0xc3, 0x28, 0x22]), 400, 'request.malformed_json'],
    ['with a member twice', '{"name":"a","name":"b"}', 400, 'request.malformed_json'],
    ['with a member twice inside', '{"recipe":{"grant":"x","grant":"y"}}', 400, 'request.malformed_json'],
    ['that ends early', '{"name":"a', 400, 'request.malformed_json'],
    ['that is empty', '', 400, 'request.malformed_json'],
    ['nested without end', '['.repeat(200_000), 400, 'request.malformed_json'],
    ['that is a list', '[]', 422, 'request.invalid'],
    ['that is null', 'null', 422, 'request.invalid'],
    ['that is a text', '"abc"', 422, 'request.invalid'],
  ]
  const places = ['/v1/credentials', '/v1/providers', '/v1/callers', '/v1/validate']

  test.each(bodies)('one %s', async (_what, raw, status, code) => {
    const before = await everything()
    for (const path of places) {
      const answer = await broker.api.call('POST', path, undefined, {
        raw,
        headers: { 'Content-Type': 'application/json' },
      })
      expect([path, answer.status, answer.body.code]).toEqual([path, status, code])
    }
    expect(await everything()).toEqual(before)
  })

  test('a body of another media type', async () => {
    const headers = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const answer = await broker.api.call('POST', '/v1/credentials', undefined, { raw: 'name=a', headers })
    expect([answer.status, answer.body.code]).toEqual([415, 'request.media_type'])
  })
})

describe('what is wrong with a body is said at once', () => {
  const yesterday = '2020-01-01T00:00:00Z'
  const insecure = {
    grant: 'client_credentials',
    token_url: 'http://login.example.com/token',
    client_id: 'me',
  }
  const bodies: Array<[call: string, body: object, paths: string[]]> = [
    [
      'POST /v1/callers',
      { scopes: ['nonsense', 'admin', 7], expires_at: yesterday, key: 'x' },
      ['/expires_at', '/key', '/name', '/scopes/0', '/scopes/2'],
    ],
    ['POST /v1/callers', { name: '', scopes: [], expires_at: 'soon' }, ['/expires_at', '/name', '/scopes']],
    [
      'POST /v1/credentials',
      {
        ...base({
          recipe: { ...insecure, scpoe: 'x' },
          destinations: ['http://api.example.com/', 'https://ok.example/'],
        }),
        environment: 7,
      },
      ['/destinations/0', '/environment', '/recipe/scpoe', '/recipe/token_url'],
    ],
    [
      'POST /v1/credentials',
      { name: 'NEW', provider: 'nobody', destinations: ['http://api.example.com/'], labels: 7 },
      ['/destinations/0', '/labels', '/name', '/provider'],
    ],
    [
      'POST /v1/validate',
      { recipe: { ...insecure, colour: 'red' }, secrets: { client_secret: 'hunter2-hunter2' } },
      ['/recipe/colour', '/recipe/token_url'],
    ],
    [
      'PATCH /v1/credentials/taken',
      {
        recipe: { token_url: 'http://login.example.com/' },
        destinations: ['http://a.example/', 'http://b.example/'],
      },
      ['/destinations/0', '/destinations/1', '/recipe/token_url'],
    ],
    [
      'POST /v1/providers',
      { recipe: { ...insecure, colour: 'red' }, titel: 'x', description: 7 },
      ['/description', '/name', '/recipe/colour', '/recipe/token_url', '/titel'],
    ],
    [
      'PUT /v1/providers/held',
      { name: 'other', title: 7, recipe: { ...insecure, revocation_url: 'http://login.example.com/revoke' } },
      ['/name', '/recipe/revocation_url', '/recipe/token_url', '/title'],
    ],
    [
      'POST /v1/providers/held/connect-links',
      { credential: 'NO', destinations: ['http://a.example/', 'nothing'], expires_in_seconds: 1 },
      ['/credential', '/destinations/0', '/destinations/1', '/expires_in_seconds'],
    ],
    [
      'POST /v1/app-pages',
      { name: '', signing_key: 'nobody', ttl_seconds: 0 },
      ['/audience', '/name', '/signing_key', '/ttl_seconds'],
    ],
    [
      'PATCH /v1/app-pages/held',
      { mode: 'compat', signing_key: 'nobody', ttl_seconds: 0 },
      ['/mode', '/signing_key', '/ttl_seconds'],
    ],
    [
      'POST /v1/app-pages/held/apps',
      { client_id: 'a b', signing_secret: 'x', scopes: ['a b'], grant_types: ['password'] },
      ['/client_id', '/grant_types/0', '/scopes/0', '/signing_secret'],
    ],
    ['POST /v1/signing-keys', { name: '', algorithm: 'none', keys: [] }, ['/algorithm', '/keys', '/name']],
    ['POST /v1/explain', { credential: 7, method: 7 }, ['/credential', '/method', '/url']],
    ['POST /v1/templates/render', { template: 7, contxt: {} }, ['/contxt', '/template']],
  ]
  beforeAll(async () => {
    const made = [
      [
        '/v1/providers',
        { name: 'held', recipe: { ...insecure, token_url: 'https://login.example.com/token' } },
      ],
      ['/v1/signing-keys', { name: 'held', algorithm: 'HS256' }],
      ['/v1/app-pages', { name: 'held', signing_key: 'held', audience: 'a' }],
    ] as const
    for (const [path, body] of made) expect((await broker.api.call('POST', path, body)).status).toBe(201)
  })

  test.each(bodies)('%s', async (call, body, paths) => {
    const [method, path] = call.split(' ') as [string, string]
    const before = await everything()
    const { status, body: problem, text } = await broker.api.call(method, path, body)
    expect([status, problem.code]).toEqual([422, 'request.invalid'])
    expect(problem.errors.map((one: Doc['errors'][number]) => one.path).toSorted()).toEqual(paths)
    expect(text).not.toContain('hunter2')
    expect(await everything()).toEqual(before)
  })
})

describe('a provider over plain http', () => {
  const recipe = (token_url: string) => ({ grant: 'client_credentials', token_url })
  const make = (name: string, url: string, api = broker.api) =>
    api.call('POST', '/v1/providers', { name, recipe: recipe(url) })

  test('is refused as a credential is, also as a later version and in a request that is written out', async () => {
    const refused = await make('plain', 'http://login.example.com/token')
    expect([refused.status, refused.body.errors]).toEqual([
      422,
      [
        expect.objectContaining({
          path: '/recipe/token_url',
          code: 'url.insecure',
          hint: 'Use the https address.',
        }),
      ],
    ])
    expect((await make('later', 'https://login.example.com/token')).status).toBe(201)
    const put = await broker.api.call('PUT', '/v1/providers/later', {
      recipe: recipe('HTTP://login.example.com/'),
    })
    expect(put.body.errors).toMatchObject([{ path: '/recipe/token_url', code: 'url.insecure' }])
    const written = {
      ...recipe('https://login.example.com/token'),
      token_request: { url: 'http://login.example.com/' },
    }
    const request = await broker.api.call('POST', '/v1/providers', { name: 'written', recipe: written })
    expect(request.body.errors).toMatchObject([{ path: '/recipe/token_request/url', code: 'url.insecure' }])
    expect((await broker.api.call('GET', '/v1/providers/plain')).status).toBe(404)
  })

  test('is taken to this machine where the settings allow that, and not where they do not', async () => {
    expect((await make('local', `${provider.url}/token`)).status).toBe(201)
    const strict = await startTestBroker({ env: { BURSAR_OUTBOUND_INSECURE_HTTP: '' } })
    const refused = await make('local', `${provider.url}/token`, strict.api)
    expect(refused.body.errors).toMatchObject([
      { code: 'url.insecure', hint: expect.stringContaining('BURSAR_OUTBOUND_INSECURE_HTTP') },
    ])
    await strict.close()
  })
})

describe('a query that is not right', () => {
  test.each<[string, string]>([
    ['/v1/credentials?limit=many', '/query/limit'],
    ['/v1/credentials?status=sleepy', '/query/status'],
    ['/v1/credentials?colour=red', '/query/colour'],
    ['/v1/credentials?limit=1&limit=2', '/query/limit'],
    ['/v1/audit?cursor=nonsense', '/query/cursor'],
    ['/v1/credentials/taken/token?min_ttl=soon', '/query/min_ttl'],
    ['/v1/credentials/taken/token?minttl=5', '/query/min_ttl'],
  ])('%s is refused and says where', async (path, where) => {
    const { status, body } = await broker.api.call('GET', path)
    expect([status, body.code]).toEqual([422, 'request.invalid'])
    expect(body.errors.map((problem: Doc['errors'][number]) => problem.path)).toEqual([where])
  })

  test('a path that leads nowhere and a method that is not there are told apart', async () => {
    expect((await broker.api.call('GET', '/v1/nothing')).body.code).toBe('request.not_found')
    expect((await broker.api.call('PUT', '/v1/credentials')).body.code).toBe('request.method')
  })
})
