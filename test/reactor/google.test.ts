import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { startTokenServer, type TokenServer } from './token-server.ts'
import { change, create, errorsOf, type Json, to, type World, worldOf } from './world.ts'

const ADWORDS = 'https://www.googleapis.com/auth/adwords'
const PUBSUB = 'https://www.googleapis.com/auth/pubsub'

let google: TokenServer
let broker: TestBroker
let world: World
let property: string
let environment: string

beforeAll(async () => {
  google = await startTokenServer()
  broker = await startTestBroker({
    env: {
      BURSAR_REACTOR_GOOGLE_AUTHORIZATION_URL: `${google.url}/authorize`,
      BURSAR_REACTOR_GOOGLE_TOKEN_URL: `${google.url}/token`,
      BURSAR_REACTOR_GOOGLE_CLIENT_ID: 'our-client',
      BURSAR_REACTOR_GOOGLE_CLIENT_SECRET: 'our-google-secret',
    },
  })
  world = await worldOf(broker)
  property = await world.property()
  environment = await world.environment(property)
})
afterAll(async () => {
  await broker?.close()
  await google?.close()
})
beforeEach(() => {
  google.answer = {}
})

let made = 0
const post = (scopes: Json = [ADWORDS], bound = true) => {
  made += 1
  const attributes = { name: `ads-${made}`, type_of: 'oauth2-google', credentials: { scopes } }
  const related = bound ? { environment: to('environments', environment) } : undefined
  return world.call('POST', `/properties/${property}/secrets`, create('secrets', attributes, related))
}
const get = async (id: string) => (await world.call('GET', `/secrets/${id}`)).body.data
const patch = async (id: string, members: Json) =>
  (await world.call('PATCH', `/secrets/${id}`, change('secrets', id, members))).body.data
const reauthorize = (id: string) => patch(id, { meta: { action: 'reauthorize' } })
/** A browser consents, or refuses with this error, and comes back; answers the status of the page. */
const consent = async ({ meta }: Json, error?: string) =>
  (await fetch(google.consent(meta.authorization_url, error), { redirect: 'manual' })).status
const secondsBetween = (from: string, until: string) => (Date.parse(until) - Date.parse(from)) / 1000

test('R19: scopes are a list of adwords and pubsub, at least one', async () => {
  const path = '/data/attributes/credentials/scopes'
  for (const scopes of [undefined, [], 'x', ADWORDS, null])
    expect(errorsOf(await post(scopes === undefined ? null : scopes))).toEqual([
      ['422', 'invalid-secret', path],
    ])
  for (const scope of ['adwords', `${ADWORDS}/`, 'https://www.googleapis.com/auth/drive', 7, null])
    expect(errorsOf(await post([PUBSUB, scope]))).toEqual([['422', 'invalid-secret', `${path}/1`]])
  expect((await post([ADWORDS, PUBSUB])).body.data.attributes.credentials).toEqual({
    scopes: [ADWORDS, PUBSUB],
  })
})

test('R20: a new or changed Google secret waits for a person, and says where that one goes', async () => {
  const { data } = (await post([ADWORDS, PUBSUB])).body
  expect(data.attributes).toMatchObject({
    status: 'manual_authorization',
    expires_at: null,
    activated_at: null,
  })
  const url = new URL(data.meta.authorization_url)
  expect(url.origin + url.pathname).toBe(`${google.url}/authorize`)
  expect(Object.fromEntries(url.searchParams)).toMatchObject({
    access_type: 'offline',
    approval_prompt: 'force',
    client_id: 'our-client',
    response_type: 'code',
    redirect_uri: `${broker.url}/oauth/callback`,
    scope: `${ADWORDS} ${PUBSUB}`,
    state: expect.any(String),
  })
  await consent(data)
  expect((await get(data.id)).attributes.status).toBe('succeeded')
  const changed = await patch(data.id, { attributes: { credentials: { scopes: [PUBSUB] } } })
  expect(changed.attributes).toMatchObject({
    status: 'manual_authorization',
    credentials: { scopes: [PUBSUB] },
  })
  expect(changed.meta).toEqual({
    authorization_url: expect.stringContaining('pubsub'),
    authorization_url_expires_at: expect.any(String),
  })
})

test('R21: where to authorize is shown once only', async () => {
  const { data } = (await post()).body
  expect(data.meta.authorization_url_expires_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect((await get(data.id)).meta).toEqual({})
  const list = await world.call('GET', `/environments/${environment}/secrets?page[size]=100`)
  expect(list.text).not.toContain('authorization_url')
})

test('R22: the URL can be used for an hour; after that the secret is reauthorized', async () => {
  const { data } = (await post()).body
  const { created_at } = data.attributes
  expect(secondsBetween(created_at, data.meta.authorization_url_expires_at)).toBeCloseTo(3_600, -1)
  const late = (await post()).body.data
  broker.clock.advance(3_000)
  expect(await consent(data)).toBeLessThan(400)
  expect((await get(data.id)).attributes.status).toBe('succeeded')
  broker.clock.advance(700)
  expect(await consent(late)).toBe(400)
  expect((await get(late.id)).attributes.status).toBe('manual_authorization')
  expect(await consent(await reauthorize(late.id))).toBeLessThan(400)
  expect((await get(late.id)).attributes.status).toBe('succeeded')
})

test('R23: after the consent the token lives an hour, and is refreshed half way', async () => {
  google.answer = { expiresIn: 3_599 }
  const { data } = (await post()).body
  await consent(data)
  const { attributes, meta } = await get(data.id)
  expect(attributes.status).toBe('succeeded')
  expect(secondsBetween(attributes.activated_at, attributes.expires_at)).toBe(3_600)
  expect(secondsBetween(attributes.activated_at, attributes.refresh_at)).toBe(1_800)
  expect(meta).toEqual({})
  expect(google.calls.at(-1)!.members).toMatchObject({
    grant_type: 'authorization_code',
    client_id: 'our-client',
    client_secret: 'our-google-secret',
    code_verifier: expect.any(String),
  })
})

test('R24: what goes wrong on the way is in status_details', async () => {
  const refused = (await post()).body.data
  expect(await consent(refused, 'access_denied')).toBe(400)
  const denied = await get(refused.id)
  expect(denied.attributes.status).toBe('failed')
  expect(denied.meta.status_details.errors).toMatchObject([
    {
      id: expect.stringMatching(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/),
      code: 'secret-processing-error',
      detail: expect.stringContaining('access_denied'),
      meta: { request_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    },
  ])
  const broken = (await post()).body.data
  google.answer = { body: { error: 'invalid_client' } }
  await consent(broken)
  const failed = await get(broken.id)
  expect(failed.attributes.status).toBe('failed')
  expect(failed.meta.status_details.errors[0].detail).toMatch(
    /^Server responded with status: 400\. invalid_client/,
  )
  // Mended, and authorized anew.
  google.answer = {}
  const again = await reauthorize(broken.id)
  expect(again.attributes.status).toBe('manual_authorization')
  await consent(again)
  expect(await get(broken.id)).toMatchObject({ attributes: { status: 'succeeded' }, meta: {} })
})

test('R25: reauthorize answers a new URL and when that one ends', async () => {
  const { data } = (await post()).body
  broker.clock.advance(60)
  const again = await reauthorize(data.id)
  expect(again.meta.authorization_url).not.toBe(data.meta.authorization_url)
  expect(
    secondsBetween(data.meta.authorization_url_expires_at, again.meta.authorization_url_expires_at),
  ).toBeGreaterThanOrEqual(60)
  expect((await get(data.id)).meta).toEqual({})
  await consent(again)
  const { attributes } = await get(data.id)
  expect(attributes.status).toBe('succeeded')
})

test('R42: a Google secret is tested and tried again by its refresh token, never shown', async () => {
  const { data } = (await post()).body
  const early = await world.call(
    'PATCH',
    `/secrets/${data.id}`,
    change('secrets', data.id, { meta: { action: 'retry' } }),
  )
  expect(errorsOf(early)).toEqual([['409', 'conflict', '/data/meta/action']])
  await consent(data)
  google.answer = { body: { access_token: 'fresh', expires_in: 3_599, refresh_token: 'refresh-secret' } }
  const tested = await patch(data.id, { meta: { action: 'test' } })
  expect(tested.meta.test_exchange).toEqual({ access_token: 'fresh', expires_in: 3_599 })
  expect(google.calls.at(-1)!.members.grant_type).toBe('refresh_token')
  google.answer = {}
  const release = google.hold()
  const pending = await patch(data.id, { meta: { action: 'retry' } })
  expect(pending.attributes.status).toBe('pending')
  release()
  expect((await world.settled(data.id)).attributes.status).toBe('succeeded')
})

test('a broker without a registration says which settings are missing', async () => {
  const bare = await startTestBroker({ env: { BURSAR_REACTOR_GOOGLE_CLIENT_ID: 'our-client' } })
  try {
    const other = await worldOf(bare)
    const path = `/properties/${await other.property()}/secrets`
    const attributes = { name: 'ads', type_of: 'oauth2-google', credentials: { scopes: [ADWORDS] } }
    const refused = await other.call('POST', path, create('secrets', attributes))
    expect(errorsOf(refused)).toEqual([['422', 'invalid-secret', '/data/attributes/type_of']])
    expect(refused.text).toContain('BURSAR_REACTOR_GOOGLE_CLIENT_SECRET')
    expect(refused.text).not.toContain('BURSAR_REACTOR_GOOGLE_CLIENT_ID')
  } finally {
    await bare.close()
  }
})
