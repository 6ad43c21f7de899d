import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import type { TestBroker } from '../broker.ts'
import { signInAt } from '../browser.ts'
import { changed, type Door, openDoor, startDoorBroker } from './door.ts'
import { entryOf, example } from './examples.ts'
import {
  CLIENT,
  CLIENT_SECRET,
  type Moviestar,
  OTHER_CLIENT,
  OTHER_SECRET,
  SPECIAL_REFRESH_TOKEN,
  startMoviestar,
} from './moviestar.ts'

let moviestar: Moviestar
let broker: TestBroker
let door: Door

beforeAll(async () => {
  moviestar = await startMoviestar()
  broker = await startDoorBroker()
  door = openDoor(broker)
})
afterAll(async () => {
  await broker?.close()
  await moviestar?.close()
})
beforeEach(() => moviestar.forget())

const account = (name: string, provider: string, values: Record<string, unknown> = {}) =>
  broker.api.create({ name, provider, ...values })

/** The token is one that its server knows. */
async function expectAlive(name: string): Promise<string> {
  const { status, body, text } = await broker.api.token(name)
  expect([status, text]).toEqual([200, expect.anything()])
  expect(await moviestar.isAlive(body.access_token)).toBe(true)
  return body.access_token
}

/** A person signs in; the browser comes back to the path that partners register. */
async function signIn(name: string): Promise<URL> {
  const { body } = await broker.api.call('POST', `/v1/credentials/${name}/authorize`)
  const end = await signInAt(body.authorization_url)
  expect(end.text).toContain('Connected')
  expect(new URL(end.url).pathname).toBe('/data/core/activation/oauth/api/v1/callback')
  return new URL(body.authorization_url)
}

const last = () => moviestar.calls.at(-1)!

describe('authorization code', () => {
  test('D7, D8: sends the person away, comes back to the registered path, swaps the code', async () => {
    const provider = await door.provider(example('code', moviestar.url))
    const { body } = await account('code', provider)
    expect(body.status).toBe('needs_sign_in')
    const away = await signIn('code')
    expect(away.origin + away.pathname).toBe(`${moviestar.url}/dialog/OAuth`)
    expect(Object.fromEntries(away.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: CLIENT,
      redirect_uri: `${broker.url}/data/core/activation/oauth/api/v1/callback`,
      state: expect.stringMatching(/^[\w-]{20,}$/),
    })
    expect(last()).toMatchObject({ path: '/OAuth/access_token', form: { grant_type: 'authorization_code' } })
    await expectAlive('code')
  })

  test('D6, D15: scopes go out joined by blanks, id and secret in the body', async () => {
    const provider = await door.provider(example('code', moviestar.url))
    await account('scopes', provider)
    const away = await signIn('scopes')
    expect(away.searchParams.get('scope')).toBe('read write')
    expect(last().form).toMatchObject({ client_id: CLIENT, client_secret: CLIENT_SECRET })
    expect(last().authorization).toBeNull()
  })

  test('D15: with useBasicAuth id and secret go into a header', async () => {
    const config = changed(example('code', moviestar.url), {
      clientId: 'basic-client',
      options: { useBasicAuth: true },
    })
    await account('basic', await door.provider(config))
    await signIn('basic')
    expect(last().authorization).toBe(`Basic ${btoa(`basic-client:${CLIENT_SECRET}`)}`)
    expect(last().form.client_secret).toBeUndefined()
    await expectAlive('basic')
  })

  test('D9, D12, D13: the refresh token is spent at refreshTokenUrl, and nobody signs in again', async () => {
    await account('refreshed', await door.provider(example('code', moviestar.url)))
    await signIn('refreshed')
    const first = await expectAlive('refreshed')
    moviestar.forget()
    const { body } = await broker.api.exchange('refreshed')
    expect(body.kind).toBe('token')
    expect(moviestar.calls.map(({ path, form }) => [path, form.grant_type])).toEqual([
      ['/OAuth/refresh_token', 'refresh_token'],
    ])
    expect(await expectAlive('refreshed')).not.toBe(first)
  })

  test('D13: without refreshTokenUrl the token ends with its life, and the reason says so', async () => {
    const config = changed(example('code', moviestar.url), { refreshTokenUrl: undefined })
    await account('unrefreshed', await door.provider(config))
    await signIn('unrefreshed')
    await expectAlive('unrefreshed')
    moviestar.forget()
    const exchange = await broker.api.exchange('unrefreshed')
    expect(exchange.body.kind).not.toBe('token')
    expect(moviestar.calls).toEqual([])
    // Notice ahead: the token still serves, and the status says what is coming.
    await expectAlive('unrefreshed')
    const degraded = await broker.api.credential('unrefreshed')
    expect([degraded.status, degraded.reason?.who]).toEqual(['degraded', 'person'])
    broker.clock.advance(3601)
    await awaitUntil(
      'the account wants a person',
      async () => (await broker.api.credential('unrefreshed')).status === 'needs_sign_in',
    )
  })

  test('D13, D38: without refreshTokenUrl an accessTokenRequest gets the next token', async () => {
    const request = structuredClone(entryOf(example('refresh', moviestar.url)).accessTokenRequest)
    request.urlBasedDestination.url = {
      templatingStrategy: 'NONE',
      value: `${moviestar.url}/OAuth/refresh_token`,
    }
    request.httpTemplate.requestBody.value =
      "{{ formUrlEncode('grant_type', 'refresh_token', 'refresh_token', authData.refreshToken, 'client_id', authData.clientId, 'client_secret', authData.clientSecret) | raw }}"
    const config = changed(example('code', moviestar.url), {
      refreshTokenUrl: undefined,
      accessTokenRequest: request,
    })
    await account('templated-refresh', await door.provider(config))
    await signIn('templated-refresh')
    const first = await expectAlive('templated-refresh')
    for (const round of [1, 2]) {
      const { body } = await broker.api.exchange('templated-refresh')
      expect([round, body.kind]).toEqual([round, 'token'])
    }
    expect(last()).toMatchObject({ path: '/OAuth/refresh_token', form: { grant_type: 'refresh_token' } })
    expect(await expectAlive('templated-refresh')).not.toBe(first)
  })

  test('D21: a member of the answer is copied into a field; a client id that is not there is asked for', async () => {
    const config = example('captured', moviestar.url)
    entryOf(config).authenticationDataFields[0].authenticationResponsePath = 'expires_in'
    const provider = await door.provider(config)
    const { status, body } = await account('captured', provider)
    expect([status, body.errors?.map(({ path }) => path)]).toEqual([422, ['/recipe/field_values/clientId']])
    await account('captured', provider, { recipe: { field_values: { clientId: OTHER_CLIENT } } })
    await signIn('captured')
    expect(last().form).toMatchObject({ client_id: OTHER_CLIENT, client_secret: OTHER_SECRET })
    await expectAlive('captured')
    const { body: token } = await broker.api.token('captured')
    expect(token.outputs).toEqual({ refreshTokenExpiration: '3600' })
  })

  test('D21: the example of the document as it stands gets a token and refreshes it', async () => {
    const provider = await door.provider(example('captured', moviestar.url))
    await account('captured-as-is', provider, { recipe: { field_values: { clientId: OTHER_CLIENT } } })
    await signIn('captured-as-is')
    await expectAlive('captured-as-is')
    expect((await broker.api.exchange('captured-as-is')).body.kind).toBe('token')
    expect(last().path).toBe('/OAuth/accessToken')
  })
})

describe('password', () => {
  const values = { recipe: { field_values: { username: 'ada' } }, secrets: { password: 'right & proper+1' } }

  test('D4, D11: takes user name and password of the customer, and asks again without a refresh token', async () => {
    const provider = await door.provider(example('password', moviestar.url))
    const { body } = await account('password', provider, values)
    expect([body.status, body.reason]).toEqual(['active', null])
    expect(last().form).toEqual({
      grant_type: 'password',
      username: 'ada',
      password: 'right & proper+1',
      scope: 'read write',
      client_id: CLIENT,
      client_secret: CLIENT_SECRET,
    })
    const first = await expectAlive('password')
    expect((await broker.api.exchange('password')).body.kind).toBe('token')
    expect(await expectAlive('password')).not.toBe(first)
  })

  test('D4: without them it does not begin', async () => {
    const provider = await door.provider(example('password', moviestar.url))
    const { status, body } = await account('nobody', provider)
    expect(status).toBe(422)
    expect(body.errors.map(({ path }) => path).sort()).toEqual([
      '/recipe/field_values/username',
      '/secrets/password',
    ])
    expect(moviestar.calls).toEqual([])
  })

  test('D22: fields stand in for the refresh token and the life that the answer lacks', async () => {
    const { body } = await account('special', await door.provider(example('special', moviestar.url)), values)
    const { issued_at, expires_at } = body.token!
    expect(Date.parse(expires_at!) - Date.parse(issued_at)).toBe(3_600_000)
    moviestar.forget()
    expect((await broker.api.exchange('special')).body.kind).toBe('token')
    expect(last()).toMatchObject({
      path: '/OAuth/refresh_token',
      form: { grant_type: 'refresh_token', refresh_token: SPECIAL_REFRESH_TOKEN },
    })
    await expectAlive('special')
  })
})

describe('client credentials', () => {
  test('D5, D11, D12: a token, and the next one when it is due, without a refresh token', async () => {
    const provider = await door.provider(example('clientCredentials', moviestar.url))
    const { body } = await account('machine', provider)
    expect([body.status, body.reason]).toEqual(['active', null])
    const first = await expectAlive('machine')
    broker.clock.advance(540)
    await awaitUntil(
      'the token is replaced',
      async () => (await broker.api.credential('machine')).token!.version > 1,
    )
    expect(await expectAlive('machine')).not.toBe(first)
  })

  test('D42: a new client secret counts for every account at once', async () => {
    const wrong = changed(example('clientCredentials', moviestar.url), { clientSecret: 'an-old-secret' })
    const provider = await door.provider(wrong)
    const { body } = await account('rotated', provider)
    expect(body.status).toBe('broken')
    const instanceId = provider.slice('destination-'.length, -2)
    const { status } = await door.call('PUT', instanceId, example('clientCredentials', moviestar.url))
    expect(status).toBe(200)
    expect((await broker.api.exchange('rotated')).body.kind).toBe('token')
    expect(last().form.client_secret).toBe(CLIENT_SECRET)
    await expectAlive('rotated')
  })

  test('D23, D28, D30, D33: the customer brings the client, and an id that is a part of the host', async () => {
    const provider = await door.provider(example('customerClient', moviestar.url))
    const { body } = await account('own-client', provider, {
      recipe: { field_values: { clientId: OTHER_CLIENT, moviestarId: 'acme' } },
      secrets: { clientSecret: OTHER_SECRET },
    })
    expect([body.status, body.reason, body.token?.type]).toEqual(['active', null, 'Bearer'])
    expect(last()).toMatchObject({
      path: '/identity/oauth/token',
      form: { grant_type: 'client_credentials', client_id: OTHER_CLIENT, client_secret: OTHER_SECRET },
    })
    expect(last().host).toMatch(/^acme\.localhost:\d+$/)
    await expectAlive('own-client')
  })

  test('D34, D36, D37, D38: the refresh example gets the first token and the next by one request', async () => {
    const provider = await door.provider(example('refresh', moviestar.url))
    const { body } = await account('refresh', provider, {
      recipe: { field_values: { clientId: OTHER_CLIENT, customerId: 'globex' } },
      secrets: { clientSecret: OTHER_SECRET },
    })
    expect([body.status, body.reason]).toEqual(['active', null])
    const first = await expectAlive('refresh')
    expect((await broker.api.exchange('refresh')).body.kind).toBe('token')
    expect(moviestar.calls.map(({ form }) => form.grant_type)).toEqual([
      'client_credentials',
      'client_credentials',
    ])
    expect(await expectAlive('refresh')).not.toBe(first)
  })
})
