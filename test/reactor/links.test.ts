import { expect, test } from 'vitest'
import { create, type Json, openWorld, to } from './world.ts'

const world = openWorld()

/** Every URL below the door that stands in an answer. */
function linksIn(value: Json): string[] {
  if (typeof value === 'string') return value.startsWith(`${world.broker.url}/reactor/`) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linksIn) : []
}

test('every link that an answer shows leads somewhere', async () => {
  const property = await world.property()
  const environment = await world.environment(property)
  const made = async (path: string, type: string, attributes: Json, relationships?: Json) => {
    const { status, body } = await world.call('POST', path, create(type, attributes, relationships))
    expect([path, status, body.errors]).toEqual([path, 201, undefined])
    return body.data.id as string
  }
  const secret = await world.secret(property, { type_of: 'token', credentials: { token: 'x' } }, environment)
  await made(`/secrets/${secret.id}/notes`, 'notes', { text: 'a note' })
  await made(`/properties/${property}/hosts`, 'hosts', { name: 'host', type_of: 'akamai' })
  const { data: extensions } = (await world.call('GET', `/properties/${property}/extensions`)).body
  const core = extensions[0].id
  const element = await made(
    `/properties/${property}/data_elements`,
    'data_elements',
    {
      name: 'element',
      delegate_descriptor_id: 'core::dataElements::secret',
      settings: JSON.stringify({ secrets: { development: { id: secret.id, name: 'x' } } }),
    },
    { extension: to('extensions', core) },
  )
  const rule = await made(`/properties/${property}/rules`, 'rules', { name: 'rule' })
  await made(
    `/rules/${rule}/rule_components`,
    'rule_components',
    {
      name: 'component',
      delegate_descriptor_id: 'core::conditions::value-comparison',
      settings: JSON.stringify({
        leftOperand: '{{element}}',
        comparison: { operator: 'equals' },
        rightOperand: 'a',
      }),
    },
    { extension: to('extensions', core) },
  )
  const library = await made(
    `/properties/${property}/libraries`,
    'libraries',
    { name: 'library' },
    { environment: to('environments', environment) },
  )
  for (const [type, id] of [
    ['extensions', core],
    ['data_elements', element],
    ['rules', rule],
  ]) {
    const added = { data: [{ type, id, meta: { action: 'revise' } }] }
    expect((await world.call('POST', `/libraries/${library}/relationships/${type}`, added)).status).toBe(200)
  }
  const { body: build } = await world.call('POST', `/libraries/${library}/builds`)
  expect(build.data.attributes.status).toBe('succeeded')

  const seen = new Set<string>()
  const waiting = [`${world.broker.url}/reactor/companies`]
  const dead: Array<[string, number]> = []
  for (let url = waiting.pop(); url !== undefined; url = waiting.pop()) {
    // Where events are sent to is no resource.
    if (seen.has(url) || url.includes('/reactor/edge/')) continue
    seen.add(url)
    const { status, body } = await world.call('GET', url.slice(`${world.broker.url}/reactor`.length))
    if (status !== 200) dead.push([url, status])
    waiting.push(...linksIn(body))
  }
  expect(dead).toEqual([])
  const types = [...seen].map((url) => url.slice(`${world.broker.url}/reactor/`.length).split('/')[0])
  expect([...new Set(types)].toSorted()).toEqual([
    'builds',
    'companies',
    'data_elements',
    'environments',
    'extension_packages',
    'extensions',
    'hosts',
    'libraries',
    'notes',
    'properties',
    'rule_components',
    'rules',
    'secrets',
  ])
})

test('the linkage of a relationship is read by itself, where the resource shows it', async () => {
  const property = await world.property()
  const environment = await world.environment(property)
  const token = { type_of: 'token', credentials: { token: 'x' } }
  const bound = await world.secret(property, token, environment)
  const free = await world.secret(property, token)
  const read = async (path: string) => (await world.call('GET', path)).body
  const path = `/secrets/${bound.id}/relationships/environment`
  expect(await read(path)).toEqual({
    data: { type: 'environments', id: environment },
    links: {
      self: `${world.broker.url}/reactor${path}`,
      related: `${world.broker.url}/reactor/secrets/${bound.id}/environment`,
    },
  })
  expect((await read(`/secrets/${free.id}/relationships/environment`)).data).toBeNull()
  expect((await read(`/environments/${environment}/relationships/property`)).data.id).toBe(property)
  for (const name of ['nothing', 'notes', '__proto__']) {
    const { status, body } = await world.call('GET', `/secrets/${bound.id}/relationships/${name}`)
    expect([name, status, body.errors[0].code]).toEqual([name, 404, 'not-found'])
  }
})
