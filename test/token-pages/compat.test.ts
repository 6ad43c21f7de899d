import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { decodeJwt, type TokenPages, tokenPages } from './pages.ts'

const CLIENT_ID = 'app-1'
const CLIENT_SECRET = 'canary-client-secret-71b2'
const SIGNING_SECRET = 'canary-signing-secret-9f0c'
const credentials = { grant_type: 'client_credentials', client_id: CLIENT_ID, client_secret: CLIENT_SECRET }

let broker: TestBroker
let pages: TokenPages

beforeAll(async () => {
  broker = await startTestBroker({ env: { EMPTY_SECRET: '', SIGNING_FROM_ENV: SIGNING_SECRET } })
  pages = tokenPages(broker)
  await makePage('compat')
})
afterAll(() => broker?.close())

/** A compat page with one app. */
async function makePage(name: string, page: object = {}, app: object = { signing_secret: SIGNING_SECRET }) {
  await pages.make('/v1/app-pages', { name, mode: 'compat', ...page })
  await pages.make(`/v1/app-pages/${name}/apps`, {
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    ...app,
  })
}

const sign = (alg: string, secret: string, payload: string): string => {
  const header = Buffer.from(`{"alg":"${alg}","typ":"JWT"}`).toString('base64url')
  const input = `${header}.${Buffer.from(payload).toString('base64url')}`
  return `${input}.${createHmac(`sha${alg.slice(2)}`, secret)
    .update(input)
    .digest('base64url')}`
}

const tokenOf = async (page: string, members: object = {}) => {
  const { json } = await pages.requestToken(page, { ...credentials, ...members })
  expect(json).toEqual({ access_token: expect.any(String), token_type: 'Bearer' })
  return json.access_token as string
}

test('B1: one endpoint, a JSON body, and its field operation says what to do', async () => {
  expect((await pages.requestToken('compat', credentials)).json).toHaveProperty('access_token')
  expect((await pages.post('compat', '{"operation":"Else"}')).json).toHaveProperty('Error')
  // The type of the content is not asked about.
  const text = JSON.stringify({ operation: 'RequestToken', ...credentials })
  expect((await pages.post('compat', text, { 'Content-Type': 'text/plain' })).json).toHaveProperty(
    'access_token',
  )
})

describe('B2', () => {
  test('B2: every request, of any method, first appends a row to HTTPProperties', async () => {
    await makePage('b2')
    const methods = ['GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'PATCH', 'HEAD']
    for (const method of methods) {
      await pages.ask('/apps/b2/token?state=canary-in-query&flag', {
        method,
        headers: {
          'User-Agent': 'Mozilla/5.0 (X11) AppleWebKit/537.36 Chrome/130.0 Safari/537.36',
          Referer: 'https://user:canary-in-referrer@shop.example.com/cart?token=canary-in-referrer',
        },
      })
    }
    const rows = await pages.rows('b2', 'requests')
    expect(rows.map(({ Method }) => Method).toSorted()).toEqual(methods.toSorted())
    expect(rows[0]).toEqual({
      id: expect.any(String),
      at: expect.any(String),
      Browser: 'Chrome',
      ClientIP: '127.0.0.1',
      HasSSL: false,
      IsSSL: false,
      Method: expect.any(String),
      QueryString: 'state=[redacted]&[redacted]',
      ReferrerURL: 'https://shop.example.com/cart',
      RequestURL: `${broker.url}/apps/b2/token`,
      UserAgent: expect.stringContaining('Chrome/130.0'),
    })
    expect(JSON.stringify(rows)).not.toContain('canary')
  })

  test('B2: behind a trusted proxy the address and scheme are those of the client', async () => {
    const proxied = await startTestBroker({ env: { BURSAR_TRUSTED_PROXIES: '127.0.0.0/8, ::1' } })
    const own = tokenPages(proxied)
    await own.make('/v1/app-pages', { name: 'p', mode: 'compat' })
    await own.ask('/apps/p/token', {
      headers: { 'X-Forwarded-For': '6.6.6.6, 203.0.113.9, 127.0.0.2', 'X-Forwarded-Proto': 'https' },
    })
    const [row] = await own.rows('p', 'requests')
    expect(row).toMatchObject({ ClientIP: '203.0.113.9', IsSSL: true, HasSSL: true })
    await proxied.close()
    // Whoever is not trusted says what they like, and is not believed.
    await pages.ask('/apps/compat/token', { headers: { 'X-Forwarded-For': '203.0.113.9' } })
    expect((await pages.rows('compat', 'requests'))[0]).toMatchObject({ ClientIP: '127.0.0.1', IsSSL: false })
  })
})

test('B3: GET answers 403 Forbidden in the body, and nothing else is done', async () => {
  const exceptions = (await pages.rows('compat', 'exceptions')).length
  const { status, text } = await pages.ask(`/apps/compat/token?${new URLSearchParams(credentials)}`)
  expect([status, text]).toEqual([200, '{"message":"403 Forbidden"}'])
  expect((await pages.rows('compat', 'exceptions')).length).toBe(exceptions)
})

test('B4: RequestToken issues a token', async () => {
  expect((await tokenOf('compat')).split('.').length).toBe(3)
})

test.each(['Revoke', 'requesttoken', '', null, 7, ['RequestToken']])(
  'B5: the operation %j is invalid',
  async (operation) => {
    const { status, text } = await pages.post('compat', JSON.stringify({ ...credentials, operation }))
    expect([status, text]).toEqual([200, '{"Error":"Invalid operation specified."}'])
  },
)

test('B5: so is none, in an object or in something else', async () => {
  for (const body of ['{}', '[]', '7', '"RequestToken"']) {
    expect((await pages.post('compat', body)).text).toBe('{"Error":"Invalid operation specified."}')
  }
})

test('B6: the answer is access_token and token_type, without expires_in', async () => {
  const { text } = await pages.requestToken('compat', credentials)
  expect(text).toMatch(/^\{"access_token":"[\w-]+\.[\w-]+\.[\w-]+","token_type":"Bearer"\}$/)
})

const MISSING =
  '{"errorcode":0,"message":"missing credentials, make sure you have add grant_type, client id and secret."}'

describe('B7', () => {
  for (const name of ['grant_type', 'client_id', 'client_secret'] as const) {
    test(`B7: without ${name} the answer says that credentials are missing`, async () => {
      for (const value of [undefined, '', null, 0, false]) {
        const { status, text } = await pages.requestToken('compat', { ...credentials, [name]: value })
        expect([status, text]).toEqual([200, MISSING])
      }
    })
  }
})

const NOT_AUTHORIZED = '{"message":"Not Authorized. Please validate your credentials.","code":400}'

describe('B8', () => {
  test.each<[string, object]>([
    ['client id', { client_id: 'other' }],
    ['client secret', { client_secret: 'wrong-secret-of-the-app' }],
    ['grant type', { grant_type: 'password' }],
    ['type of the client secret', { client_secret: { $ne: null } }],
    ['client id that is a pattern', { client_id: '%' }],
  ])(
    'B8: an app is found by client id, secret and grant type together: another %s finds none',
    async (_w, members) => {
      expect((await pages.requestToken('compat', { ...credentials, ...members })).text).toBe(NOT_AUTHORIZED)
    },
  )

  test('B8: the app of another page is not found', async () => {
    await pages.make('/v1/app-pages', { name: 'b8', mode: 'compat' })
    expect((await pages.requestToken('b8', credentials)).text).toBe(NOT_AUTHORIZED)
  })

  test('B8: an app that is switched off is not found', async () => {
    await makePage('b8-off')
    await tokenOf('b8-off')
    await pages.admin('PATCH', `/v1/app-pages/b8-off/apps/${CLIENT_ID}`, { enabled: false })
    expect((await pages.requestToken('b8-off', credentials)).text).toBe(NOT_AUTHORIZED)
  })
})

test('B9: no app is found: Not Authorized with code 400 in the body', async () => {
  const { status, text } = await pages.requestToken('compat', {
    ...credentials,
    client_secret: 'wrong-secret',
  })
  expect([status, text]).toEqual([200, NOT_AUTHORIZED])
})

test('B10: the signing secret of the app that was found is the key', async () => {
  await makePage('b10')
  await pages.make('/v1/app-pages/b10/apps', {
    client_id: 'app-2',
    client_secret: CLIENT_SECRET,
    signing_secret: 'the-secret-of-the-second',
  })
  const token = await tokenOf('b10', { client_id: 'app-2' })
  expect(token).toBe(sign('HS256', 'the-secret-of-the-second', decodeJwt(token).payload))
  const first = await tokenOf('b10')
  expect(first).toBe(sign('HS256', SIGNING_SECRET, decodeJwt(first).payload))
})

test('B10: it may be read from where it lives', async () => {
  await makePage('b10-env', {}, { signing_secret: { from: 'env', name: 'SIGNING_FROM_ENV' } })
  const token = await tokenOf('b10-env')
  expect(token).toBe(sign('HS256', SIGNING_SECRET, decodeJwt(token).payload))
})

test('B11: the payload is the posted text, every blank and order of it', async () => {
  await makePage('b11', { verbatim: true })
  const text = `{ "sub" : "é\\u00e9 ☃",\n\t"n":1.0e2, "operation":"RequestToken",${JSON.stringify(credentials).slice(1)}`
  const { json } = await pages.post('b11', text)
  expect(decodeJwt(json.access_token as string).payload).toBe(text)
  expect(json.access_token).toBe(sign('HS256', SIGNING_SECRET, text))
})

test('B12: the JWT is GetJWT(secret, algorithm, payload), in this order of arguments', async () => {
  const token = await tokenOf('compat', { sub: 'probe' })
  expect(token).toBe(sign('HS256', SIGNING_SECRET, decodeJwt(token).payload))
  expect(token).not.toBe(sign('HS256', decodeJwt(token).payload, SIGNING_SECRET))
})

test('B13: the header is {"alg":"HS256","typ":"JWT"}, the parts base64url without padding', async () => {
  const token = await tokenOf('compat')
  expect(token.split('.')[0]).toBe('eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9')
  expect(token).toMatch(/^[\w-]+\.[\w-]+\.[\w-]{43}$/)
})

test('B14: nothing is added to the payload: no iat, no exp, and the same request gives the same JWT', async () => {
  const token = await tokenOf('compat', { sub: 's' })
  expect(decodeJwt(token).claims).toEqual({
    grant_type: 'client_credentials',
    client_id: CLIENT_ID,
    sub: 's',
  })
  broker.clock.advance(5)
  expect(await tokenOf('compat', { sub: 's' })).toBe(token)
})

describe('B16', () => {
  test.each([
    ['{"operation":', 'The body is not valid JSON.'],
    ['', 'The body is not valid JSON.'],
    ['null', 'The body is null.'],
  ])(
    'B16: the body %j is an exception of the main block: a row, and its message as the answer',
    async (body, message) => {
      const before = (await pages.rows('compat', 'exceptions')).length
      const { status, text } = await pages.post('compat', body)
      expect([status, text]).toEqual([200, JSON.stringify({ Error: message })])
      const rows = await pages.rows('compat', 'exceptions')
      expect(rows.length).toBe(before + 1)
      expect(rows[0]).toEqual({
        id: expect.any(String),
        at: expect.any(String),
        Message: message,
        Description: '',
        InnerException: '',
        FunctionName: 'Main Block',
      })
    },
  )

  test('B16: no row and no answer quotes a body that can not be read', async () => {
    const { text } = await pages.post('compat', `{"client_secret":"${CLIENT_SECRET}",`)
    expect(text + JSON.stringify(await pages.rows('compat', 'exceptions'))).not.toContain('canary')
  })
})

describe('B17', () => {
  test('B17: an exception in GetAccessToken is logged under its name and again in the main block', async () => {
    await makePage('b17', {}, { signing_secret: { from: 'env', name: 'NOT_SET_ANYWHERE' } })
    const { status, text } = await pages.requestToken('b17', credentials)
    expect([status, text]).toEqual([200, '{"Error":"A referenced secret could not be read"}'])
    const rows = await pages.rows('b17', 'exceptions')
    expect(rows.map(({ FunctionName }) => FunctionName).toSorted()).toEqual(['GetAccessToken', 'Main Block'])
    for (const row of rows) expect(row).toMatchObject({ InnerException: 'secret.unresolved' })
  })

  test('B17: an exception in GetJWT is logged under its name and again in the main block', async () => {
    await pages.make('/v1/signing-keys', { name: 'b17-salt', algorithm: 'HS256' })
    await makePage('b17-key', { algorithm: 'RS256', signing_key: 'b17-salt' }, {})
    const { status, json } = await pages.requestToken('b17-key', credentials)
    expect([status, json]).toEqual([200, { Error: 'The key is symmetric, which does not fit RS256.' }])
    const rows = await pages.rows('b17-key', 'exceptions')
    expect(rows.map(({ FunctionName }) => FunctionName).toSorted()).toEqual(['GetJWT', 'Main Block'])
    for (const row of rows) expect(row).toMatchObject({ Description: 'FunctionExecutionException' })
  })
})

test('B18: a credential error is the answer, and is never signed with', async () => {
  for (const members of [
    { ...credentials, client_secret: undefined },
    { ...credentials, client_id: 'nobody' },
  ]) {
    const { json } = await pages.requestToken('compat', members)
    expect(json).not.toHaveProperty('access_token')
    expect(json).toHaveProperty('message')
  }
  // What the script as printed would have made of it.
  const forged = sign('HS256', '[object Object]', JSON.stringify({ client_id: CLIENT_ID }))
  expect((await pages.verify('compat', forged)).json).toMatchObject({
    active: false,
    reason: 'jwt.signature',
  })
})

describe('B19', () => {
  test('B19: client_secret and operation never enter the payload; the rest stays as it was written', async () => {
    const text = `{"operation":"RequestToken", "grant_type" : "client_credentials","client\\u005fsecret":"${CLIENT_SECRET}" ,"client_id":"${CLIENT_ID}","x":{"operation":"kept","y":["}",1.50]}}`
    const { json } = await pages.post('compat', text)
    expect(decodeJwt(json.access_token as string).payload).toBe(
      `{"grant_type" : "client_credentials","client_id":"${CLIENT_ID}","x":{"operation":"kept","y":["}",1.50]}}`,
    )
  })

  test('B19: a body that brings the secret back in, or has a member twice, is refused', async () => {
    const again = await pages.requestToken('compat', { ...credentials, note: `it is ${CLIENT_SECRET}` })
    expect(again.json).toEqual({ Error: 'The client secret stands a second time in the body.' })
    const twice = await pages.post(
      'compat',
      `{"operation":"RequestToken","client_id":"victim",${JSON.stringify(credentials).slice(1)}`,
    )
    expect(twice.json).toEqual({ Error: 'A member stands twice in the body.' })
  })

  test('B19: verbatim is opted into, and the log says so when it is set and at each start', async () => {
    const own = await startTestBroker()
    const theirs = tokenPages(own)
    const warnings = (log: string[]) => log.filter((line) => line.includes('app_page.verbatim'))
    await theirs.make('/v1/app-pages', { name: 'careful', mode: 'compat' })
    expect(warnings(own.log)).toEqual([])
    await theirs.make('/v1/app-pages', { name: 'open', mode: 'compat', verbatim: true })
    expect(warnings(own.log).length).toBe(1)
    const again = await own.restart()
    expect(warnings(again.log).length).toBe(1)
    expect(warnings(again.log)[0]).toContain('"open"')
    await again.close()
  })
})

describe('B20', () => {
  test('B20: the resource server verifies with the shared secret, and refuses what was altered', async () => {
    const token = await tokenOf('compat', { sub: 'you' })
    expect(token).toBe(sign('HS256', SIGNING_SECRET, decodeJwt(token).payload))
    expect((await pages.verify('compat', token)).json).toMatchObject({ active: true, sub: 'you' })
    const [header, , signature] = token.split('.')
    const forged = Buffer.from(JSON.stringify({ client_id: CLIENT_ID, sub: 'me' })).toString('base64url')
    for (const [altered, reason] of [
      [`${header}.${forged}.${signature}`, 'jwt.signature'],
      [`${token}x`, 'jwt.signature'],
      [`${token}=`, 'jwt.malformed'],
      [sign('HS256', 'another secret', decodeJwt(token).payload), 'jwt.signature'],
      [`${Buffer.from('{"alg":"none"}').toString('base64url')}.${forged}.`, 'jwt.unsigned'],
      [sign('HS512', SIGNING_SECRET, decodeJwt(token).payload), 'jwt.algorithm'],
    ] as const) {
      expect((await pages.verify('compat', altered)).json).toMatchObject({ active: false, reason })
    }
  })
})

test('a patch of an app takes null for what has a value without it, and refuses every other null', async () => {
  await makePage('patched')
  const path = `/v1/app-pages/patched/apps/${CLIENT_ID}`
  await pages.admin('PATCH', path, { title: 'Till', enabled: false, scopes: ['a'], claims: { a: 1 } })
  const before = (await pages.admin('GET', path)).body
  for (const member of ['signing_secret', 'client_id', 'client_secret', 'bogus']) {
    const { status, body } = await pages.admin('PATCH', path, { [member]: null })
    expect([member, status, body.errors]).toEqual([
      member,
      422,
      [expect.objectContaining({ path: `/${member}` })],
    ])
  }
  expect((await pages.admin('GET', path)).body).toEqual(before)
  const nulls = { title: null, enabled: null, scopes: null, claims: null, grant_types: null }
  expect((await pages.admin('PATCH', path, nulls)).body).toMatchObject({
    title: null,
    enabled: true,
    scopes: [],
    claims: {},
    grant_types: ['client_credentials'],
  })
})

describe('a signing secret that is rotated', () => {
  const path = (page: string) => `/v1/app-pages/${page}/apps/${CLIENT_ID}/rotate-signing-secret`
  const rotate = (page: string, body: object) => pages.admin('POST', path(page), body)
  const isActive = async (page: string, token: string) => (await pages.verify(page, token)).json.active

  test('signs from then on, and the one before verifies until the overlap has passed', async () => {
    await makePage('rotated')
    const former = await tokenOf('rotated', { sub: 'you' })
    const { status, text, body } = await rotate('rotated', {
      signing_secret: 'canary-signing-secret-next',
      overlap_seconds: 60,
    })
    expect(status).toBe(200)
    expect(text).not.toContain('canary')
    expect(body.former_signing_secrets).toEqual([
      { updated_at: expect.any(String), ends_at: expect.any(String) },
    ])
    const next = await tokenOf('rotated', { sub: 'you' })
    expect(next).toBe(sign('HS256', 'canary-signing-secret-next', decodeJwt(next).payload))
    expect([await isActive('rotated', former), await isActive('rotated', next)]).toEqual([true, true])
    const stranger = sign('HS256', 'another secret', decodeJwt(former).payload)
    expect(await isActive('rotated', stranger)).toBe(false)
    broker.clock.advance(61)
    expect([await isActive('rotated', former), await isActive('rotated', next)]).toEqual([false, true])
    const shown = await pages.admin('GET', `/v1/app-pages/rotated/apps/${CLIENT_ID}`)
    expect(shown.body.former_signing_secrets).toEqual([])
    const { body: audit } = await pages.admin('GET', '/v1/audit?action=app.rotate_signing_secret')
    expect(audit.items).toHaveLength(1)
  })

  test('without overlap, or by a patch of the app, ends all that were before it at once', async () => {
    for (const end of [
      (page: string) => rotate(page, { signing_secret: 'the third', overlap_seconds: 0 }),
      (page: string) =>
        pages.admin('PATCH', `/v1/app-pages/${page}/apps/${CLIENT_ID}`, { signing_secret: 'the third' }),
    ]) {
      const page = `leaked-${end.toString().includes('PATCH') ? 'patch' : 'rotate'}`
      await makePage(page)
      const first = await tokenOf(page)
      await rotate(page, { signing_secret: 'the second' })
      const second = await tokenOf(page)
      expect([await isActive(page, first), await isActive(page, second)]).toEqual([true, true])
      expect((await end(page)).status).toBe(200)
      expect([await isActive(page, first), await isActive(page, second)]).toEqual([false, false])
      expect(await isActive(page, await tokenOf(page))).toBe(true)
    }
  })

  test('may be a reference before and after, and one that is gone takes nothing from the next', async () => {
    await makePage('referred', {}, { signing_secret: { from: 'env', name: 'SIGNING_FROM_ENV' } })
    const first = await tokenOf('referred')
    const { body } = await rotate('referred', { signing_secret: { from: 'env', name: 'NOT_SET_ANYWHERE' } })
    expect(body.former_signing_secrets).toMatchObject([
      { reference: { from: 'env', name: 'SIGNING_FROM_ENV' } },
    ])
    await rotate('referred', { signing_secret: SIGNING_SECRET })
    expect(await isActive('referred', first)).toBe(true)
    expect(await isActive('referred', await tokenOf('referred'))).toBe(true)
  })

  test('lets four former ones verify, and the oldest goes when one more comes', async () => {
    await makePage('often')
    const tokens = [await tokenOf('often')]
    for (let turn = 1; turn <= 5; turn += 1) {
      await rotate('often', { signing_secret: `secret number ${turn}` })
      tokens.push(await tokenOf('often'))
    }
    const verdicts = []
    for (const token of tokens) verdicts.push(await isActive('often', token))
    expect(verdicts).toEqual([false, true, true, true, true, true])
  })

  test('is refused where there is none, and every problem is said at once', async () => {
    await pages.make('/v1/signing-keys', { name: 'page-key', algorithm: 'HS256' })
    await makePage('keyed', { signing_key: 'page-key' }, {})
    const unused = await rotate('keyed', { signing_secret: 'x' })
    expect([unused.status, unused.body.errors]).toEqual([
      422,
      [expect.objectContaining({ path: '/signing_secret', code: 'secret.unexpected' })],
    ])
    const wrong = await rotate('compat', { overlap_seconds: -1, else: 1 })
    expect((wrong.body.errors as Array<{ path: string }>).map((each) => each.path).toSorted()).toEqual([
      '/else',
      '/overlap_seconds',
      '/signing_secret',
    ])
    expect(
      (
        await pages.admin('POST', '/v1/app-pages/compat/apps/nobody/rotate-signing-secret', {
          signing_secret: 'x',
        })
      ).status,
    ).toBe(404)
  })
})

test('B21: the JWT goes into Authorization: Bearer on every later request', async () => {
  const token = await tokenOf('compat', { sub: 'you' })
  for (const _again of [1, 2]) {
    const answer = await pages.ask('/apps/compat/verify', { headers: { Authorization: `Bearer ${token}` } })
    expect([answer.status, answer.json]).toEqual([200, expect.objectContaining({ active: true, sub: 'you' })])
  }
  const without = await pages.ask('/apps/compat/verify')
  expect([without.status, without.headers.get('www-authenticate')]).toEqual([401, 'Bearer realm="compat"'])
  const wrong = await pages.ask('/apps/compat/verify', { headers: { Authorization: `Bearer ${token}x` } })
  expect(wrong.status).toBe(401)
  expect(wrong.headers.get('www-authenticate')).toContain('error="invalid_token"')
})

test('B22: verification needs no session: a restarted broker verifies what the one before issued', async () => {
  const own = await startTestBroker()
  const first = tokenPages(own)
  await first.make('/v1/app-pages', { name: 'p', mode: 'compat' })
  await first.make('/v1/app-pages/p/apps', {
    client_id: CLIENT_ID,
    client_secret: CLIENT_SECRET,
    signing_secret: SIGNING_SECRET,
  })
  const { json } = await first.requestToken('p', credentials)
  const again = await own.restart()
  expect((await tokenPages(again).verify('p', json.access_token as string)).json.active).toBe(true)
  await again.close()
})

describe('B23', () => {
  test.each([
    ['hs384', 'HS384'],
    ['Hs512', 'HS512'],
    ['HS256', 'HS256'],
  ])('B23: the algorithm %s signs as %s', async (written, alg) => {
    const name = `b23-${written.toLowerCase()}`
    await makePage(name, { algorithm: written })
    const token = await tokenOf(name)
    expect(decodeJwt(token).header).toEqual({ alg, typ: 'JWT' })
    expect(token).toBe(sign(alg, SIGNING_SECRET, decodeJwt(token).payload))
    expect((await pages.verify(name, token)).json.active).toBe(true)
  })

  test('B23: RS256 is refused for GetJWT', async () => {
    const { status, body } = await pages.admin('POST', '/v1/app-pages', {
      name: 'b23-rs',
      mode: 'compat',
      algorithm: 'RS256',
    })
    expect([status, (body.errors as Array<{ path: string }>)[0]?.path]).toEqual([422, '/algorithm'])
  })

  test('B23: an empty secret aborts the page: 422, nothing written, one row', async () => {
    await makePage('b23-empty', {}, { signing_secret: { from: 'env', name: 'EMPTY_SECRET' } })
    const { status, text } = await pages.requestToken('b23-empty', credentials)
    const rows = await pages.rows('b23-empty', 'exceptions')
    if (status === 200) {
      // The source of secrets takes an empty variable for one that is not set: no JWT either way.
      expect(text).toBe('{"Error":"A referenced secret could not be read"}')
    } else {
      expect([status, text]).toEqual([422, ''])
      expect(rows.map(({ FunctionName }) => FunctionName)).toEqual(['GetJWT'])
    }
  })
})

describe('B24', () => {
  test.each(['RS256', 'RS384', 'RS512'])('B24: a key of the store signs by %s', async (algorithm) => {
    const name = `b24-${algorithm.toLowerCase()}`
    await pages.make('/v1/signing-keys', { name, algorithm })
    await makePage(name, { algorithm, signing_key: name }, {})
    const token = await tokenOf(name)
    expect(decodeJwt(token).header).toEqual({ alg: algorithm, typ: 'JWT' })
    expect((await pages.verify(name, token)).json.active).toBe(true)
  })

  test('B24: a shared one signs by HS256', async () => {
    const { secret } = await pages.make('/v1/signing-keys', { name: 'b24-hs', algorithm: 'HS256' })
    await makePage('b24-hs', { signing_key: 'b24-hs' }, {})
    const token = await tokenOf('b24-hs')
    expect(token).toBe(sign('HS256', secret, decodeJwt(token).payload))
  })

  test('B24: an unknown key is a hard failure: 422, nothing written, one row for whoever runs the page', async () => {
    await makePage('b24-unknown', { signing_key: 'nobody-has-it' }, {})
    const { status, text } = await pages.requestToken('b24-unknown', credentials)
    expect([status, text]).toEqual([422, ''])
    const rows = await pages.rows('b24-unknown', 'exceptions')
    expect(rows).toEqual([
      expect.objectContaining({ FunctionName: 'GetJWT', Message: 'There is no key of this name.' }),
    ])
  })
})

test('B25: every answer but that of an aborted page is JSON text with status 200', async () => {
  const bodies = [
    JSON.stringify({ operation: 'RequestToken', ...credentials }),
    JSON.stringify({ operation: 'RequestToken' }),
    JSON.stringify({ operation: 'RequestToken', ...credentials, client_id: 'x' }),
    '{"operation":"x"}',
    'not json',
  ]
  for (const method of ['POST', 'PUT', 'DELETE', 'PATCH']) {
    for (const body of bodies) {
      const { status, headers, json } = await pages.ask('/apps/compat/token', { method, body })
      expect([status, headers.get('content-type')]).toEqual([200, 'application/json'])
      expect(Object.keys(json).length).toBeGreaterThan(0)
      expect(headers.get('cache-control')).toBe('no-store')
    }
  }
  const { status } = await pages.ask('/apps/compat/token')
  expect(status).toBe(200)
})

test('no secret of a page stands in a list, a log, the audit trail or the database', async () => {
  await tokenOf('compat')
  const texts = await Promise.all(
    [
      '/v1/app-pages',
      '/v1/app-pages/compat/apps',
      '/v1/app-pages/compat/requests?limit=500',
      '/v1/app-pages/compat/exceptions?limit=500',
      '/v1/signing-keys',
      '/v1/audit?limit=500',
    ].map(async (path) => (await pages.admin('GET', path)).text),
  )
  expect(texts.join() + broker.log.join()).not.toContain('canary')
})
