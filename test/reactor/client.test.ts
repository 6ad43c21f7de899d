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

test("calls as Adobe's own SDK for this API makes them are answered", async () => {
  // Its header block, and paths with unencoded brackets in the query.
  const headers = {
    Accept: 'application/vnd.api+json;revision=1',
    'Content-Type': 'application/vnd.api+json',
    'Cache-control': 'no-cache',
    Authorization: `Bearer ${ADMIN_KEY}`,
    'X-Api-Key': 'Activation-DTM',
    'User-Agent': 'adobe/reactor-sdk/javascript/1.0.0',
  }
  const sdk = async (method: string, path: string, data?: Json) => {
    const body = data === undefined ? {} : { body: JSON.stringify({ data }) }
    const response = await fetch(`${world.broker.url}/reactor${path}`, { method, headers, ...body })
    const isJson = response.headers.get('content-type')?.includes('application/vnd.api+json')
    return { status: response.status, ...(isJson ? ((await response.json()) as Json) : { data: null }) }
  }
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
  const query = new URLSearchParams({ 'filter[name]': 'CONTAINS eepy,CONTAINS nothing', sort: '-name' })
  const found = await sdk('GET', `/properties/${id}/environments?${query}`)
  expect(found.data.map(({ attributes }: Json) => attributes.name)).toEqual(['Sleepy Updated'])
  const note = await sdk('POST', `/properties/${id}/notes`, { type: 'notes', attributes: { text: 'a note' } })
  expect(note.status).toBe(201)
  const picker = 'page[size]=999&page[number]=1&filter[environment_id]=NOT null'
  expect((await sdk('GET', `/properties/${id}/secrets?${picker}`)).data).toEqual([])
  expect(await sdk('DELETE', `/properties/${id}`)).toEqual({ status: 204, data: null })
})
