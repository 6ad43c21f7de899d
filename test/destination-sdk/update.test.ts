import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { TestBroker } from '../broker.ts'
import { type Provider, startProvider } from '../provider.ts'
import { type Door, LIST, openDoor, startDoorBroker } from './door.ts'
import type { Configuration } from './examples.ts'

let broker: TestBroker
let door: Door
let europe: Provider
let america: Provider

beforeAll(async () => {
  broker = await startDoorBroker()
  door = openDoor(broker)
  europe = await startProvider()
  america = await startProvider()
})
afterAll(async () => {
  await broker?.close()
  await europe?.close()
  await america?.close()
})
beforeEach(() => {
  europe.calls.length = 0
  america.calls.length = 0
})

const configuration = (...entries: unknown[]): Configuration => ({
  name: 'Moviestar',
  customerAuthenticationConfigurations: entries,
})
const client = (provider: Provider, clientId: string, more: Configuration = {}): Configuration => ({
  authType: 'OAUTH2',
  grant: 'OAUTH2_CLIENT_CREDENTIALS',
  accessTokenUrl: provider.tokenUrl,
  clientId,
  clientSecret: `secret-of-${clientId}`,
  ...more,
})
/** What was given back, as an editor sends it again. */
const again = ({ instanceId, createdDate, lastModifiedDate, ...document }: Configuration): Configuration =>
  structuredClone(document)

const providerOf = (instanceId: string, index = 0): string => `destination-${instanceId}-${index}`

async function account(name: string, provider: string): Promise<void> {
  const { status, text } = await broker.api.create({ name, provider, destinations: [europe.apiUrl] })
  if (status !== 201) throw new Error(text)
}

test('an entry that has accounts neither goes away nor becomes another client', async () => {
  const { body } = await door.create(configuration(client(europe, 'eu'), client(america, 'us')))
  await account('kept-eu', providerOf(body.instanceId))
  const refused: Array<[Configuration, string]> = [
    [configuration(client(america, 'us')), 'It changes clientId, accessTokenUrl'],
    [configuration(), 'It goes away'],
    [configuration(client(europe, 'other'), client(america, 'us')), 'It changes clientId'],
    [configuration(client(america, 'eu'), client(america, 'us')), 'It changes accessTokenUrl'],
    [configuration(client(europe, 'eu', { grant: 'OAUTH2_PASSWORD' })), 'It changes grant'],
    [configuration({ authType: 'BEARER' }), 'It changes authType'],
  ]
  for (const [changed, detail] of refused) {
    const answer = await door.call('PUT', body.instanceId, changed)
    expect([answer.status, answer.body.code, answer.body.errors]).toEqual([
      409,
      'provider.in_use',
      [expect.objectContaining({ path: `${LIST}/0`, detail: expect.stringContaining(detail) })],
    ])
  }
  expect((await door.call('GET', body.instanceId)).body).toEqual(body)
  europe.calls.length = 0
  await broker.api.call('POST', '/v1/credentials/kept-eu/exchange', {})
  expect(europe.calls.map(({ form }) => form.get('client_secret'))).toEqual(['secret-of-eu'])

  const unused = configuration(client(europe, 'eu', { scope: ['all'] }), client(america, 'them'))
  expect((await door.call('PUT', body.instanceId, unused)).status).toBe(200)
})

const written = (url: string, headers: unknown[] = []) => ({
  accessTokenUrl: undefined,
  accessTokenRequest: {
    destinationServerType: 'URL_BASED',
    urlBasedDestination: { url: { templatingStrategy: 'NONE', value: url } },
    httpTemplate: { httpMethod: 'POST', contentType: 'application/json', headers },
  },
})
const header = (name: string, value: string, templatingStrategy = 'NONE') => ({
  header: name,
  value: { templatingStrategy, value },
})
const headersOf = (document: Configuration): unknown[] =>
  document.customerAuthenticationConfigurations[0].accessTokenRequest.httpTemplate.headers

/** What an account sends when it is exchanged now. */
async function sentBy(name: string) {
  europe.calls.length = 0
  await broker.api.call('POST', `/v1/credentials/${name}/exchange`, {})
  return europe.calls.map(({ headers }) => [headers.authorization, headers.cookie])
}

test('the address of a written request stays too while there are accounts', async () => {
  const { body } = await door.create(configuration(client(europe, 'eu', written(europe.tokenUrl))))
  await account('written', providerOf(body.instanceId))
  const moved = configuration(client(europe, 'eu', written(america.tokenUrl)))
  const answer = await door.call('PUT', body.instanceId, moved)
  expect([answer.status, answer.body.errors.map(({ path }: Configuration) => path)]).toEqual([
    409,
    [`${LIST}/0`],
  ])
})

test('D42: a secret that is left out goes to no other address than before', async () => {
  const { body } = await door.create(configuration(client(europe, 'same'), client(america, 'same')))
  const elsewhere = [again(body), again(body), again(body)] as const
  elsewhere[0].customerAuthenticationConfigurations.shift()
  elsewhere[1].customerAuthenticationConfigurations[0].accessTokenUrl = america.tokenUrl
  elsewhere[2].customerAuthenticationConfigurations[0].refreshTokenUrl = america.tokenUrl
  for (const changed of elsewhere) {
    const answer = await door.call('PUT', body.instanceId, changed)
    expect([answer.status, answer.body.errors?.[0]?.path]).toEqual([400, `${LIST}/0/clientSecret`])
  }
  expect((await door.call('PUT', body.instanceId, again(body))).status).toBe(200)
})

test('a secret header keeps its secret wherever it stands in the list', async () => {
  const both = [header('Cookie', 'sid=cookie-secret'), header('Authorization', 'Basic target-secret')]
  const { body } = await door.create(configuration(client(europe, 'eu', written(europe.tokenUrl, both))))
  const provider = providerOf(body.instanceId)
  await account('headers-before', provider)
  const turned = again(body)
  headersOf(turned).reverse()
  headersOf(turned).unshift(header('X-Env', 'prod'))
  expect((await door.call('PUT', body.instanceId, turned)).status).toBe(200)
  await account('headers-after', provider)
  for (const name of ['headers-before', 'headers-after']) {
    expect(await sentBy(name)).toEqual([['Basic target-secret', 'sid=cookie-secret']])
  }
})

test('D42: a template without anything to render is a secret too where the header is one', async () => {
  const fixed = [header('Authorization', 'Basic canary-constant', 'PEBBLE_V1')]
  const created = await door.create(configuration(client(europe, 'eu', written(europe.tokenUrl, fixed))))
  expect([created.status, created.text]).toEqual([200, expect.not.stringContaining('canary-')])
  const provider = providerOf(created.body.instanceId)
  expect((await broker.api.call('GET', `/v1/providers/${provider}`)).text).not.toContain('canary-')
  await account('constant', provider)
  expect((await door.call('PUT', created.body.instanceId, again(created.body))).status).toBe(200)
  expect(await sentBy('constant')).toEqual([['Basic canary-constant', undefined]])
})

test('a secret header stands once in its list, in whatever letters', async () => {
  const twice = [header('Authorization', 'Basic one'), header('authorization', 'Basic two')]
  const refused = await door.refusal(configuration(client(europe, 'eu', written(europe.tokenUrl, twice))))
  expect(refused).toEqual({
    [`${LIST}/0/accessTokenRequest/httpTemplate/headers/1/header`]: 'field.invalid',
  })
})

test('accounts with a recipe that names the secrets of headers by their index keep them', async () => {
  const headers = [header('Authorization', 'Basic target-secret')]
  const entry = client(europe, 'eu', written(europe.tokenUrl, headers))
  const { body } = await door.create(configuration(entry))
  const { recipe } = (await broker.api.call('GET', `/v1/providers/${providerOf(body.instanceId)}`)).body
  // As it was left behind before the secrets of headers were called by the header.
  const provider = providerOf(body.instanceId, 1)
  const former = await broker.api.call('POST', '/v1/providers', {
    name: provider,
    recipe: JSON.parse(JSON.stringify(recipe).replaceAll('header_authorization', 'secretHeader0')),
    secrets: { secretHeader0: 'Basic target-secret' },
  })
  expect(former.status).toBe(201)
  await account('former', provider)
  const moved = configuration(entry, client(europe, 'eu', written(europe.tokenUrl, headers)))
  for (const env of ['prod', 'test']) {
    const list = [header('X-Env', env), ...headers]
    moved.customerAuthenticationConfigurations[1] = client(europe, 'eu', written(europe.tokenUrl, list))
    expect((await door.call('PUT', body.instanceId, moved)).status).toBe(200)
    expect(await sentBy('former')).toEqual([['Basic target-secret', undefined]])
  }
  await account('present', provider)
  expect(await sentBy('present')).toEqual([['Basic target-secret', undefined]])
})

test('the provider of an entry is changed and deleted by its configuration alone', async () => {
  const { body } = await door.create(configuration(client(europe, 'eu')))
  const path = `/v1/providers/${providerOf(body.instanceId)}`
  const { recipe } = (await broker.api.call('GET', path)).body
  const put = { recipe: { ...recipe, token_url: america.tokenUrl } }
  for (const answer of [await broker.api.call('PUT', path, put), await broker.api.call('DELETE', path)]) {
    expect([answer.status, answer.body.code]).toEqual([409, 'provider.owned'])
    expect(answer.body.hint).toContain(`/data/core/activation/authoring/destinations/${body.instanceId}`)
  }
  expect((await broker.api.call('GET', path)).body).toMatchObject({ version: 1, recipe })
})

const providersOf = async (instanceId: string): Promise<string[]> => {
  const { body } = await broker.api.call('GET', '/v1/providers')
  return body.items.map(({ name }) => name).filter((name) => name.includes(instanceId))
}
const countOfProviders = async (): Promise<number> => (await providersOf('destination-')).length

test('what is refused for one entry changes no other, and says where it stands', async () => {
  const lookahead = { name: 'shop', type: 'string', source: 'CUSTOMER', pattern: '^(?!x)a$' }
  const broken = client(america, 'us', { authenticationDataFields: [lookahead] })
  const at = `${LIST}/1/authenticationDataFields/0/pattern`
  const before = await countOfProviders()
  expect(await door.refusal(configuration(client(europe, 'eu'), broken))).toEqual({ [at]: 'field.invalid' })
  expect(await countOfProviders()).toBe(before)

  const { body } = await door.create(configuration(client(europe, 'eu')))
  const { instanceId } = body
  const scoped = client(europe, 'eu', { scope: ['all'] })
  const refused = await door.call('PUT', instanceId, configuration(scoped, broken))
  expect([refused.status, refused.body.errors[0]?.path]).toEqual([400, at])
  expect(await providersOf(instanceId)).toEqual([providerOf(instanceId)])
  const { version } = (await broker.api.call('GET', `/v1/providers/${providerOf(instanceId)}`)).body
  expect(version).toBe(1)
  const mended = configuration(scoped, client(america, 'us'))
  expect((await door.call('PUT', instanceId, mended)).status).toBe(200)
})

test('a secret that can not be kept is named where it stands', async () => {
  const long = 'x'.repeat(70_000)
  const field = { name: 'apiKey', format: 'password', source: 'PARTNER', value: long }
  const entry = client(europe, 'eu', { clientSecret: long, authenticationDataFields: [field] })
  expect(Object.keys(await door.refusal(configuration(entry))).sort()).toEqual([
    `${LIST}/0/authenticationDataFields/0/value`,
    `${LIST}/0/clientSecret`,
  ])
})

test('of updates that meet, one is made, and a provider that an earlier one left is taken over', async () => {
  const { body } = await door.create(configuration(client(europe, 'eu')))
  const { instanceId } = body
  const left = { name: providerOf(instanceId, 1), recipe: { grant: 'client_credentials' } }
  expect((await broker.api.call('POST', '/v1/providers', left)).status).toBe(201)
  const ids = ['one', 'two', 'three']
  const answers = await Promise.all(
    ids.map((id) => door.call('PUT', instanceId, configuration(client(europe, id), client(america, id)))),
  )
  const outcomes = answers.map(({ status, body }) => (status === 200 ? 'made' : body.code))
  expect(outcomes).toContain('made')
  expect(outcomes.filter((one) => one !== 'made' && one !== 'destination_configuration.changed')).toEqual([])
  const kept = (await door.call('GET', instanceId)).body.customerAuthenticationConfigurations[0].clientId
  for (const name of [providerOf(instanceId), providerOf(instanceId, 1)]) {
    expect((await broker.api.call('GET', `/v1/providers/${name}`)).body.recipe.client_id).toBe(kept)
  }
})

test('a destination that is deleted leaves no provider behind', async () => {
  const { body } = await door.create(configuration(client(europe, 'eu')))
  const { instanceId } = body
  const left = { name: providerOf(instanceId, 1), recipe: { grant: 'client_credentials' } }
  expect((await broker.api.call('POST', '/v1/providers', left)).status).toBe(201)
  expect((await door.call('DELETE', instanceId)).status).toBe(200)
  expect(await providersOf(instanceId)).toEqual([])
})
