import { createHmac, generateKeyPairSync, type KeyObject, sign as signBytes } from 'node:crypto'
import { BursarError, createVerifier, JwtError, type VerifierSettings } from '@bursar/client'
import { expect, onTestFinished, test } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { sendJson, startHttpServer } from '../http-server.ts'
import { tokenPages } from '../token-pages/pages.ts'

const AUDIENCE = 'https://api.example.com'
const PUBLIC_ALGORITHMS = [
  'RS256',
  'RS384',
  'RS512',
  'PS256',
  'PS384',
  'PS512',
  'ES256',
  'ES384',
  'ES512',
  'EdDSA',
]

const codeOf = async (promise: Promise<unknown>): Promise<string> => {
  const error = await promise.then(
    (claims) => new Error(`It was taken: ${JSON.stringify(claims)}`),
    (caught: unknown) => caught,
  )
  if (error instanceof JwtError || error instanceof BursarError) return error.code
  throw error
}

/** A broker that issues, and a verifier beside it on the same clock that counts what it asks. */
async function startIssuer() {
  const broker = await startTestBroker()
  onTestFinished(() => broker.close())
  broker.clock.hold()
  const pages = tokenPages(broker)
  let asked = 0
  const network = { isDown: false }
  const verifierOf = (page: string, settings: Partial<VerifierSettings> = {}) =>
    createVerifier({
      url: broker.url,
      issuer: `${broker.url}/apps/${page}`,
      audience: AUDIENCE,
      now: broker.clock.unixMs,
      fetch: (input, init) => {
        asked += 1
        return network.isDown ? Promise.reject(new TypeError('planted')) : fetch(input, init)
      },
      ...settings,
    })
  return {
    broker,
    pages,
    network,
    verifierOf,
    asked: () => asked,
    async makePage(name: string, algorithm = 'ES256') {
      await pages.make('/v1/signing-keys', { name, algorithm })
      await pages.make('/v1/app-pages', { name, signing_key: name, audience: AUDIENCE, ttl_seconds: 86_400 })
      await pages.make(`/v1/app-pages/${name}/apps`, { client_id: 'kiosk', client_secret: 'a-client-secret' })
    },
    async issue(page: string): Promise<string> {
      const client = { client_id: 'kiosk', client_secret: 'a-client-secret' }
      const { json } = await pages.form(page, { grant_type: 'client_credentials', ...client })
      return json.access_token as string
    },
  }
}

test('what Bursar issues is verified by its public keys, in every algorithm that has one', async () => {
  const { verifierOf, makePage, issue, broker } = await startIssuer()
  for (const algorithm of PUBLIC_ALGORITHMS) {
    const page = `p-${algorithm.toLowerCase()}`
    await makePage(page, algorithm)
    const token = await issue(page)
    const verifier = verifierOf(page)
    expect(await verifier.verify(token)).toMatchObject({ iss: `${broker.url}/apps/${page}`, sub: 'kiosk' })
    const [header, payload, signature] = token.split('.') as [string, string, string]
    const first = signature[0] === 'A' ? 'B' : 'A'
    expect(await codeOf(verifier.verify(`${header}.${payload}.${first}${signature.slice(1)}`))).toBe(
      'jwt.signature',
    )
    const other = Buffer.from('{"sub":"me"}').toString('base64url')
    expect(await codeOf(verifier.verify(`${header}.${other}.${signature}`))).toBe('jwt.signature')
  }
})

test('the key set is asked for once, and then once in five minutes behind whoever is served', async () => {
  const { verifierOf, makePage, issue, broker, asked } = await startIssuer()
  await makePage('shop')
  const [token, verifier] = [await issue('shop'), verifierOf('shop')]
  await Promise.all(Array.from({ length: 20 }, () => verifier.verify(token)))
  broker.clock.advance(299)
  await verifier.verify(token)
  expect(asked()).toBe(1)
  broker.clock.advance(1)
  await Promise.all([verifier.verify(token), verifier.verify(token)])
  expect(asked()).toBe(2)
})

test('a key that came meanwhile is fetched once, and unknown ones bring no more than a request in 30 s', async () => {
  const { verifierOf, makePage, issue, broker, asked, pages } = await startIssuer()
  await makePage('shop')
  const [token, verifier] = [await issue('shop'), verifierOf('shop')]
  await verifier.verify(token)
  await pages.admin('POST', '/v1/signing-keys/shop/rotate', { activate_in_seconds: 0 })
  const next = await issue('shop')
  expect(await codeOf(verifier.verify(next))).toBe('jwt.unknown_key')
  expect(asked()).toBe(1)
  broker.clock.advance(30)
  await Promise.all([verifier.verify(next), verifier.verify(next), verifier.verify(token)])
  expect(asked()).toBe(2)
  const invented = (kid: string) =>
    `${Buffer.from(JSON.stringify({ alg: 'ES256', kid })).toString('base64url')}.e30.AAAA`
  broker.clock.advance(30)
  for (let each = 0; each < 50; each += 1)
    expect(await codeOf(verifier.verify(invented(`kid-${each}`)))).toBe('jwt.unknown_key')
  expect(asked()).toBe(3)
})

test('a key that was withdrawn verifies nothing any more after 15 minutes', async () => {
  const { verifierOf, makePage, issue, broker, pages } = await startIssuer()
  await makePage('shop')
  const [token, verifier] = [await issue('shop'), verifierOf('shop')]
  await verifier.verify(token)
  await pages.admin('POST', '/v1/signing-keys/shop/rotate', { activate_in_seconds: 0, overlap_seconds: 0 })
  broker.clock.advance(900)
  expect(await codeOf(verifier.verify(token))).toBe('jwt.unknown_key')
})

test('while Bursar is away its keys count for 15 minutes; then the fault is not called one of the token', async () => {
  const { verifierOf, makePage, issue, broker, network, asked } = await startIssuer()
  await makePage('shop')
  const [token, verifier] = [await issue('shop'), verifierOf('shop')]
  await verifier.verify(token)
  network.isDown = true
  broker.clock.advance(899)
  await verifier.verify(token)
  broker.clock.advance(6)
  const before = asked()
  expect(await codeOf(verifier.verify(token))).toBe('client.no_answer')
  expect(await codeOf(verifier.verify(token))).toBe('client.no_answer')
  expect(asked() - before).toBe(1)
  network.isDown = false
  broker.clock.advance(5)
  await verifier.verify(token)
})

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const edwards = generateKeyPairSync('ed25519')

/** A key set of the test's own, so that it can sign what no Bursar would. */
async function startForger(keys: readonly object[]) {
  const nowSeconds = 1_900_000_000
  const server = await startHttpServer((_request, response) => sendJson(response, 200, { keys }))
  onTestFinished(() => server.close())
  const settings = {
    url: server.url,
    issuer: 'https://issuer.example',
    audience: AUDIENCE,
    now: () => nowSeconds * 1000,
  }
  const claims = { iss: settings.issuer, aud: AUDIENCE, exp: nowSeconds + 60, iat: nowSeconds, sub: 'me' }
  return { settings, claims, nowSeconds, verifier: createVerifier(settings) }
}

const jwkOf = (key: KeyObject, members: object) => ({
  ...key.export({ format: 'jwk' }),
  use: 'sig',
  ...members,
})
const encoded = (value: unknown): string =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')

function forge(header: unknown, claims: unknown, key: KeyObject = privateKey): string {
  const input = `${encoded(header)}.${encoded(claims)}`
  const digest = key.asymmetricKeyType === 'ed25519' ? null : 'sha256'
  return `${input}.${signBytes(digest, Buffer.from(input), key).toString('base64url')}`
}
const RS256 = { alg: 'RS256', kid: 'rsa', typ: 'JWT' }
const RSA_KEY = jwkOf(publicKey, { kid: 'rsa', alg: 'RS256' })

test('the algorithm is that of the key: none, a shared secret or another padding get nowhere', async () => {
  const { verifier, claims } = await startForger([RSA_KEY])
  expect(await verifier.verify(forge(RS256, claims))).toEqual(claims)
  const none = `${encoded({ alg: 'none', kid: 'rsa' })}.${encoded(claims)}.`
  expect(await codeOf(verifier.verify(none))).toBe('jwt.unsigned')
  expect(await codeOf(verifier.verify(`${none}AAAA`))).toBe('jwt.unsigned')
  const input = `${encoded({ alg: 'HS256', kid: 'rsa' })}.${encoded(claims)}`
  const pem = publicKey.export({ type: 'spki', format: 'pem' })
  const confused = `${input}.${createHmac('sha256', pem).update(input).digest('base64url')}`
  expect(await codeOf(verifier.verify(confused))).toBe('jwt.algorithm')
  for (const alg of ['PS256', 'RS512', 'ES256', 'EdDSA'])
    expect(await codeOf(verifier.verify(forge({ ...RS256, alg }, claims)))).toBe('jwt.algorithm')
  expect(await codeOf(verifier.verify(forge({ ...RS256, alg: 'rs256' }, claims)))).toBe('jwt.algorithm')
})

test('a header that demands or brings something is of no use', async () => {
  const { verifier, claims } = await startForger([RSA_KEY])
  expect(await codeOf(verifier.verify(forge({ ...RS256, crit: ['exp'], exp: 1 }, claims)))).toBe(
    'jwt.critical',
  )
  expect(await codeOf(verifier.verify(forge({ ...RS256, crit: [] }, claims)))).toBe('jwt.critical')
  expect(await codeOf(verifier.verify(forge({ ...RS256, b64: false }, claims)))).toBe('jwt.critical')
  const twice = '{"alg":"RS256","kid":"other","kid":"rsa"}'
  expect(await codeOf(verifier.verify(forge(twice, claims)))).toBe('jwt.duplicate_member')
  const { kid: _kid, ...nameless } = RS256
  expect(await codeOf(verifier.verify(forge(nameless, claims)))).toBe('jwt.unknown_key')
  // Its own key is in it, and where more of them are.
  const brought = {
    alg: 'EdDSA',
    kid: 'mine',
    jwk: jwkOf(edwards.publicKey, {}),
    jku: 'https://evil.example/',
  }
  expect(await codeOf(verifier.verify(forge(brought, claims, edwards.privateKey)))).toBe('jwt.unknown_key')
  for (const malformed of ['', 'x', 'a.b', 'a.b.c.d', `${forge(RS256, claims)}=`, ` ${forge(RS256, claims)}`])
    expect([malformed, await codeOf(verifier.verify(malformed))]).toEqual([malformed, 'jwt.malformed'])
  expect(await codeOf(verifier.verify(undefined as never))).toBe('jwt.malformed')
  expect(await codeOf(verifier.verify(forge(RS256, '[]')))).toBe('jwt.claims')
})

test('issuer, audience and times are judged, the last with the tolerance and to the second', async () => {
  const { verifier, settings, claims, nowSeconds: now } = await startForger([RSA_KEY])
  const exact = createVerifier({ ...settings, clockToleranceSeconds: 0 })
  const refusal = (change: object, by = verifier) => codeOf(by.verify(forge(RS256, { ...claims, ...change })))
  const taken = (change: object, by = verifier) => by.verify(forge(RS256, { ...claims, ...change }))
  expect(await refusal({ iss: 'https://issuer.example/' })).toBe('jwt.issuer')
  expect(await refusal({ aud: 'https://other.example' })).toBe('jwt.audience')
  expect(await refusal({ aud: [] })).toBe('jwt.audience')
  await taken({ aud: ['https://other.example', AUDIENCE] })
  for (const name of ['iss', 'aud', 'exp', 'iat'])
    expect(await refusal({ [name]: undefined })).toBe('jwt.claim_missing')
  for (const change of [{ exp: `${now + 60}` }, { iat: '1' }, { nbf: null }, { sub: 7 }, { aud: 7 }])
    expect([change, await refusal(change)]).toEqual([change, 'jwt.claims'])
  await taken({ exp: now - 29 })
  expect(await refusal({ exp: now - 30 })).toBe('jwt.expired')
  await taken({ exp: now + 1 }, exact)
  expect(await refusal({ exp: now }, exact)).toBe('jwt.expired')
  await taken({ nbf: now + 30 })
  expect(await refusal({ nbf: now + 31 })).toBe('jwt.not_yet_valid')
  expect(await refusal({ nbf: now + 1 }, exact)).toBe('jwt.not_yet_valid')
  await taken({ iat: now + 30 })
  expect(await refusal({ iat: now + 31 })).toBe('jwt.issued_in_future')
})

test('keys that verify nothing soundly are left out of a set, and an unsound set is refused', async () => {
  const weak = generateKeyPairSync('rsa', { modulusLength: 1024 })
  const [left] = await Promise.all([
    startForger([
      null as never,
      jwkOf(weak.publicKey, { kid: 'weak', alg: 'RS256' }),
      jwkOf(publicKey, { kid: 'encrypting', alg: 'RS256', use: 'enc' }),
      jwkOf(publicKey, { kid: 'unspoken' }),
      jwkOf(publicKey, { kid: 'misnamed', alg: 'ES256' }),
      { kty: 'RSA', n: '…', e: 'AQAB', kid: 'broken', alg: 'RS256' },
      RSA_KEY,
    ]),
  ])
  for (const kid of ['weak', 'encrypting', 'unspoken', 'misnamed', 'broken'])
    expect(await codeOf(left.verifier.verify(forge({ ...RS256, kid }, left.claims)))).toBe('jwt.unknown_key')
  await left.verifier.verify(forge(RS256, left.claims))
  const shared = {
    kty: 'oct',
    k: encoded('a secret that everybody has been shown'),
    kid: 'shared',
    alg: 'HS256',
  }
  for (const keys of [
    [RSA_KEY, shared],
    [RSA_KEY, RSA_KEY],
  ]) {
    const { verifier, claims } = await startForger(keys)
    expect(await codeOf(verifier.verify(forge(RS256, claims)))).toBe('client.not_bursar')
  }
})

test('a redirect does not choose the keys, and an answer that is no key set is told from no answer', async () => {
  const { settings, claims } = await startForger([RSA_KEY])
  const token = forge(RS256, claims)
  const elsewhere = await startHttpServer((_request, response) =>
    response.writeHead(302, { Location: `${settings.url}/.well-known/jwks.json` }).end(),
  )
  onTestFinished(() => elsewhere.close())
  expect(await codeOf(createVerifier({ ...settings, url: elsewhere.url }).verify(token))).toBe(
    'client.not_bursar',
  )
  const page = await startHttpServer((_request, response) => response.end('<html>'))
  onTestFinished(() => page.close())
  expect(await codeOf(createVerifier({ ...settings, url: page.url }).verify(token))).toBe('client.not_bursar')
})

test('settings that would accept too much are refused at once', () => {
  const settings = { url: 'https://bursar.example', issuer: 'https://issuer.example', audience: AUDIENCE }
  for (const wrong of [
    { issuer: '' },
    { issuer: undefined },
    { audience: [] },
    { audience: undefined },
    { clockToleranceSeconds: 301 },
    { clockToleranceSeconds: -1 },
    { clockToleranceSeconds: Number.NaN },
  ])
    expect(() => createVerifier({ ...settings, ...wrong } as never), JSON.stringify(wrong)).toThrow()
})
