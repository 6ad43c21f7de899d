import { createPrivateKey, createVerify, generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { clientCredentials, type Json, jwtBearer, openWorld, RSA, restActivity, secured } from './world.ts'

const world = openWorld()

const create = (body: Json) => world.call('POST', '/security-contexts?wait=20', body)
/** Created with a token endpoint of its own, so that no other context's refresh is taken for its first request. */
const createAlone = async (body: Json) => {
  const path = `/token/${encodeURIComponent(body.externalKey)}`
  const made = await create({ ...body, tokenEndpoint: `${world.tokens.url}${path}` })
  const [call] = world.tokens.calls.filter((one) => one.path === path)
  return { made, call: call!, members: call!.members }
}
const pathsOf = ({ body }: { body: Json }) => body.errors.map(({ path }: Json) => path)
const payloadOf = (jwt: string, part = 1) =>
  JSON.parse(Buffer.from(jwt.split('.')[part]!, 'base64url').toString()) as Json

test('S1: a key of type Security Context is created, read, listed, changed and deleted', async () => {
  const keyType = 'Security Context'
  const made = await create({ ...jwtBearer(world.tokens), externalKey: 'Key Management', keyType })
  expect(made.status).toBe(201)
  const salt = await create({ ...jwtBearer(world.tokens), externalKey: 'Another', keyType: 'Salt' })
  expect([salt.status, pathsOf(salt)]).toEqual([422, ['/keyType']])
  expect(made.body).toMatchObject({
    keyType: 'Security Context',
    name: 'Orders',
    externalKey: 'Key Management',
    grantType: 'jwt_bearer',
    status: 'active',
    validServiceUrls: ['https://orders.example.com/activity/'],
  })
  expect(made.text).not.toContain('PRIVATE KEY')
  const path = '/security-contexts/Key%20Management'
  expect((await world.call('GET', path)).body).toEqual(made.body)
  const { body: list } = await world.call('GET', '/security-contexts')
  expect(list.items.map(({ externalKey }: Json) => externalKey)).toContain('Key Management')
  const changed = await world.call('PATCH', path, { name: 'Orders 2', subject: 'another' })
  expect(changed.body).toMatchObject({ name: 'Orders 2', subject: 'another', issuer: 'the-issuer' })
  const deleted = await world.call('DELETE', path)
  expect(deleted.body).toMatchObject({ externalKey: 'Key Management', revocation: {} })
  expect((await world.call('GET', path)).body.code).toBe('security_context.not_found')
})

test('S2: the name is required', async () => {
  const { name: _name, ...nameless } = jwtBearer(world.tokens)
  const missing = await create(nameless)
  expect(missing.status).toBe(422)
  expect(missing.body.errors).toEqual([{ path: '/name', code: 'field.missing', detail: 'name is missing.' }])
  expect(pathsOf(await create({ ...nameless, name: '' }))).toEqual(['/name'])
})

test('S3: the external key is required and holds ASCII characters only', async () => {
  const { externalKey: _key, ...keyless } = jwtBearer(world.tokens)
  expect((await create(keyless)).body.errors).toMatchObject([{ path: '/externalKey', code: 'field.missing' }])
  for (const externalKey of ['Schlüssel', 'キー', 'key\u0001', 'tab\tkey', 'emoji 🔑', ' blank', '']) {
    const refused = await create({ ...keyless, externalKey })
    expect([refused.status, pathsOf(refused)]).toEqual([422, ['/externalKey']])
  }
  for (const externalKey of ['UPPER', 'upper', 'with blank/slash.and-dash_and~tilde!', '_41', 'A']) {
    const made = await create({ ...keyless, externalKey })
    expect(made.status).toBe(201)
    const read = await world.call('GET', `/security-contexts/${encodeURIComponent(externalKey)}`)
    expect(read.body.externalKey).toBe(externalKey)
  }
  const taken = await create({ ...keyless, externalKey: 'UPPER' })
  expect(taken.status).toBe(409)
  expect(taken.body.errors).toMatchObject([{ path: '/externalKey', code: 'credential.name_taken' }])
})

test('S4: the grant JWT Bearer can be chosen', async () => {
  for (const grantType of ['JWT Bearer', 'jwt_bearer', 'Authorization grant with JWT assertion']) {
    const made = await create({ ...jwtBearer(world.tokens), externalKey: `s4-${grantType}`, grantType })
    expect(made.body).toMatchObject({ grantType: 'jwt_bearer', status: 'active' })
  }
  const unknown = await create({ ...jwtBearer(world.tokens), grantType: 'Password' })
  expect(unknown.body.errors).toMatchObject([{ path: '/grantType', code: 'grant.unknown' }])
  const { grantType: _grant, ...without } = jwtBearer(world.tokens)
  expect((await create(without)).body.errors).toMatchObject([{ path: '/grantType', code: 'field.missing' }])
})

test('S5: the token endpoint is required, and is a URL', async () => {
  const { tokenEndpoint: _url, ...without } = jwtBearer(world.tokens)
  expect(pathsOf(await create(without))).toEqual(['/tokenEndpoint'])
  for (const tokenEndpoint of ['login.example.com', 'http://login.example.com/token', 'ftp://a/b', '//a/b'])
    expect(pathsOf(await create({ ...without, tokenEndpoint }))).toEqual(['/tokenEndpoint'])
})

test('S6: issuer, audience and subject become iss, aud and sub of the JWT', async () => {
  const { members } = await createAlone({ ...jwtBearer(world.tokens), externalKey: 's6' })
  expect(payloadOf(members.assertion!)).toMatchObject({
    iss: 'the-issuer',
    aud: 'the-audience',
    sub: 'the-subject',
  })
  for (const member of ['issuer', 'audience', 'subject']) {
    const { [member]: _left, ...without } = jwtBearer(world.tokens)
    expect(pathsOf(await create(without))).toEqual([`/${member}`])
  }
})

test('S7: the private key is an RSA key in PEM; anything else is refused', async () => {
  const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey
  const wrong: Record<string, unknown> = {
    'not PEM': 'c2VjcmV0',
    'another kind of key': ec.export({ type: 'pkcs8', format: 'pem' }),
    'a public key': RSA.publicKey.export({ type: 'spki', format: 'pem' }),
    'cut off': RSA.pem.slice(0, 400),
    damaged: RSA.pem.replace(/[A-Za-z0-9+/]{64}\n/, `${'A'.repeat(64)}\n`),
    'a JWK': JSON.stringify(createPrivateKey(RSA.pem).export({ format: 'jwk' })),
    'no text': 7,
    nothing: undefined,
  }
  for (const [what, privateKey] of Object.entries(wrong)) {
    const refused = await create({ ...jwtBearer(world.tokens), externalKey: 's7', privateKey })
    expect([what, refused.status, pathsOf(refused)]).toEqual([what, 422, ['/privateKey']])
    expect(refused.text).not.toContain('c2VjcmV0')
  }
  const pkcs1 = createPrivateKey(RSA.pem).export({ type: 'pkcs1', format: 'pem' })
  const made = await create({ ...jwtBearer(world.tokens), externalKey: 's7', privateKey: pkcs1 })
  expect(made.body.status).toBe('active')
})

test('S8: valid service URLs are a list of absolute https URLs', async () => {
  const refused = await create({
    ...jwtBearer(world.tokens),
    externalKey: 's8',
    validServiceUrls: [
      'https://orders.example.com/a',
      'http://orders.example.com/a',
      'https://orders.example.com/a?x=1',
      'https://orders.example.com/a#b',
      'https://user@orders.example.com/',
      'https://orders.example.com/a/../b',
      'https://*.com/',
      'orders.example.com',
    ],
  })
  expect(refused.status).toBe(422)
  const paths = pathsOf(refused)
  expect(paths.toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7].map((index) => `/validServiceUrls/${index}`))
  const insecure = await create({
    ...jwtBearer(world.tokens),
    validServiceUrls: ['https://a.example.com/', 'http://orders.example.com/a'],
  })
  expect(insecure.body.errors).toMatchObject([{ path: '/validServiceUrls/1', code: 'url.insecure' }])
  expect(pathsOf(await create({ ...jwtBearer(world.tokens), validServiceUrls: [] }))).toEqual([
    '/validServiceUrls',
  ])
  const { validServiceUrls: _urls, ...without } = jwtBearer(world.tokens)
  expect(pathsOf(await create(without))).toEqual(['/validServiceUrls'])
})

test('S9: the token is got and used without anybody asking for it', async () => {
  const url = `${world.activity.url}/s9`
  await world.createContext('s9', [url])
  await world.publish('s9', { url, ...secured('s9') })
  const before = world.tokens.calls.length
  await world.call('POST', '/activities/s9/execute', { key: 'a' })
  const [first] = world.activity.calls.filter(({ path }) => path === '/s9')
  expect(first!.headers.authorization).toMatch(/^Bearer token-\d+$/)
  expect(world.tokens.calls).toHaveLength(before)
  // Past its end, a new one is fetched by itself.
  world.broker.clock.advance(4000)
  await world.call('POST', '/activities/s9/execute', { key: 'b' })
  const last = world.activity.calls.filter(({ path }) => path === '/s9').at(-1)!
  expect(last.headers.authorization).toMatch(/^Bearer token-\d+$/)
  expect(last.headers.authorization).not.toBe(first!.headers.authorization)
})

test('S15: three grants can be chosen, each with members of its own', async () => {
  const { clientSecret: _secret, ...base } = clientCredentials(world.tokens)
  const urls = { validServiceUrls: ['https://orders.example.com/'] }
  const contexts = [
    { ...clientCredentials(world.tokens), ...urls, externalKey: 's15-a' },
    { ...base, ...urls, externalKey: 's15-b', grantType: 'client_credentials_jwt', privateKey: RSA.pem },
    { ...jwtBearer(world.tokens), externalKey: 's15-c' },
  ]
  for (const context of contexts) expect((await create(context)).body).toMatchObject({ status: 'active' })
  const mixed = await create({ ...contexts[0], externalKey: 's15-d', privateKey: RSA.pem })
  expect(mixed.body.errors).toMatchObject([{ path: '/privateKey', code: 'field.unknown' }])
  // From one to another: the members of the first are gone, the secret of the second is asked for.
  const path = '/security-contexts/s15-a'
  expect(pathsOf(await world.call('PATCH', path, { grantType: 'client_credentials_jwt' }))).toEqual([
    '/privateKey',
  ])
  const moved = await world.call('PATCH', path, {
    grantType: 'client_credentials_jwt',
    privateKey: RSA.pem,
  })
  expect(moved.body).toMatchObject({ grantType: 'client_credentials_jwt', clientId: 'orders' })
})

test('S16: each grant sends the parameters of its RFC', async () => {
  const { clientSecret: _secret, ...base } = clientCredentials(world.tokens)
  const urls = { validServiceUrls: ['https://orders.example.com/'] }
  const body = { ...clientCredentials(world.tokens), ...urls, externalKey: 's16-a', scope: 'a b' }
  expect((await createAlone(body)).members).toEqual({
    grant_type: 'client_credentials',
    client_id: 'orders',
    client_secret: 'secret-of-the-client',
    scope: 'a b',
  })
  const { call } = await createAlone({
    ...clientCredentials(world.tokens),
    ...urls,
    externalKey: 's16-h',
    clientAuthentication: 'header',
  })
  expect(call.headers.authorization).toBe(
    `Basic ${Buffer.from('orders:secret-of-the-client').toString('base64')}`,
  )
  const { members: assertion } = await createAlone({
    ...base,
    ...urls,
    externalKey: 's16-b',
    grantType: 'Client Credentials with JWT assertion',
    privateKey: RSA.pem,
  })
  expect(assertion).toMatchObject({
    grant_type: 'client_credentials',
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
  })
  expect(payloadOf(assertion.client_assertion!)).toMatchObject({
    iss: 'orders',
    sub: 'orders',
    aud: `${world.tokens.url}/token/s16-b`,
  })
  const { members: bearer } = await createAlone({ ...jwtBearer(world.tokens), externalKey: 's16-c' })
  expect(Object.keys(bearer).toSorted()).toEqual(['assertion', 'grant_type'])
  expect(bearer.grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
})

test('S17: the token request is a form or JSON', async () => {
  for (const contentType of ['application/json', 'application/x-www-form-urlencoded']) {
    const { made, call } = await createAlone({
      ...jwtBearer(world.tokens),
      externalKey: `s17-${contentType.length}`,
      contentType,
    })
    expect(made.body).toMatchObject({ contentType, status: 'active' })
    expect(call.headers['content-type']).toBe(contentType)
    expect(call.members.grant_type).toBe('urn:ietf:params:oauth:grant-type:jwt-bearer')
  }
  expect(pathsOf(await create({ ...jwtBearer(world.tokens), contentType: 'text/xml' }))).toEqual([
    '/contentType',
  ])
})

test('S18: the JWT is signed with the key by RS256, typ JWT, and does not live long', async () => {
  const { members } = await createAlone({ ...jwtBearer(world.tokens), externalKey: 's18', keyId: 'key-1' })
  const { assertion } = members
  const [header, payload, signature] = assertion!.split('.')
  expect(payloadOf(assertion!, 0)).toEqual({ alg: 'RS256', typ: 'JWT', kid: 'key-1' })
  const verifier = createVerify('sha256').update(`${header}.${payload}`)
  expect(verifier.verify(RSA.publicKey, signature!, 'base64url')).toBe(true)
  const { iat, exp, jti } = payloadOf(assertion!)
  expect(exp - iat).toBe(305)
  expect(jti).toMatch(/^[\w-]{16,}$/)
  const ps = { ...jwtBearer(world.tokens), externalKey: 's18-ps', algorithm: 'PS256', lifetimeSeconds: 60 }
  const other = (await createAlone(ps)).members.assertion!
  expect(payloadOf(other, 0).alg).toBe('PS256')
  expect(payloadOf(other).exp - payloadOf(other).iat).toBe(65)
})

test('a security context is a credential: the native API shows it, and its rules are the service URLs', async () => {
  await world.createContext('Native-1', ['https://orders.example.com/a'])
  const { body } = await world.call('GET', '/security-contexts/Native-1')
  const credential = await world.api.credential(body.credential)
  expect(credential).toMatchObject({ status: 'active', destinations: ['https://orders.example.com/a'] })
  await world.call('PATCH', '/security-contexts/Native-1', {
    validServiceUrls: ['https://orders.example.com/b'],
    clientSecret: 'another',
  })
  const explained = await world.api.call('POST', '/v1/explain', {
    credential: body.credential,
    url: 'https://orders.example.com/a',
    method: 'POST',
  })
  expect(explained.body.allowed).toBe(false)
  const moved = await world.call('PATCH', '/security-contexts/Native-1', { externalKey: 'Native-2' })
  expect(pathsOf(moved)).toEqual(['/externalKey'])
})

test('a patch changes what it names, and leaves what was set by the native API', async () => {
  const urls = ['https://orders.example.com/a', 'https://orders.example.com/b']
  await create({ ...clientCredentials(world.tokens), externalKey: 'beside', validServiceUrls: urls })
  const rule = { url: urls[0], methods: ['POST'] }
  const set = await world.api.call('PATCH', '/v1/credentials/mc.beside', {
    destinations: [rule, urls[1]],
    labels: { team: 'red' },
    recipe: { lifetime: { refresh_before_seconds: 100 } },
  })
  expect(set.status).toBe(200)
  const path = '/security-contexts/beside'
  expect((await world.call('PATCH', path, { name: 'Another' })).body.name).toBe('Another')
  const renamed = await world.api.credential('mc.beside')
  expect([renamed.destinations, renamed.recipe]).toEqual([set.body.destinations, set.body.recipe])
  expect(renamed.labels).toEqual({ team: 'red', 'marketing-cloud/name': 'Another' })
  const moved = { validServiceUrls: [...urls.slice(0, 1), 'https://orders.example.com/c'], clientId: 'other' }
  expect((await world.call('PATCH', path, moved)).body).toMatchObject(moved)
  const { destinations, recipe } = await world.api.credential('mc.beside')
  expect(destinations[0]).toEqual(set.body.destinations[0])
  expect(recipe).toEqual({ ...set.body.recipe, client_id: 'other' })
})

test('two patches at once are both there afterwards: a URL that was removed stays removed', async () => {
  const path = '/security-contexts/at-once'
  const urls = ['https://orders.example.com/a', 'https://orders.example.com/b']
  await create({ ...clientCredentials(world.tokens), externalKey: 'at-once', validServiceUrls: urls })
  for (let round = 0; round < 10; round += 1) {
    const [name, validServiceUrls] = [`Round ${round}`, urls.slice(0, 1)]
    await world.call('PATCH', path, { validServiceUrls: urls })
    const patches = [{ name }, { validServiceUrls }, { scope: `round-${round}` }]
    const answers = await Promise.all(patches.map((patch) => world.call('PATCH', path, patch)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
    expect((await world.call('GET', path)).body).toMatchObject(Object.assign({}, ...patches))
  }
})

test('every call needs a key, and the key the scopes', async () => {
  const nobody = await world.api.withKey('bsr_none').call('GET', '/marketing-cloud/security-contexts')
  expect([nobody.status, nobody.body.code]).toEqual([401, 'caller.unauthenticated'])
  const made = await world.api.call('POST', '/v1/callers', { name: 'reader', scopes: ['credentials:read'] })
  const reader = world.api.withKey(made.body.key)
  expect((await reader.call('GET', '/marketing-cloud/security-contexts')).status).toBe(200)
  const config = restActivity({ url: 'https://a.example.com/' })
  for (const [path, body] of [
    ['/security-contexts', jwtBearer(world.tokens)],
    ['/salt-keys', { name: 'a', externalKey: 'a', key: `0x${'00'.repeat(16)}` }],
    ['/activities', { key: 'a', config }],
  ] as const) {
    const refused = await reader.call('POST', `/marketing-cloud${path}`, body)
    expect([path, refused.status, refused.body.code]).toEqual([path, 403, 'caller.forbidden'])
  }
})
