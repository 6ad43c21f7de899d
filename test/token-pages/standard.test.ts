import { createPublicKey, type JsonWebKey, verify as verifyBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { askFrom, decodeJwt, type TokenPages, tokenPages } from './pages.ts'

const SECRET = 'canary-client-secret-5d11'
const AUDIENCE = 'https://api.example.com'
const client = { client_id: 'kiosk', client_secret: SECRET }
const grant = { grant_type: 'client_credentials' }

let broker: TestBroker
let pages: TokenPages

beforeAll(async () => {
  broker = await startTestBroker()
  pages = tokenPages(broker)
  await makePage('shop')
})
afterAll(() => broker?.close())

async function makePage(name: string, page: object = {}, algorithm = 'ES256') {
  await pages.make('/v1/signing-keys', { name: `${name}-key`, algorithm })
  await pages.make('/v1/app-pages', { name, signing_key: `${name}-key`, audience: AUDIENCE, ...page })
  return pages.make(`/v1/app-pages/${name}/apps`, {
    client_id: 'kiosk',
    client_secret: SECRET,
    scopes: ['read', 'write'],
    claims: { store: 7 },
  })
}

const basic = (id: string, secret: string) => ({
  Authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

async function tokenOf(page: string, fields: Record<string, string> = {}): Promise<string> {
  const { status, json, text } = await pages.form(page, { ...grant, ...client, ...fields })
  expect([status, text]).toEqual([200, expect.stringContaining('access_token')])
  return json.access_token as string
}

describe('a token request', () => {
  test('is answered as RFC 6749 §5.1 says', async () => {
    const { status, headers, json } = await pages.form('shop', { ...grant, ...client })
    expect(status).toBe(200)
    expect(json).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 3600,
      scope: 'read write',
    })
    expect([headers.get('cache-control'), headers.get('pragma')]).toEqual(['no-store', 'no-cache'])
  })

  test('makes the claims iss, sub, aud, client_id, scope, iat, exp and jti, and those of page and app', async () => {
    await makePage('claims', { claims: { region: 'eu', store: 1 }, issuer: 'https://id.example.com' })
    const { header, claims } = decodeJwt(await tokenOf('claims', { scope: 'read' }))
    const { body: key } = await pages.admin('GET', '/v1/signing-keys/claims-key')
    const [version] = key.keys as Array<{ kid: string }>
    expect(header).toEqual({ alg: 'ES256', typ: 'JWT', kid: version!.kid })
    const iat = claims.iat as number
    expect(Math.abs(iat - broker.clock.now())).toBeLessThanOrEqual(5)
    expect(claims).toEqual({
      region: 'eu',
      store: 7,
      iss: 'https://id.example.com',
      sub: 'kiosk',
      aud: AUDIENCE,
      client_id: 'kiosk',
      scope: 'read',
      iat,
      exp: iat + 3600,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
    expect(decodeJwt(await tokenOf('shop')).claims.iss).toBe(`${broker.url}/apps/shop`)
    expect(decodeJwt(await tokenOf('claims')).claims.jti).not.toBe(claims.jti)
  })

  test('takes client_secret_basic with form-encoded halves, §2.3.1', async () => {
    await pages.make('/v1/app-pages/shop/apps', { client_id: 'a:b%c', client_secret: 'p +&ä:secret' })
    const headers = basic(encodeURIComponent('a:b%c'), 'p+%2B%26%C3%A4%3Asecret')
    const { status, json } = await pages.form('shop', grant, headers)
    expect([status, decodeJwt(json.access_token as string).claims.sub]).toEqual([200, 'a:b%c'])
  })

  test.each<[string, Record<string, string>, Record<string, string>, number, string]>([
    ['no client', grant, {}, 401, 'invalid_client'],
    ['an unknown client', { ...grant, ...client, client_id: 'nobody' }, {}, 401, 'invalid_client'],
    ['a wrong secret', { ...grant, ...client, client_secret: 'wrong' }, {}, 401, 'invalid_client'],
    ['a wrong secret in the header', grant, basic('kiosk', 'wrong'), 401, 'invalid_client'],
    ['a header that is not Basic', grant, { Authorization: 'Bearer x' }, 401, 'invalid_client'],
    ['two ways to authenticate', { ...grant, ...client }, basic('kiosk', SECRET), 400, 'invalid_request'],
    ['no grant_type', client, {}, 400, 'invalid_request'],
    ['another grant', { ...client, grant_type: 'password' }, {}, 400, 'unsupported_grant_type'],
    ['a scope that is not its own', { ...grant, ...client, scope: 'read admin' }, {}, 400, 'invalid_scope'],
  ])('with %s is refused as §5.2 says', async (_what, fields, headers, status, error) => {
    const answer = await pages.form('shop', fields, headers)
    expect([answer.status, answer.json.error]).toEqual([status, error])
    expect(answer.json).not.toHaveProperty('access_token')
    expect(answer.headers.get('www-authenticate')).toBe(
      status === 401 ? 'Basic realm="shop", charset="UTF-8"' : null,
    )
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('with a parameter twice, JSON, or another method is refused', async () => {
    const url = '/apps/shop/token'
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const twice = `${new URLSearchParams({ ...grant, ...client })}&grant_type=client_credentials`
    expect((await pages.ask(url, { method: 'POST', body: twice, headers: form })).json.error).toBe(
      'invalid_request',
    )
    const json = await pages.requestToken('shop', { ...grant, ...client })
    expect([json.status, json.json.error]).toEqual([400, 'invalid_request'])
    const get = await pages.ask(`${url}?${new URLSearchParams({ ...grant, ...client })}`)
    expect([get.status, get.headers.get('allow')]).toEqual([405, 'POST'])
  })

  test('that is too large, or for a page that is not there or switched off, is refused', async () => {
    const large = await pages.form('shop', { ...grant, ...client, more: 'x'.repeat(70_000) })
    expect(large.status).toBe(413)
    expect((await pages.form('nobody', { ...grant, ...client })).status).toBe(404)
    await makePage('off')
    await tokenOf('off')
    await pages.admin('PATCH', '/v1/app-pages/off', { enabled: false })
    expect((await pages.form('off', { ...grant, ...client })).status).toBe(404)
  })

  test('stands in HTTPProperties as well', async () => {
    await makePage('logged')
    await tokenOf('logged')
    expect(await pages.rows('logged', 'requests')).toEqual([expect.objectContaining({ Method: 'POST' })])
  })
})

describe('client secrets', () => {
  test('are made, shown once, kept as salted hashes', async () => {
    const made = await pages.make('/v1/app-pages/shop/apps', {})
    expect(made.client_secret).toMatch(/^[\w-]{43}$/)
    const { text } = await pages.admin('GET', `/v1/app-pages/shop/apps/${made.client_id}`)
    expect(text).not.toContain(made.client_secret)
    const { status } = await pages.form('shop', {
      ...grant,
      client_id: made.client_id,
      client_secret: made.client_secret,
    })
    expect(status).toBe(200)
  })

  test('rotate with overlap: both are taken, then the new one only', async () => {
    await makePage('rotating')
    const path = '/v1/app-pages/rotating/apps/kiosk/rotate-secret'
    await tokenOf('rotating')
    const { body } = await pages.admin('POST', path, { overlap_seconds: 60 })
    const next = { client_secret: body.client_secret as string }
    await tokenOf('rotating')
    await tokenOf('rotating', next)
    broker.clock.advance(61)
    expect((await pages.form('rotating', { ...grant, ...client })).status).toBe(401)
    await tokenOf('rotating', next)
    // Without overlap the old one ends at once.
    const again = await pages.admin('POST', path, { overlap_seconds: 0 })
    expect((await pages.form('rotating', { ...grant, ...client, ...next })).status).toBe(401)
    await tokenOf('rotating', { client_secret: again.body.client_secret as string })
  })

  test('that are guessed are slowed down, and nobody else is locked out', async () => {
    await makePage('guessed')
    const url = `${broker.url}/apps/guessed/token`
    const type = { 'Content-Type': 'application/x-www-form-urlencoded' }
    const ask = (address: string, secret: string) =>
      askFrom(address, url, `${new URLSearchParams({ ...grant, ...client, client_secret: secret })}`, type)
    broker.clock.hold()
    const answers = []
    for (let index = 0; index < 8; index += 1) answers.push(await ask('127.0.0.66', `guess-${index}`))
    expect(answers.map(({ status }) => status)).toEqual([401, 401, 401, 401, 401, 429, 429, 429])
    expect(Number(answers.at(-1)!.retryAfter)).toBeGreaterThan(0)
    // The right secret, shown from where it was guessed at, has to wait; from elsewhere it does not.
    expect((await ask('127.0.0.66', SECRET)).status).toBe(429)
    expect((await ask('127.0.0.67', SECRET)).status).toBe(200)
    // Found right before, it is known here and is taken from everywhere.
    expect((await ask('127.0.0.66', SECRET)).status).toBe(200)
    broker.clock.advance(70)
    expect((await ask('127.0.0.66', 'guess-9')).status).toBe(401)
    broker.clock.release()
  })
})

describe('signing keys', () => {
  const jwks = async () =>
    (await pages.ask('/.well-known/jwks.json')).json.keys as Array<Record<string, unknown>>
  const kids = async () => (await jwks()).map(({ kid }) => kid)

  test('stand in the JWKS with their public half only; shared secrets do not', async () => {
    for (const algorithm of ['RS256', 'PS384', 'ES512', 'EdDSA', 'HS256'])
      await pages.make('/v1/signing-keys', { name: `jwks-${algorithm.toLowerCase()}`, algorithm })
    const { headers, text } = await pages.ask('/.well-known/jwks.json')
    expect(headers.get('content-type')).toBe('application/jwk-set+json')
    expect(headers.get('cache-control')).toBe('public, max-age=300')
    for (const key of await jwks()) {
      expect(
        Object.keys(key).filter((name) => ['d', 'p', 'q', 'dp', 'dq', 'qi', 'k'].includes(name)),
      ).toEqual([])
      expect(key).toMatchObject({ use: 'sig', kid: expect.stringMatching(/^[\w-]{43}$/) })
    }
    expect(text).not.toContain('"oct"')
    const etag = headers.get('etag')!
    expect((await pages.ask('/.well-known/jwks.json', { headers: { 'If-None-Match': etag } })).status).toBe(
      304,
    )
  })

  test('of HS algorithms show their secret once', async () => {
    const made = await pages.make('/v1/signing-keys', { name: 'once', algorithm: 'HS512' })
    expect(Buffer.from(made.secret, 'base64url').length).toBe(64)
    const { text } = await pages.admin('GET', '/v1/signing-keys/once')
    expect(text).not.toContain(made.secret)
  })

  test('rotate: shown first, then signing, then verifying only, then gone', async () => {
    await makePage('rolling')
    const before = await tokenOf('rolling')
    const old = decodeJwt(before).header.kid
    const { body } = await pages.admin('POST', '/v1/signing-keys/rolling-key/rotate', {
      activate_in_seconds: 100,
      overlap_seconds: 1000,
    })
    const statuses = (body.keys as Array<{ kid: string; status: string }>).map(({ status }) => status)
    expect(statuses).toEqual(['active', 'next'])
    const next = (body.keys as Array<{ kid: string }>)[1]!.kid
    expect(await kids()).toEqual(expect.arrayContaining([old, next]))
    expect(decodeJwt(await tokenOf('rolling')).header.kid).toBe(old)

    broker.clock.advance(101)
    const after = await tokenOf('rolling')
    expect(decodeJwt(after).header.kid).toBe(next)
    expect((await pages.verify('rolling', before)).json.active).toBe(true)
    expect((await pages.verify('rolling', after)).json.active).toBe(true)

    broker.clock.advance(1000)
    expect((await pages.verify('rolling', before)).json).toMatchObject({
      active: false,
      reason: 'jwt.unknown_key',
    })
    expect(await kids()).not.toContain(old)
    expect((await pages.verify('rolling', await tokenOf('rolling'))).json.active).toBe(true)
  })

  test('verify: a claim named active says nothing of whether the JWT holds', async () => {
    await makePage('named-active', { claims: { active: false } })
    const token = await tokenOf('named-active')
    expect((await pages.verify('named-active', token)).json.active).toBe(true)
  })

  test('rotate at once, without overlap, when one has leaked', async () => {
    await makePage('leaked')
    const token = await tokenOf('leaked')
    await pages.admin('POST', '/v1/signing-keys/leaked-key/rotate', {
      activate_in_seconds: 0,
      overlap_seconds: 0,
    })
    expect((await pages.verify('leaked', token)).json.active).toBe(false)
    expect((await pages.verify('leaked', await tokenOf('leaked'))).json.active).toBe(true)
  })

  test('rotate at once, without overlap, and those that were retired before verify nothing either', async () => {
    await makePage('leaked-before')
    const first = await tokenOf('leaked-before')
    const rotate = (body: object) => pages.admin('POST', '/v1/signing-keys/leaked-before-key/rotate', body)
    await rotate({ activate_in_seconds: 0 })
    const second = await tokenOf('leaked-before')
    for (const token of [first, second]) {
      expect((await pages.verify('leaked-before', token)).json.active).toBe(true)
    }
    const { body } = await rotate({ activate_in_seconds: 0, overlap_seconds: 0 })
    expect((body.keys as Array<{ status: string }>).map(({ status }) => status)).toEqual(['active'])
    for (const token of [first, second]) {
      expect((await pages.verify('leaked-before', token)).json.active).toBe(false)
    }
    expect((await pages.verify('leaked-before', await tokenOf('leaked-before'))).json.active).toBe(true)
  })

  test('rotate with overlap: what is retired already keeps its own, shorter time', async () => {
    await makePage('shorter')
    const first = await tokenOf('shorter')
    const rotate = (body: object) => pages.admin('POST', '/v1/signing-keys/shorter-key/rotate', body)
    await rotate({ activate_in_seconds: 0, overlap_seconds: 100 })
    await rotate({ activate_in_seconds: 0, overlap_seconds: 1000 })
    broker.clock.advance(100)
    expect((await pages.verify('shorter', first)).json.active).toBe(false)
  })

  test.each<[string, object]>([
    [
      'a public key',
      { algorithm: 'RS256', key: '-----BEGIN PUBLIC KEY-----\nAA==\n-----END PUBLIC KEY-----' },
    ],
    ['a short secret', { algorithm: 'HS256', key: 'short' }],
    ['text', { algorithm: 'ES256', key: 'canary-not-a-key' }],
    ['an unknown algorithm', { algorithm: 'none' }],
  ])('are not made from %s', async (_what, body) => {
    const { status, text } = await pages.admin('POST', '/v1/signing-keys', { name: 'refused', ...body })
    expect(status).toBe(422)
    expect(text).not.toContain('canary')
  })

  test('that pages sign with are not deleted, and pages are not made without', async () => {
    expect((await pages.admin('DELETE', '/v1/signing-keys/shop-key')).body.code).toBe('signing_key.in_use')
    const page = { name: 'keyless', signing_key: 'not-there', audience: AUDIENCE }
    expect((await pages.admin('POST', '/v1/app-pages', page)).status).toBe(422)
  })
})

describe('verification', () => {
  test.each(['HS256', 'HS384', 'HS512', 'RS256', 'PS256', 'ES256', 'ES384', 'ES512', 'EdDSA'])(
    'a JWT by %s holds, and with the public key of the JWKS too',
    async (algorithm) => {
      const name = `v-${algorithm.toLowerCase()}`
      await makePage(name, {}, algorithm)
      const token = await tokenOf(name)
      expect((await pages.verify(name, token)).json).toMatchObject({ active: true, sub: 'kiosk', store: 7 })
      if (algorithm === 'EdDSA') {
        const keys = (await pages.ask('/.well-known/jwks.json')).json.keys as JsonWebKey[]
        const { kid } = decodeJwt(token).header
        const key = createPublicKey({ key: keys.find((each) => each.kid === kid)!, format: 'jwk' })
        const [input, signature] = [token.slice(0, token.lastIndexOf('.')), token.split('.')[2]!]
        expect(verifyBytes(null, Buffer.from(input), key, Buffer.from(signature, 'base64url'))).toBe(true)
      }
    },
  )

  test('a JWT of another page does not hold, though both have the same key', async () => {
    await pages.make('/v1/app-pages', { name: 'other', signing_key: 'shop-key', audience: AUDIENCE })
    expect((await pages.verify('other', await tokenOf('shop'))).json).toMatchObject({
      active: false,
      reason: 'jwt.issuer',
    })
  })

  test('ends with exp, and the tolerance of the page', async () => {
    await makePage('ending', { ttl_seconds: 60, clock_tolerance_seconds: 10 })
    const token = await tokenOf('ending')
    broker.clock.advance(65)
    expect((await pages.verify('ending', token)).json.active).toBe(true)
    broker.clock.advance(10)
    expect((await pages.verify('ending', token)).json).toMatchObject({ active: false, reason: 'jwt.expired' })
  })

  test('a JWT that is revoked does not hold, by itself or by its jti', async () => {
    await makePage('revoking', { ttl_seconds: 600 })
    const [one, two, three] = [
      await tokenOf('revoking'),
      await tokenOf('revoking'),
      await tokenOf('revoking'),
    ]
    await pages.make('/v1/app-pages/revoking/revocations', { token: one })
    await pages.make('/v1/app-pages/revoking/revocations', { jti: decodeJwt(two).claims.jti })
    for (const token of [one, two])
      expect((await pages.verify('revoking', token)).json).toMatchObject({
        active: false,
        reason: 'jwt.revoked',
      })
    expect((await pages.verify('revoking', three)).json.active).toBe(true)
    const { body } = await pages.admin('GET', '/v1/app-pages/revoking/revocations')
    expect((body.items as unknown[]).length).toBe(2)
    const foreign = await pages.admin('POST', '/v1/app-pages/revoking/revocations', { token: `${one}x` })
    expect(foreign.status).toBe(422)
  })

  test('revocations outlive a restart, and go when the JWT has ended', async () => {
    // The issuer is where the page is; that must not change with the port.
    const own = await startTestBroker({ env: { BURSAR_PUBLIC_URL: 'https://broker.example.com' } })
    const first = tokenPages(own)
    await first.make('/v1/signing-keys', { name: 'k', algorithm: 'EdDSA' })
    await first.make('/v1/app-pages', { name: 'p', signing_key: 'k', audience: AUDIENCE, ttl_seconds: 600 })
    await first.make('/v1/app-pages/p/apps', client)
    const { json } = await first.form('p', { ...grant, ...client })
    await first.make('/v1/app-pages/p/revocations', { token: json.access_token })
    const again = await own.restart()
    const second = tokenPages(again)
    expect((await second.verify('p', json.access_token as string)).json.reason).toBe('jwt.revoked')
    // Housekeeping wakes with the clock.
    again.clock.advance(700)
    await expect
      .poll(async () => (await second.admin('GET', '/v1/app-pages/p/revocations')).body.items, {
        timeout: 20_000,
      })
      .toEqual([])
    await again.close()
  })

  test('takes the JWT as bearer, as a form and as JSON', async () => {
    const token = await tokenOf('shop')
    const url = '/apps/shop/verify'
    const bearer = await pages.ask(url, { headers: { Authorization: `Bearer ${token}` } })
    const json = await pages.ask(url, {
      method: 'POST',
      body: JSON.stringify({ token }),
      headers: { 'Content-Type': 'application/json' },
    })
    for (const answer of [bearer, json]) expect(answer.json).toMatchObject({ active: true, sub: 'kiosk' })
    expect((await pages.ask(url, { method: 'POST', body: '{}' })).status).toBe(400)
    expect((await pages.ask(url, { method: 'PUT' })).status).toBe(405)
  })
})
