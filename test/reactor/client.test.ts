import Kitsu from 'kitsu'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { ADMIN_KEY } from '../broker.ts'
import { startTokenServer, type TokenServer } from './token-server.ts'
import { type Json, openWorld } from './world.ts'

const world = openWorld()
let tokens: TokenServer
let client: Kitsu

beforeAll(async () => {
  tokens = await startTokenServer()
  client = new Kitsu({
    baseURL: `${world.broker.url}/reactor`,
    headers: { Authorization: `Bearer ${ADMIN_KEY}` },
    // Types are names of the API as they are.
    camelCaseTypes: false,
    resourceCase: 'none',
    pluralize: false,
  })
})
afterAll(() => tokens?.close())

const failureOf = async (work: Promise<unknown>): Promise<Json> =>
  work.then(
    () => null,
    (error: Json) => error.errors,
  )

test('a JSON:API client that knows nothing of this API does properties, environments and secrets', async () => {
  const { data: companies } = (await client.get('companies')) as Json
  const company = companies[0].id
  const { data: property } = (await client.create(`companies/${company}/properties`, {
    type: 'properties',
    name: 'By a client',
    platform: 'edge',
  })) as Json
  expect(property).toMatchObject({
    name: 'By a client',
    platform: 'edge',
    company: { data: { id: company } },
  })
  const { data: environment } = (await client.create(`properties/${property.id}/environments`, {
    type: 'environments',
    name: 'dev',
  })) as Json
  expect(environment).toMatchObject({ type: 'environments', stage: 'development' })

  const { data: made } = (await client.create(`properties/${property.id}/secrets`, {
    type: 'secrets',
    name: 'crm',
    type_of: 'oauth2-client_credentials',
    credentials: { client_id: 'c', client_secret: 's', token_url: `${tokens.url}/token` },
    environment: { data: { type: 'environments', id: environment.id } },
  })) as Json
  const read = async () => ((await client.get(`secrets/${made.id}`)) as Json).data
  const secret = await awaitUntil('it has succeeded', async () => {
    const seen = await read()
    return seen.status === 'succeeded' && seen
  })
  expect(secret).toMatchObject({ name: 'crm', environment: { data: { id: environment.id } } })
  expect(secret.credentials).not.toHaveProperty('client_secret')

  await client.update('secrets', { id: made.id, name: 'crm 2' })
  expect((await read()).name).toBe('crm 2')
  const list = (await client.get(`environments/${environment.id}/secrets`, {
    params: { page: { size: 1, number: 1 }, filter: { name: 'EQ crm 2' }, sort: '-created_at' },
  })) as Json
  expect(list.data.map(({ id }: Json) => id)).toEqual([made.id])
  expect(list.meta.pagination).toMatchObject({ total_count: 1, next_page: null })
  expect(((await client.get(`secrets/${made.id}/property`)) as Json).data.id).toBe(property.id)

  const [taken] = await failureOf(
    client.create(`properties/${property.id}/secrets`, {
      type: 'secrets',
      name: 'crm 2',
      type_of: 'token',
      credentials: { token: 'x' },
    }),
  )
  expect(taken).toMatchObject({
    status: '409',
    code: 'not-unique',
    source: { pointer: '/data/attributes/name' },
  })
  await client.delete('secrets', made.id)
  expect(await failureOf(client.get(`secrets/${made.id}`))).toMatchObject([{ status: '404' }])
  await client.delete('environments', environment.id)
  await client.delete('properties', property.id)
  expect(await failureOf(client.get(`properties/${property.id}`))).toMatchObject([{ status: '404' }])
})

/** As Adobe's own SDK sends: its header block, also without a body; unencoded brackets; extra members beside data. */
const sdk = async (method: string, path: string, data?: Json, beside: Json = {}) => {
  const headers = {
    Accept: 'application/vnd.api+json;revision=1',
    'Content-Type': 'application/vnd.api+json',
    'Cache-control': 'no-cache',
    Authorization: `Bearer ${ADMIN_KEY}`,
    'X-Api-Key': 'Activation-DTM',
    'x-gw-ims-org-id': 'ORG@AdobeOrg',
    'User-Agent': 'adobe/reactor-sdk/javascript/1.0.0',
  }
  const body = data === undefined ? {} : { body: JSON.stringify({ data, ...beside }) }
  const response = await fetch(`${world.broker.url}/reactor${path}`, { method, headers, ...body })
  const isJson = response.headers.get('content-type')?.includes('application/vnd.api+json')
  return { status: response.status, ...(isJson ? ((await response.json()) as Json) : { data: null }) }
}

test("calls as Adobe's own SDK for this API makes them are answered", async () => {
  const company = world.companyId
  const property = await sdk('POST', `/companies/${company}/properties`, {
    attributes: { domains: ['testing.example.com'], name: 'Reactor SDK', platform: 'web' },
    type: 'properties',
  })
  const { id } = property.data
  expect((await sdk('GET', `/properties/${id}/company`)).data.id).toBe(company)
  const host = await sdk('POST', `/properties/${id}/hosts`, {
    attributes: { name: 'Managed', type_of: 'akamai' },
    type: 'hosts',
  })
  const environment = await sdk('POST', `/properties/${id}/environments`, {
    type: 'environments',
    attributes: { name: 'Sleepy', stage: 'development', path: 'https://example.com/' },
    relationships: { host: { data: { type: 'hosts', id: host.data.id } } },
  })
  expect(environment.status).toBe(201)
  expect((await sdk('GET', `/environments/${environment.data.id}/property`)).data.id).toBe(id)
  const updated = await sdk('PATCH', `/environments/${environment.data.id}`, {
    attributes: { name: 'Sleepy Updated' },
    id: environment.data.id,
    type: 'environments',
  })
  expect(updated.data.attributes.name).toBe('Sleepy Updated')
  const query = new URLSearchParams({ 'filter[name]': 'CONTAINS sleepy,LIKE nothing', sort: '-name' })
  const found = await sdk('GET', `/properties/${id}/environments?${query}`)
  expect(found.data.map(({ attributes }: Json) => attributes.name)).toEqual(['Sleepy Updated'])
  const note = await sdk('POST', `/properties/${id}/notes`, { type: 'notes', attributes: { text: 'a note' } })
  expect(note.status).toBe(201)
  const { data: user } = await sdk('GET', '/profile')
  expect([user.type, user.id]).toEqual(['users', expect.stringMatching(/^UR[0-9a-f]{32}$/)])
  // Without a document the SDK answers null.
  expect(await sdk('GET', '/heartbeat')).toEqual({ status: 204, data: null })
  const events = new URLSearchParams({
    'filter[property]': `EQ ${id}`,
    'page[number]': '1',
    'page[size]': '100',
  })
  const { data: trail, meta } = await sdk('GET', `/audit_events?${events}`)
  expect(meta.pagination.next_page).toBeNull()
  const happened = (type: string, entity: string) =>
    trail.find(
      ({ attributes }: Json) =>
        attributes.type_of === type && JSON.parse(attributes.entity).data.id === entity,
    )
  expect(happened('property.created', id).relationships.property.data.id).toBe(id)
  const event = happened('environment.updated', environment.data.id)
  expect((await sdk('GET', `/audit_events/${event.id}`)).data.attributes.type_of).toBe('environment.updated')
  // The SDK makes a callback without saying its type.
  const callback = await sdk('POST', `/properties/${id}/callbacks`, {
    attributes: { url: 'https://hooks.example.com', subscriptions: ['rule.created', 'data_element.created'] },
  })
  expect(callback.data.id).toMatch(/^CB[0-9a-f]{32}$/)
  const hook = `/callbacks/${callback.data.id}`
  expect((await sdk('GET', `${hook}/property`)).data.id).toBe(id)
  const moved = { url: 'https://eleanor.example.com', subscriptions: ['rule.deleted'] }
  await sdk('PATCH', hook, { attributes: moved, id: callback.data.id, type: 'callbacks' })
  expect((await sdk('GET', hook)).data.attributes).toMatchObject(moved)
  expect((await sdk('GET', `/properties/${id}/callbacks`)).data).toHaveLength(1)
  expect(await sdk('DELETE', hook)).toEqual({ status: 204, data: null })
  expect((await sdk('GET', hook)).status).toBe(404)
  const picker = 'page[size]=999&page[number]=1&filter[environment_id]=NOT null'
  expect((await sdk('GET', `/properties/${id}/secrets?${picker}`)).data).toEqual([])
  expect(await sdk('DELETE', `/properties/${id}`)).toEqual({ status: 204, data: null })
})

test("a library goes to production by calls as Adobe's own SDK makes them", async () => {
  const company = world.companyId
  const made = async (path: string, type: string, attributes: Json, relationships?: Json) => {
    const { status, data, errors } = await sdk('POST', path, { type, attributes, relationships })
    expect([path, status, errors]).toEqual([path, 201, undefined])
    return data
  }
  const revise = async (type: string, id: string) =>
    (await sdk('PATCH', `/${type}/${id}`, { id, attributes: {}, type, meta: { action: 'revise' } })).data.id
  const one = (type: string, id: string) => ({ data: { type, id } })
  const property = await made(`/companies/${company}/properties`, 'properties', {
    name: 'SDK',
    platform: 'edge',
  })
  const below = `/properties/${property.id}`
  const packages = await sdk(
    'GET',
    '/extension_packages?filter[platform]=EQ edge&max_availability=private&sort=%2Bname&page[number]=1&page[size]=100',
  )
  const connector = packages.data.find((each: Json) => each.attributes.name === 'adobe-cloud-connector')
  const installed = await made(
    `${below}/extensions`,
    'extensions',
    { delegate_descriptor_id: 'adobe-cloud-connector::extensionConfiguration::config', settings: '{}' },
    { extension_package: one('extension_packages', connector.id) },
  )
  const core = (await sdk('GET', `${below}/extensions?filter[name]=EQ core`)).data[0]
  const element = await made(
    `${below}/data_elements`,
    'data_elements',
    { name: 'who', delegate_descriptor_id: 'core::dataElements::constant', settings: '{"value":"ann"}' },
    { extension: one('extensions', core.id) },
  )
  const revised = await revise('data_elements', element.id)
  expect((await sdk('GET', `/data_elements/${element.id}/revisions`)).data.map(({ id }: Json) => id)).toEqual(
    [element.id, revised],
  )
  const rule = await made(`${below}/rules`, 'rules', { name: 'forward' })
  const component = await made(
    `${below}/rule_components`,
    'rule_components',
    {
      name: 'send',
      order: 0,
      delegate_descriptor_id: 'adobe-cloud-connector::actions::send-data',
      settings: JSON.stringify({ method: 'GET', url: 'https://example.com/{{who}}' }),
    },
    { extension: one('extensions', installed.id), rules: { data: [{ type: 'rules', id: rule.id }] } },
  )
  const library = (await made(`${below}/libraries`, 'libraries', { name: 'Erwin' })).id
  const related = `/libraries/${library}/relationships`
  for (const [type, ids] of [
    ['data_elements', [await revise('data_elements', element.id)]],
    ['rules', [await revise('rules', rule.id)]],
    ['extensions', [await revise('extensions', core.id), await revise('extensions', installed.id)]],
  ] as const) {
    const named = ids.map((id) => ({ id, type }))
    expect((await sdk('POST', `${related}/${type}`, named)).data).toEqual(named)
    expect((await sdk('GET', `${related}/${type}`)).data).toEqual(named)
    expect((await sdk('PATCH', `${related}/${type}`, named)).data).toEqual(named)
  }
  for (const [stage, action] of [
    ['development', 'submit'],
    ['staging', 'approve'],
    ['production', undefined],
  ]) {
    const { id } = await made(`${below}/environments`, 'environments', { name: stage, stage })
    const set = await sdk('PATCH', `${related}/environment`, { id, type: 'environments' }, { id: library })
    expect(set).toMatchObject({ status: 200, data: { id, type: 'environments' } })
    expect(set.links.self).toMatch(new RegExp(`${related}/environment$`))
    const build = await sdk('POST', `/libraries/${library}/builds`)
    expect([build.status, build.data.attributes.status]).toEqual([201, 'succeeded'])
    const built = await sdk('GET', `/builds/${build.data.id}/rules?filter[name]=CONTAINS forw,CONTAINS other`)
    expect(built.data.map(({ attributes }: Json) => attributes.name)).toEqual(['forward'])
    const none = await sdk('GET', `/builds/${build.data.id}/rules?filter[name]=CONTAINS other`)
    expect(none.data).toEqual([])
    if (action === undefined) continue
    expect((await sdk('GET', `/environments/${id}/library`)).data.id).toBe(library)
    const moved = await sdk('PATCH', `/libraries/${library}`, {
      id: library,
      type: 'libraries',
      meta: { action },
    })
    expect(moved.data.attributes.state).toBe({ submit: 'submitted', approve: 'approved' }[action])
  }
  expect((await sdk('GET', `/libraries/${library}`)).data.attributes.state).toBe('published')
  expect((await sdk('DELETE', `/rule_components/${component.id}`)).data).toBeNull()
  const gone = await sdk('GET', `/rule_components/${component.id}`)
  expect(gone.data.attributes.deleted_at).toMatch(/Z$/)
  expect((await sdk('DELETE', `/rules/${rule.id}`)).data).toBeNull()
  expect((await sdk('GET', `/rules/${rule.id}`)).data.meta.deleted_at).toMatch(/Z$/)
  // What is not offered says so in the same shape.
  expect(await sdk('GET', '/search')).toMatchObject({
    status: 404,
    errors: [{ status: '404', code: 'not-found' }],
  })
})
