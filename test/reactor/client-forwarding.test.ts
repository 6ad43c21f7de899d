import Kitsu from 'kitsu'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { ADMIN_KEY } from '../broker.ts'
import { type HttpServer, readText, startHttpServer } from '../http-server.ts'
import { sendEvent, statusesOf } from './forwarding.ts'
import { startTokenServer, type TokenServer } from './token-server.ts'
import { change, type Json, openWorld } from './world.ts'

const world = openWorld()
let tokens: TokenServer
let destination: HttpServer
let client: Kitsu
const received: Array<{ authorization: string | undefined; body: Json }> = []

beforeAll(async () => {
  tokens = await startTokenServer()
  destination = await startHttpServer(async (request, response) => {
    received.push({ authorization: request.headers.authorization, body: JSON.parse(await readText(request)) })
    response.end('{}')
  })
  client = new Kitsu({
    baseURL: `${world.broker.url}/reactor`,
    headers: { Authorization: `Bearer ${ADMIN_KEY}` },
    camelCaseTypes: false,
    resourceCase: 'none',
    pluralize: false,
  })
})
afterAll(() => Promise.all([tokens?.close(), destination?.close()]))

test('a JSON:API client that knows nothing of this API brings an event to a server with a live token', async () => {
  const make = async (below: string, type: string, fields: Json): Promise<Json> =>
    ((await client.create(`${below}/${type}`, { type, ...fields })) as Json).data
  const link = (type: string, id: string) => ({ data: { type, id } })
  const [company] = ((await client.get('companies')) as Json).data
  const property = await make(`companies/${company.id}`, 'properties', { name: 'Shop', platform: 'edge' })
  const below = `properties/${property.id}`
  const environments: Record<string, Json> = {}
  for (const stage of ['development', 'staging', 'production']) {
    environments[stage] = await make(below, 'environments', { name: stage, stage })
  }
  tokens.answer = { status: 401, body: { error: 'invalid_client' } }
  const secret = await make(below, 'secrets', {
    name: 'crm',
    type_of: 'oauth2-client_credentials',
    credentials: { client_id: 'c', client_secret: 's', token_url: `${tokens.url}/token` },
    environment: link('environments', environments.development.id),
  })
  const packages = (await client.get('extension_packages', {
    params: { filter: { name: 'EQ adobe-cloud-connector' } },
  })) as Json
  const connector = await make(below, 'extensions', {
    extension_package: link('extension_packages', packages.data[0].id),
  })
  const element = (name: string, delegate: string, settings: Json) =>
    make(below, 'data_elements', {
      name,
      delegate_descriptor_id: `core::dataElements::${delegate}`,
      settings: JSON.stringify(settings),
    })
  const token = await element('token', 'secret', { secrets: { development: { id: secret.id, name: 'crm' } } })
  const order = await element('order', 'path', { path: 'arc.event.xdm.order' })
  const rule = await make(below, 'rules', { name: 'Orders' })
  await make(below, 'rule_components', {
    name: 'Send',
    delegate_descriptor_id: 'adobe-cloud-connector::actions::send-data',
    settings: JSON.stringify({
      method: 'POST',
      url: `${destination.url}/orders`,
      headers: [{ key: 'Authorization', value: 'Bearer {{token}}' }],
      body: { order: '{{order}}' },
    }),
    extension: link('extensions', connector.id),
    rules: { data: [{ type: 'rules', id: rule.id }] },
  })
  const library = await make(below, 'libraries', {
    name: 'First',
    environment: link('environments', environments.development.id),
  })
  // Relationships are for raw calls: the client writes resources only.
  const add = (type: string, ids: string[]) =>
    world.call('POST', `/libraries/${library.id}/relationships/${type}`, {
      data: ids.map((id) => ({ type, id })),
    })
  expect((await add('data_elements', [token.id, order.id])).status).toBe(200)
  expect((await add('rules', [rule.id])).status).toBe(200)
  const build = async () => (await world.call('POST', `/libraries/${library.id}/builds`)).body.data

  await world.settled(secret.id)
  const failed = await build()
  expect(failed.attributes.status).toBe('failed')
  const read = ((await client.get(`builds/${failed.id}`)) as Json).data
  expect(read).toMatchObject({
    status: 'failed',
    meta: { status_details: { errors: [{ code: 'secret-not-ready' }] } },
  })

  tokens.answer = {}
  const retry = { attributes: { type_of: 'oauth2-client_credentials' }, meta: { action: 'retry' } }
  await world.call('PATCH', `/secrets/${secret.id}`, change('secrets', secret.id, retry))
  await awaitUntil('the secret has succeeded', async () => {
    const { data } = (await client.get(`secrets/${secret.id}`)) as Json
    return data.status === 'succeeded' || undefined
  })
  expect((await build()).attributes.status).toBe('succeeded')

  const event = { xdm: { order: { id: 'o-1' } } }
  expect(statusesOf(await sendEvent(world, environments.development.id, event))).toEqual(['success'])
  expect(received).toEqual([
    { authorization: expect.stringMatching(/^Bearer token-\d+$/), body: { order: { id: 'o-1' } } },
  ])
  const list = (
    (await client.get(`libraries/${library.id}/builds`, { params: { sort: '-created_at' } })) as Json
  ).data
  expect(list.map(({ status }: Json) => status).toSorted()).toEqual(['failed', 'succeeded'])
})
