import { createVerify, generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTokenServer, type TokenServer } from './token-server.ts'
import { change, create, errorsOf, idsOf, type Json, openWorld, to } from './world.ts'

const world = openWorld()
const call: typeof world.call = (...rest) => world.call(...rest)
let tokens: TokenServer
let property: string

beforeAll(async () => {
  tokens = await startTokenServer()
  property = await world.property()
})
afterAll(() => tokens?.close())
beforeEach(() => {
  tokens.answer = {}
})

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 })
const PRIVATE_KEY = RSA.privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
const CREDENTIALS = '/data/attributes/credentials'

const clientCredentials = (more: Json = {}) => ({
  type_of: 'oauth2-client_credentials',
  credentials: { client_id: 'crm', client_secret: 'crm-secret', token_url: `${tokens.url}/token`, ...more },
})
const jwt = (more: Json = {}) => ({
  type_of: 'oauth2-jwt',
  credentials: { iss: 'me', aud: 'them', ttl: 3_600, alg: 'RS256', private_key: PRIVATE_KEY, ...more },
})
const TOKEN = { type_of: 'token', credentials: { token: 'a-known-token' } }
const SIMPLE = {
  type_of: 'simple-http',
  credentials: { username: 'example_username', password: 'pass12345' },
}
const secretsPath = () => `/properties/${property}/secrets`
let made = 0
const named = (attributes: Json) => {
  made += 1
  return { name: `s-${made}`, ...attributes }
}
const post = (attributes: Json, relationships?: Json) =>
  call('POST', secretsPath(), create('secrets', named(attributes), relationships))
const patch = (id: string, members: Json) => call('PATCH', `/secrets/${id}`, change('secrets', id, members))
const act = (id: string, action: unknown, attributes: Json = {}) =>
  patch(id, { attributes, meta: { action } })
/** Status, code and pointer of what a wrong member of the credentials is answered. */
const wrong = (path: string) => [['422', 'invalid-secret', path]]
/** What a rule would be given: the artifact that is kept for the environment. */
const artifact = async (id: string) =>
  (await world.broker.api.token(`reactor.${id.toLowerCase()}`)).body.access_token
const secondsBetween = (from: string, until: string) => (Date.parse(until) - Date.parse(from)) / 1000

test('R1: a secret is of one of five types', async () => {
  for (const attributes of [TOKEN, SIMPLE, clientCredentials(), jwt()]) {
    const secret = await world.secret(property, attributes)
    expect(secret.attributes).toMatchObject({ type_of: attributes.type_of, status: 'succeeded' })
  }
  for (const type_of of ['oauth2', 'oauth2-linkedin', 'TOKEN', '__proto__', ''])
    expect([type_of, errorsOf(await post({ type_of, credentials: {} }))]).toEqual([
      type_of,
      wrong('/data/attributes/type_of'),
    ])
  const without = create('secrets', { name: 'x' })
  expect(errorsOf(await call('POST', secretsPath(), without))).toEqual([
    ...wrong('/data/attributes/type_of'),
    ...wrong('/data/attributes/credentials'),
  ])
})

test('R2: client credentials take client_id, client_secret and token_url, with an offset and options', async () => {
  const secret = await world.secret(property, clientCredentials({ options: { scope: 'crm.read' } }))
  expect(secret.attributes.credentials).toEqual({
    client_id: 'crm',
    token_url: `${tokens.url}/token`,
    refresh_offset: 14_400,
    options: { scope: 'crm.read' },
  })
  for (const member of ['client_id', 'client_secret', 'token_url']) {
    for (const value of [undefined, null, 7, ''])
      expect(errorsOf(await post(clientCredentials({ [member]: value })))).toEqual(
        wrong(`${CREDENTIALS}/${member}`),
      )
  }
  const [, offset] = [0, `${CREDENTIALS}/refresh_offset`]
  for (const refresh_offset of [-1, 1.5, '14400', true])
    expect(errorsOf(await post(clientCredentials({ refresh_offset })))).toEqual(wrong(offset))
  for (const options of ['scope', [], 7, { scope: { deep: 1 } }])
    expect(errorsOf(await post(clientCredentials({ options })))[0]?.[2]).toMatch(`${CREDENTIALS}/options`)
  expect(errorsOf(await post(clientCredentials({ token_url: 'http://login.example.com/' })))).toEqual(
    wrong(`${CREDENTIALS}/token_url`),
  )
  expect(errorsOf(await post(clientCredentials({ colour: 'red' })))).toEqual(wrong(`${CREDENTIALS}/colour`))
})

test('R3: the client secret is in no answer', async () => {
  const answers = [await post(clientCredentials())]
  const { id } = answers[0]!.body.data
  await world.settled(id)
  answers.push(await call('GET', `/secrets/${id}`), await call('GET', `${secretsPath()}?page[size]=100`))
  answers.push(await patch(id, { attributes: { credentials: { client_secret: 'crm-secret-2' } } }))
  await world.settled(id)
  answers.push(await act(id, 'retry'))
  await world.settled(id)
  answers.push(await act(id, 'test'))
  tokens.answer = { body: { error: 'invalid_client', error_description: 'crm-secret-2 is wrong' } }
  await act(id, 'retry')
  await world.settled(id)
  answers.push(await call('GET', `/secrets/${id}`))
  for (const { status, text } of answers) {
    expect(status).toBeLessThan(300)
    expect(text).not.toContain('crm-secret')
    expect(text).not.toContain('never-shown')
  }
})

test('R4: only the client credentials grant is sent for that type', async () => {
  await world.secret(property, clientCredentials())
  expect(tokens.calls.at(-1)!.members.grant_type).toBe('client_credentials')
  for (const name of ['grant_type', 'client_id', 'client_secret'])
    expect(errorsOf(await post(clientCredentials({ options: { [name]: 'password' } })))).toEqual(
      wrong(`${CREDENTIALS}/options/${name}`),
    )
})

test('R5: creating and updating both exchange, with id, secret and options', async () => {
  const options = { scope: 'a b', audience: 'crm', level: 3, offline: true }
  const { id } = await world.secret(property, clientCredentials({ options }))
  expect(tokens.calls.at(-1)).toEqual({
    path: '/token',
    method: 'POST',
    members: {
      grant_type: 'client_credentials',
      client_id: 'crm',
      client_secret: 'crm-secret',
      scope: 'a b',
      audience: 'crm',
      level: '3',
      offline: 'true',
    },
  })
  const before = tokens.calls.length
  const changed = await patch(id, { attributes: { credentials: { options: { scope: 'c' } } } })
  expect(changed.status).toBe(200)
  const { attributes } = await world.settled(id)
  expect(attributes.credentials.options).toEqual({ scope: 'c' })
  expect(tokens.calls).toHaveLength(before + 1)
  // What was not sent stayed, the secret among it.
  expect(tokens.calls.at(-1)!.members).toEqual({
    grant_type: 'client_credentials',
    client_id: 'crm',
    client_secret: 'crm-secret',
    scope: 'c',
  })
  await patch(id, { attributes: { name: named({}).name } })
  await world.settled(id)
  expect(tokens.calls).toHaveLength(before + 2)
})

test('R5: what is changed while it is exchanged is exchanged as it was written last', async () => {
  const release = tokens.hold()
  const environment = await world.environment(property)
  const made = await post(clientCredentials(), { environment: to('environments', environment) })
  const { id } = made.body.data
  const changed = await patch(id, { attributes: { credentials: { client_id: 'crm-2' } } })
  expect(changed.body.data.attributes).toMatchObject({
    status: 'pending',
    credentials: { client_id: 'crm-2' },
  })
  release()
  const last = await awaitUntil('the new client was exchanged', () =>
    tokens.calls.find(({ members }) => members.client_id === 'crm-2'),
  )
  expect(last.members.client_secret).toBe('crm-secret')
  expect((await world.settled(id)).attributes.status).toBe('succeeded')
})

test('R5: what comes of the credentials from before a change says nothing of those after it', async () => {
  const environment = await world.environment(property)
  const release = tokens.hold()
  const isAsked = (client: string) => () => tokens.calls.some(({ members }) => members.client_id === client)
  const made = await post(clientCredentials({ client_id: 'right' }), {
    environment: to('environments', environment),
  })
  const { id } = made.body.data
  await awaitUntil('the first client is asked about', isAsked('right'))
  tokens.answer = { status: 401, body: { error: 'invalid_client' } }
  await patch(id, { attributes: { credentials: { client_id: 'wrong' } } })
  release()
  expect((await world.settled(id)).attributes.status).toBe('failed')
  expect(tokens.calls.at(-1)!.members.client_id).toBe('wrong')
  expect(await artifact(id)).toBeUndefined()
})

test('what a secret says is changed in the secret; what it does not say, in its credential', async () => {
  const { id } = await world.secret(property, clientCredentials())
  const path = `/v1/credentials/reactor.${id.toLowerCase()}`
  const { api } = world.broker
  const { recipe } = (await api.call('GET', path)).body
  for (const [member, place] of [
    [{ recipe: { client_id: 'another' } }, '/recipe/client_id'],
    [{ recipe: { lifetime: { refresh_before_seconds: 60 } } }, '/recipe/lifetime'],
    [{ secrets: { client_secret: 'another' } }, '/secrets/client_secret'],
    [{ name: 'renamed' }, '/name'],
  ] as const) {
    const refused = await api.call('PATCH', path, member)
    expect([refused.status, refused.body.code]).toEqual([409, 'credential.owned'])
    expect(refused.body.errors.map((error) => error.path)).toEqual([place])
    expect(refused.body.hint).toContain(`/reactor/secrets/${id}`)
  }
  const rotated = await api.call('POST', `${path}/rotate-secret`, {
    secret: 'client_secret',
    value: 'another',
  })
  expect([rotated.status, rotated.body.code]).toEqual([409, 'credential.owned'])
  const injection = { header: 'X-Token' }
  const own = {
    recipe: { ...recipe, injection },
    destinations: ['https://crm.example.com/'],
    labels: { a: 'b' },
  }
  expect((await api.call('PATCH', path, own)).status).toBe(200)
  await patch(id, { attributes: { credentials: { client_id: 'crm-4' } } })
  const after = (await api.call('GET', path)).body
  expect(after).toMatchObject({ recipe: { client_id: 'crm-4', injection }, labels: { a: 'b' } })
  expect(after.destinations).toHaveLength(1)
})

test('R6: success is 200 with a JSON body that has access_token and expires_in', async () => {
  const good = { access_token: 'a', token_type: 'Bearer', expires_in: 86_400 }
  const answers: Record<string, TokenServer['answer']> = {
    'another status': { status: 201, body: good },
    'no content': { status: 204, raw: '' },
    'a form': { raw: 'access_token=a&expires_in=86400', type: 'application/x-www-form-urlencoded' },
    'a page': { raw: '<html>', type: 'text/html' },
    'no token': { body: { expires_in: 86_400 } },
    'no life': { body: { access_token: 'a' } },
    'a life that is none': { body: { ...good, expires_in: 'soon' } },
    'an error at 200': { body: { error: 'access_denied' }, status: 200 },
    'a server that is down': { status: 503, body: {} },
  }
  for (const [what, answer] of Object.entries(answers)) {
    tokens.answer = answer
    const { attributes, meta } = await world.secret(property, clientCredentials())
    expect([what, attributes.status, meta.status_details?.errors.length]).toEqual([what, 'failed', 1])
  }
  tokens.answer = { body: good }
  expect((await world.secret(property, clientCredentials())).attributes.status).toBe('succeeded')
})

test('R7: a client credentials token has to live longer than 28800 seconds', async () => {
  for (const [expiresIn, status] of [
    [28_799, 'failed'],
    [28_800, 'failed'],
    [28_801, 'succeeded'],
  ] as const) {
    tokens.answer = { expiresIn }
    const { attributes } = await world.secret(property, clientCredentials())
    expect([expiresIn, attributes.status]).toEqual([expiresIn, status])
  }
})

test('R8: refresh_offset has to be less than expires_in - 14400', async () => {
  for (const [expiresIn, refresh_offset, status] of [
    [36_000, 28_800, 'failed'],
    [36_000, 21_600, 'failed'],
    [36_000, 21_599, 'succeeded'],
    [28_801, undefined, 'succeeded'],
    [28_801, 14_401, 'failed'],
    [86_400, 0, 'succeeded'],
  ] as const) {
    tokens.answer = { expiresIn }
    const { attributes, meta } = await world.secret(property, clientCredentials({ refresh_offset }))
    expect([expiresIn, refresh_offset, attributes.status]).toEqual([expiresIn, refresh_offset, status])
    if (status === 'failed')
      expect(meta.status_details.errors[0].detail).toMatch(/refresh_offset less than expires_in - 14400/)
  }
})

test('R9: a success says when the token ends, and when it is refreshed', async () => {
  world.broker.clock.hold()
  try {
    for (const [expiresIn, offset, hours] of [
      [86_400, 14_400, 20],
      [43_200, 14_400, 8],
    ] as const) {
      tokens.answer = { expiresIn }
      const { attributes } = await world.secret(property, clientCredentials({ refresh_offset: offset }))
      const { created_at, expires_at, refresh_at } = attributes
      expect(secondsBetween(created_at, expires_at)).toBe(expiresIn)
      expect(secondsBetween(created_at, refresh_at)).toBe(hours * 3_600)
    }
  } finally {
    world.broker.clock.release()
  }
})

test('R10: a failure says failed, and why', async () => {
  tokens.answer = { body: { error: 'invalid_client', error_description: 'Who are you?' }, status: 401 }
  const { attributes, meta } = await world.secret(property, clientCredentials())
  expect(attributes).toMatchObject({
    status: 'failed',
    expires_at: null,
    refresh_at: null,
    activated_at: null,
  })
  expect(meta.status_details.errors[0].detail).toBe(
    'Server responded with status: 401. invalid_client: Who are you?',
  )
})

test('R11: what failed later comes in the shape of errors, naming status or network fault', async () => {
  tokens.answer = { status: 403, body: { error: 'access_denied' } }
  const { meta } = await world.secret(property, clientCredentials())
  expect(meta.status_details).toEqual({
    errors: [
      {
        id: expect.stringMatching(/^[0-9a-f-]{36}$/),
        code: 'secret-processing-error',
        title: 'Secret Processing Error',
        detail: expect.stringMatching(/^Server responded with status: 403\. access_denied/),
        meta: { request_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
        source: {},
      },
    ],
  })
  expect(JSON.stringify(meta)).not.toMatch(/set-cookie|never-shown/i)
  const gone = await world.secret(property, clientCredentials({ token_url: 'https://nowhere.invalid/token' }))
  expect(gone.meta.status_details.errors[0].detail).toMatch(/^nxdomain/)
  const closed = await world.secret(property, clientCredentials({ token_url: 'http://127.0.0.1:1/token' }))
  expect(closed.meta.status_details.errors[0].detail).toMatch(/^connection-refused/)
})

test('R12: a JWT takes iss, aud, ttl, alg and private_key, and more if one likes', async () => {
  for (const member of ['iss', 'aud', 'ttl', 'alg', 'private_key'])
    expect(errorsOf(await post(jwt({ [member]: undefined })))).toEqual(wrong(`${CREDENTIALS}/${member}`))
  for (const [member, value] of [
    ['ttl', 0],
    ['ttl', '3600'],
    ['ttl', 1.5],
    ['sub', 7],
    ['private_key', 'no key'],
    ['private_key_id', ''],
    ['custom_claims', 'a=b'],
    ['refresh_offset', -1],
  ] as const)
    expect(errorsOf(await post(jwt({ [member]: value })))).toEqual(wrong(`${CREDENTIALS}/${member}`))
  expect(errorsOf(await post(jwt({ custom_claims: { exp: 1 } })))).toEqual(
    wrong(`${CREDENTIALS}/custom_claims/exp`),
  )
  const whole = { sub: 'she', custom_claims: { a: [1] }, private_key_id: 'k1', refresh_offset: 0 }
  const { attributes } = await world.secret(property, jwt(whole))
  expect(attributes.credentials).toEqual({ iss: 'me', aud: 'them', ttl: 3_600, alg: 'RS256', ...whole })
})

test('R13: a JWT is signed by RS256 and by nothing else', async () => {
  for (const alg of ['HS256', 'ES256', 'RS512', 'none', 'rs256', 7])
    expect(errorsOf(await post(jwt({ alg })))).toEqual(wrong(`${CREDENTIALS}/alg`))
})

const partOf = (token: string, part: number): Json =>
  JSON.parse(Buffer.from(token.split('.')[part]!, 'base64url').toString())

test('R14: exp comes of ttl, custom claims go into the payload, the key id into the header', async () => {
  const environment = await world.environment(property)
  world.broker.clock.hold()
  const now = world.broker.clock.now()
  const claims = { custom_claims: { scope: ['a'], 'https://x/y': true, iss: 'not me' } }
  const secret = await world.secret(
    property,
    jwt({ ttl: 7_200, sub: 'she', private_key_id: 'key-7', ...claims }),
    environment,
  )
  world.broker.clock.release()
  const token = await artifact(secret.id)
  expect(partOf(token, 0)).toMatchObject({ alg: 'RS256', kid: 'key-7' })
  expect(partOf(token, 1)).toMatchObject({
    iss: 'me',
    aud: 'them',
    sub: 'she',
    exp: now + 7_200,
    scope: ['a'],
    'https://x/y': true,
  })
  const [signed, signature] = [token.slice(0, token.lastIndexOf('.')), token.split('.')[2]!]
  expect(createVerify('RSA-SHA256').update(signed).verify(RSA.publicKey, signature, 'base64url')).toBe(true)
})

test('R15: a JWT is refreshed 1800 seconds before its end unless it says otherwise', async () => {
  const { attributes } = await world.secret(property, jwt({ ttl: 7_200 }))
  expect(attributes.credentials.refresh_offset).toBe(1_800)
  expect(secondsBetween(attributes.refresh_at, attributes.expires_at)).toBe(1_800)
})

test('R16: a JWT with a token_url is sent there as assertion, RFC 7523', async () => {
  const token_url = `${tokens.url}/jwt`
  const { attributes } = await world.secret(property, jwt({ token_url, options: { scope: 'a' } }))
  expect(attributes.status).toBe('succeeded')
  const { path, members } = tokens.calls.at(-1)!
  expect(path).toBe('/jwt')
  expect(members).toEqual({
    grant_type: 'urn:ietf:params:oauth:grant-type:jwt-bearer',
    assertion: expect.any(String),
    scope: 'a',
  })
  expect(partOf(members.assertion!, 1)).toMatchObject({ iss: 'me', aud: 'them' })
  // Some servers call it otherwise, and want a client as well; its secret is shown to nobody.
  const options = { jwt_param: 'jwt_token', client_id: 'c', client_secret: 'hidden-in-options' }
  const { id } = await world.secret(property, jwt({ token_url, options }))
  const sent = { jwt_token: expect.any(String), client_id: 'c', client_secret: 'hidden-in-options' }
  expect(tokens.calls.at(-1)!.members).toMatchObject(sent)
  await patch(id, { attributes: { credentials: { sub: 'he' } } })
  await world.settled(id)
  expect(tokens.calls.at(-1)!.members).toMatchObject(sent)
  // Left out, as in what was read before, it stays; null takes it away.
  const read = await call('GET', `/secrets/${id}`)
  expect(read.text).not.toContain('hidden')
  const { credentials } = read.body.data.attributes
  await patch(id, { attributes: { credentials } })
  await world.settled(id)
  expect(tokens.calls.at(-1)!.members).toMatchObject(sent)
  await patch(id, { attributes: { credentials: { options: { client_id: 'c', scope: 'b' } } } })
  await world.settled(id)
  const { jwt_param: _, ...others } = options
  expect(tokens.calls.at(-1)!.members).toMatchObject({ ...others, scope: 'b' })
  await patch(id, { attributes: { credentials: { options: { client_id: 'c', client_secret: null } } } })
  await world.settled(id)
  expect(tokens.calls.at(-1)!.members).not.toHaveProperty('client_secret')
  tokens.answer = { body: { error: 'invalid_grant' } }
  expect((await world.secret(property, jwt({ token_url }))).attributes.status).toBe('failed')
})

test('R17: a JWT without a token_url is the access token, and ttl its life', async () => {
  const environment = await world.environment(property)
  const before = tokens.calls.length
  const secret = await world.secret(property, jwt({ ttl: 5_400 }), environment)
  const { activated_at, expires_at, status } = secret.attributes
  expect(status).toBe('succeeded')
  expect(secondsBetween(activated_at, expires_at)).toBe(5_400)
  expect((await artifact(secret.id)).split('.')).toHaveLength(3)
  expect(tokens.calls).toHaveLength(before)
})

test('R18: a JWT has to live an hour, and half an hour between refreshes', async () => {
  for (const [ttl, refresh_offset, status] of [
    [2_700, 1_800, 'failed'],
    [3_599, 0, 'failed'],
    [3_600, 1_800, 'succeeded'],
    [3_600, 1_801, 'failed'],
    [7_200, 5_400, 'succeeded'],
    [28_800, 1_800, 'succeeded'],
  ] as const) {
    const { attributes } = await world.secret(property, jwt({ ttl, refresh_offset }))
    expect([ttl, refresh_offset, attributes.status]).toEqual([ttl, refresh_offset, status])
    tokens.answer = { expiresIn: ttl }
    const asked = await world.secret(property, jwt({ token_url: tokens.url, refresh_offset }))
    expect([ttl, refresh_offset, asked.attributes.status]).toEqual([ttl, refresh_offset, status])
  }
})

test('R26: user name and password become their Base64; the password is in no answer', async () => {
  const environment = await world.environment(property)
  const secret = await world.secret(property, SIMPLE, environment)
  expect(secret.attributes.credentials).toEqual({ username: 'example_username' })
  expect(await artifact(secret.id)).toBe('ZXhhbXBsZV91c2VybmFtZTpwYXNzMTIzNDU=')
  for (const member of ['username', 'password']) {
    const credentials = { ...SIMPLE.credentials, [member]: undefined }
    expect(errorsOf(await post({ ...SIMPLE, credentials }))).toEqual(wrong(`${CREDENTIALS}/${member}`))
  }
  const colon = { ...SIMPLE, credentials: { username: 'a:b', password: 'x' } }
  expect(errorsOf(await post(colon))).toEqual(wrong(`${CREDENTIALS}/username`))
  // A new password alone leaves the user name as it is.
  await patch(secret.id, { attributes: { credentials: { password: 'other' } } })
  await world.settled(secret.id)
  expect(Buffer.from(await artifact(secret.id), 'base64').toString()).toBe('example_username:other')
})

test('R27: what is not exchanged with anybody neither ends nor is refreshed', async () => {
  const environment = await world.environment(property)
  for (const attributes of [SIMPLE, TOKEN]) {
    const secret = await world.secret(property, attributes, environment)
    expect(secret.attributes).toMatchObject({ status: 'succeeded', expires_at: null, refresh_at: null })
    expect(secret.attributes.activated_at).toEqual(expect.any(String))
  }
})

test('R28: a token is its own artifact, and its credentials are shown empty', async () => {
  const environment = await world.environment(property)
  const secret = await world.secret(property, TOKEN, environment)
  expect(secret.attributes.credentials).toEqual({})
  expect(await artifact(secret.id)).toBe('a-known-token')
  expect(errorsOf(await post({ type_of: 'token', credentials: {} }))).toEqual(wrong(`${CREDENTIALS}/token`))
  expect((await call('GET', `/secrets/${secret.id}`)).text).not.toContain('a-known-token')
})

const environmentOf = ({ relationships }: Json) => relationships.environment.data

test('R29: the environment of a secret can be neither cleared nor changed', async () => {
  const [first, second] = [await world.environment(property), await world.environment(property)]
  const free = await world.secret(property, TOKEN)
  expect(environmentOf(free)).toBeNull()
  const bound = await patch(free.id, { relationships: { environment: to('environments', first) } })
  expect(environmentOf(bound.body.data)).toEqual({ id: first, type: 'environments' })
  expect(bound.body.data.relationships.environment.meta).toEqual({ stage: 'development' })
  for (const environment of [to('environments', second), { data: null }])
    expect(errorsOf(await patch(free.id, { relationships: { environment } }))).toEqual([
      ['409', 'read-only', '/data/relationships/environment'],
    ])
  // Named once more, and left out, it stays.
  expect((await patch(free.id, { relationships: { environment: to('environments', first) } })).status).toBe(
    200,
  )
  const { body } = await patch(free.id, { attributes: { name: named({}).name } })
  expect(environmentOf(body.data)).toEqual({ id: first, type: 'environments' })
  const stranger = await world.environment(await world.property())
  const path = '/data/relationships/environment/data/id'
  expect(errorsOf(await post(TOKEN, { environment: to('environments', stranger) }))).toEqual(wrong(path))
  const nowhere = to('environments', `EN${'0'.repeat(32)}`)
  expect(errorsOf(await post(TOKEN, { environment: nowhere }))).toEqual([['404', 'not-found', path]])
})

test('R30: a deleted environment sets its secrets free for another', async () => {
  const [first, second] = [await world.environment(property), await world.environment(property)]
  const { id } = await world.secret(property, TOKEN, first)
  expect((await call('DELETE', `/environments/${first}`)).status).toBe(204)
  const freed = (await call('GET', `/secrets/${id}`)).body.data
  expect(environmentOf(freed)).toBeNull()
  expect(freed.attributes).toMatchObject({ status: 'succeeded', activated_at: null })
  expect(await artifact(id)).toBeUndefined()
  // The environment goes last, so that a deletion that broke off can be sent again and leaves no secret behind.
  const { body: trail } = await world.broker.api.call('GET', '/v1/audit?limit=2')
  expect(trail.items.map(({ action }: Json) => action)).toEqual([
    'reactor.environment.delete',
    'reactor.secret.release',
  ])
  await patch(id, { relationships: { environment: to('environments', second) } })
  const bound = await world.settled(id)
  expect(environmentOf(bound)).toEqual({ id: second, type: 'environments' })
  expect(bound.attributes.activated_at).toEqual(expect.any(String))
  expect(await artifact(id)).toBe('a-known-token')
})

test('R30: what is exchanged while the environment is deleted leaves no artifact', async () => {
  const environment = await world.environment(property)
  const { id } = await world.secret(property, clientCredentials(), environment)
  const release = tokens.hold()
  const before = tokens.calls.length
  await act(id, 'retry')
  await awaitUntil('it is exchanged', () => tokens.calls.length === before + 1)
  expect((await call('DELETE', `/environments/${environment}`)).status).toBe(204)
  // Whatever follows could throw away what should not be there.
  tokens.answer = { status: 503 }
  release()
  await world.broker.api.call('POST', `/v1/credentials/reactor.${id.toLowerCase()}/exchange`)
  expect(await artifact(id)).toBeUndefined()
})

test('R31: the artifact is kept for the environment from activated_at on', async () => {
  const environment = await world.environment(property)
  const { id, attributes } = await world.secret(property, clientCredentials(), environment)
  expect(attributes.activated_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect(secondsBetween(attributes.activated_at, attributes.expires_at)).toBe(86_400)
  expect(await artifact(id)).toMatch(/^token-\d+$/)
})

test('R32: without an environment the exchange is tried and the artifact thrown away', async () => {
  const before = tokens.calls.length
  const { id, attributes } = await world.secret(property, clientCredentials())
  expect(tokens.calls).toHaveLength(before + 1)
  expect(attributes).toMatchObject({
    status: 'succeeded',
    activated_at: null,
    expires_at: expect.any(String),
  })
  expect(await artifact(id)).toBeUndefined()
})

test('R41: creating answers at once, pending, and the exchange goes on', async () => {
  const release = tokens.hold()
  const answered = await post(clientCredentials())
  expect(answered.status).toBe(201)
  expect(answered.body.data).toMatchObject({
    id: expect.stringMatching(/^SE[0-9a-f]{32}$/),
    type: 'secrets',
    attributes: { status: 'pending', activated_at: null, expires_at: null, refresh_at: null },
    relationships: { property: { data: { id: property, type: 'properties' } }, environment: { data: null } },
    meta: {},
  })
  release()
  const { attributes } = await world.settled(answered.body.data.id)
  expect(attributes.status).toBe('succeeded')
})

test('R42: retry exchanges anew, and says pending until it has', async () => {
  tokens.answer = { status: 401, body: { error: 'invalid_client' } }
  const environment = await world.environment(property)
  const { id, attributes } = await world.secret(property, clientCredentials(), environment)
  expect(attributes.status).toBe('failed')
  tokens.answer = {}
  const release = tokens.hold()
  const again = await act(id, 'retry', { type_of: 'oauth2-client_credentials' })
  expect([again.status, again.body.data.attributes.status, again.body.data.meta]).toEqual([
    200,
    'pending',
    {},
  ])
  release()
  expect((await world.settled(id)).attributes.status).toBe('succeeded')
  for (const each of [TOKEN, SIMPLE]) {
    const simple = await world.secret(property, each)
    expect((await act(simple.id, 'retry')).status).toBe(200)
    expect((await world.settled(simple.id)).attributes.status).toBe('succeeded')
  }
})

test('R42: test exchanges, shows the answer, and changes nothing', async () => {
  const environment = await world.environment(property)
  const { id } = await world.secret(property, clientCredentials(), environment)
  const before = (await call('GET', `/secrets/${id}`)).body
  const kept = await artifact(id)
  const tested = await act(id, 'test', { type_of: 'oauth2-client_credentials' })
  const { test_exchange, ...meta } = tested.body.data.meta
  expect(test_exchange).toEqual({
    access_token: expect.stringMatching(/^token-/),
    token_type: 'Bearer',
    expires_in: 86_400,
  })
  expect(test_exchange.access_token).not.toBe(kept)
  expect({ data: { ...tested.body.data, meta } }).toEqual(before)
  expect((await call('GET', `/secrets/${id}`)).body).toEqual(before)
  expect(await artifact(id)).toBe(kept)
  // A token is shown as it is, whatever it looks like and however long it is; what was known before is not.
  const shown = {
    access_token: `eyJhbGciOiJub25lIn0.${'abcDEF0123456789'.repeat(400)}.x_-Y`,
    expires_in: 86_400,
  }
  tokens.answer = { body: { ...shown, echo: ['it was crm-secret'], 'crm-secret': 1 } }
  expect((await act(id, 'test')).body.data.meta.test_exchange).toEqual({
    ...shown,
    echo: ['it was [redacted]'],
    '[redacted]': 1,
  })
  tokens.answer = {}
  const self = await world.secret(property, jwt())
  expect((await act(self.id, 'test')).body.data.meta.test_exchange).toMatchObject({ expires_in: 3_600 })
  // One that fails says why, and leaves the secret succeeded.
  tokens.answer = { status: 400, body: { error: 'invalid_client', error_description: 'not crm-secret' } }
  const failed = await act(id, 'test')
  expect(errorsOf(failed)).toEqual([['422', 'secret-processing-error', '/data/meta/action']])
  expect(failed.text).toContain('Server responded with status: 400. invalid_client')
  expect(failed.text).not.toContain('crm-secret')
  expect((await call('GET', `/secrets/${id}`)).body).toEqual(before)
})

test('R42: test is refused where there is nothing to test', async () => {
  const conflict = [['409', 'conflict', '/data/meta/action']]
  const token = await world.secret(property, TOKEN)
  expect(errorsOf(await act(token.id, 'test'))).toEqual(conflict)
  expect(errorsOf(await act(token.id, 'reauthorize'))).toEqual(conflict)
  tokens.answer = { status: 401, body: { error: 'invalid_client' } }
  const failed = await world.secret(property, clientCredentials())
  expect(errorsOf(await act(failed.id, 'test'))).toEqual(conflict)
})

test('R42: the id is that of the path, the type the stored one, the action a known one', async () => {
  const { id } = await world.secret(property, TOKEN)
  const other = await world.secret(property, TOKEN)
  const path = `/secrets/${id}`
  const members = { meta: { action: 'retry' } }
  expect(errorsOf(await call('PATCH', path, change('secrets', other.id, members)))).toEqual([
    ['409', 'conflict', '/data/id'],
  ])
  expect(errorsOf(await call('PATCH', path, change('properties', id, members)))).toEqual([
    ['409', 'conflict', '/data/type'],
  ])
  expect(errorsOf(await call('PATCH', path, { data: { type: 'secrets', ...members } }))).toEqual([
    ['400', 'invalid-document', '/data/id'],
  ])
  expect(errorsOf(await act(id, 'retry', { type_of: 'simple-http' }))).toEqual(
    wrong('/data/attributes/type_of'),
  )
  expect(errorsOf(await act(id, 'retry', { name: 'new' }))).toEqual(wrong('/data/attributes/name'))
  for (const action of ['exchange', 'Retry', '', '__proto__', 7, null, ['retry']])
    expect(errorsOf(await act(id, action))).toEqual(wrong('/data/meta/action'))
  expect(errorsOf(await patch(id, { attributes: { type_of: 'simple-http' } }))).toEqual([
    ['422', 'read-only', '/data/attributes/type_of'],
  ])
  expect(errorsOf(await patch(id, { attributes: { status: 'succeeded' } }))).toEqual([
    ['422', 'read-only', '/data/attributes/status'],
  ])
})

test('R43: a deleted secret is gone at once, its artifact and its notes with it', async () => {
  const environment = await world.environment(property)
  const { id } = await world.secret(property, TOKEN, environment)
  await call('POST', `/secrets/${id}/notes`, create('notes', { text: 'soon gone' }))
  expect(await artifact(id)).toBe('a-known-token')
  const deleted = await call('DELETE', `/secrets/${id}`)
  expect([deleted.status, deleted.text]).toEqual([204, ''])
  expect(await artifact(id)).toBeUndefined()
  for (const path of ['', '/notes', '/environment', '/property'])
    expect((await call('GET', `/secrets/${id}${path}`)).status).toBe(404)
  expect((await call('DELETE', `/secrets/${id}`)).status).toBe(404)
  expect((await call('GET', `/environments/${environment}/secrets`)).body.data).toEqual([])
})

test('R44: a name is taken once in a property', async () => {
  const taken = [['409', 'not-unique', '/data/attributes/name']]
  const document = create('secrets', { ...TOKEN, name: 'the-one' })
  const [first, second] = await Promise.all([
    call('POST', secretsPath(), document),
    call('POST', secretsPath(), document),
  ])
  const [won, lost] = first.status === 201 ? [first, second] : [second, first]
  expect(won.status).toBe(201)
  expect(errorsOf(lost)).toEqual(taken)
  const other = await world.secret(property, TOKEN)
  expect(errorsOf(await patch(other.id, { attributes: { name: 'the-one' } }))).toEqual(taken)
  expect((await call('GET', `/secrets/${other.id}`)).body.data.attributes.name).toBe(other.attributes.name)
  const elsewhere = await world.property()
  expect((await call('POST', `/properties/${elsewhere}/secrets`, document)).status).toBe(201)
  await call('DELETE', `/secrets/${won.body.data.id}`)
  expect((await call('POST', secretsPath(), document)).status).toBe(201)
})

test('R45: secrets exist only in properties of the platform edge', async () => {
  for (const platform of ['web', 'mobile']) {
    const other = await world.property({ platform })
    const refused = await call('POST', `/properties/${other}/secrets`, create('secrets', named(TOKEN)))
    expect(errorsOf(refused)).toEqual([['422', 'invalid-secret', '/data']])
  }
})

test('R47: environment, property and notes of a secret are read below it', async () => {
  const environment = await world.environment(property)
  const { relationships } = await world.secret(property, TOKEN, environment)
  const below = (name: string) => relationships[name].links.related.replace(/^.*\/reactor/, '')
  expect((await call('GET', below('environment'))).body.data.id).toBe(environment)
  expect((await call('GET', below('property'))).body.data.id).toBe(property)
  const free = await world.secret(property, TOKEN)
  expect((await call('GET', `/secrets/${free.id}/environment`)).body).toEqual({ data: null })
  const text = '𝒳'.repeat(512)
  const note = await call('POST', below('notes'), create('notes', { text }))
  expect([note.status, note.body.data.attributes.text]).toEqual([201, text])
  expect(note.body.data.id).toMatch(/^NT[0-9a-f]{32}$/)
  expect((await call('GET', below('notes'))).body.data).toEqual([note.body.data])
  expect((await call('GET', `/notes/${note.body.data.id}`)).body).toEqual(note.body)
  const invalid = [['422', 'invalid-note', '/data/attributes/text']]
  for (const wrongText of [`${text}a`, '', 7, null, undefined])
    expect(errorsOf(await call('POST', below('notes'), create('notes', { text: wrongText })))).toEqual(
      invalid,
    )
  // Nothing changes or removes a note but the end of what it is about.
  const same = change('notes', note.body.data.id, { attributes: { text: 'b' } })
  for (const method of ['PATCH', 'DELETE'])
    expect((await call(method, `/notes/${note.body.data.id}`, same)).status).toBe(405)
  expect((await call('GET', `/notes/${note.body.data.id}`)).body).toEqual(note.body)
})

test('R47: the data elements that refer to a secret are read below it, filtered and sorted', async () => {
  const secret = await world.secret(property, TOKEN)
  const other = await world.secret(property, TOKEN)
  const { data } = (await call('GET', `/properties/${property}/extensions`)).body
  const element = async (name: string, id: string) => {
    const settings = JSON.stringify({ secrets: { staging: { id, name: 'a' } } })
    const attributes = { name, delegate_descriptor_id: 'core::dataElements::secret', settings }
    const related = { extension: to('extensions', data[0].id) }
    const made = create('data_elements', attributes, related)
    return (await call('POST', `/properties/${property}/data_elements`, made)).body.data.id as string
  }
  const [a, b] = [await element('r47 a', secret.id), await element('r47 b', secret.id)]
  await element('r47 c', other.id)
  const path = secret.relationships.data_elements.links.related.replace(/^.*\/reactor/, '')
  expect(idsOf(await call('GET', path))).toEqual([a, b])
  expect(idsOf(await call('GET', `${path}?sort=-name`))).toEqual([b, a])
  expect(idsOf(await call('GET', `${path}?filter[name]=EQ r47 b&filter[dirty]=EQ true`))).toEqual([b])
  // A revision refers to it as well; the head is what is listed.
  await call('PATCH', `/data_elements/${a}`, change('data_elements', a, { meta: { action: 'revise' } }))
  expect(idsOf(await call('GET', `${path}?filter[revision_number]=EQ 0`))).toEqual([a, b])
  await call('DELETE', `/data_elements/${b}`)
  expect(idsOf(await call('GET', path))).toEqual([a])
})
