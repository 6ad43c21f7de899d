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

test('the address of a written request stays too while there are accounts', async () => {
  const request = (url: string) => ({
    accessTokenUrl: undefined,
    accessTokenRequest: {
      destinationServerType: 'URL_BASED',
      urlBasedDestination: { url: { templatingStrategy: 'PEBBLE_V1', value: url } },
      httpTemplate: { httpMethod: 'POST', contentType: 'application/json' },
    },
  })
  const { body } = await door.create(configuration(client(europe, 'eu', request(europe.tokenUrl))))
  await account('written', providerOf(body.instanceId))
  const moved = configuration(client(europe, 'eu', request(america.tokenUrl)))
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
