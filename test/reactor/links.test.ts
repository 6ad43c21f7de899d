import { expect, test } from 'vitest'
import { change, create, errorsOf, type Json, openWorld, to } from './world.ts'

const world = openWorld()

/** Every URL below the door that stands in an answer. */
function linksIn(value: Json): string[] {
  if (typeof value === 'string') return value.startsWith(`${world.broker.url}/reactor/`) ? [value] : []
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(linksIn) : []
}

/** A property with one of everything in it; answers the path of what can be changed. */
async function makeOneOfEach(): Promise<string[]> {
  const property = await world.property()
  const environment = await world.environment(property)
  const made = async (path: string, type: string, attributes: Json, relationships?: Json) => {
    const { status, body } = await world.call('POST', path, create(type, attributes, relationships))
    expect([path, status, body.errors]).toEqual([path, 201, undefined])
    return body.data.id as string
  }
  const secret = await world.secret(property, { type_of: 'token', credentials: { token: 'x' } }, environment)
  await made(`/secrets/${secret.id}/notes`, 'notes', { text: 'a note' })
  const host = await made(`/properties/${property}/hosts`, 'hosts', { name: 'host', type_of: 'akamai' })
  const callback = await made(`/properties/${property}/callbacks`, 'callbacks', {
    url: 'https://hooks.example.com/',
    subscriptions: ['host.created'],
  })
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
  const component = await made(
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
  return [
    `/properties/${property}`,
    `/environments/${environment}`,
    `/secrets/${secret.id}`,
    `/hosts/${host}`,
    `/callbacks/${callback}`,
    `/extensions/${core}`,
    `/data_elements/${element}`,
    `/rules/${rule}`,
    `/rule_components/${component}`,
    `/libraries/${library}`,
  ]
}

test('every link that an answer shows leads somewhere', async () => {
  await makeOneOfEach()
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
  const types = [...seen].map((url) => url.slice(`${world.broker.url}/reactor/`.length).split(/[/?]/)[0])
  expect([...new Set(types)].toSorted()).toEqual([
    'builds',
    'callbacks',
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

test('what was read can be sent back as it is; what only the server writes can not be changed that way', async () => {
  for (const path of await makeOneOfEach()) {
    const before = (await world.call('GET', path)).body
    const same = await world.call('PATCH', path, before)
    expect([path, same.status, same.body.errors]).toEqual([path, 200, undefined])
    const type = path.split('/')[1]!
    if (type === 'secrets') await world.settled(before.data.id)
    const after = (await world.call('GET', path)).body.data
    const { updated_at: _then, dirty: _clean, activated_at: _first, ...attributes } = before.data.attributes
    expect(after.attributes).toMatchObject(attributes)
    expect(after.relationships).toEqual(before.data.relationships)
    const data = structuredClone(after)
    data.attributes.created_at = '2020-01-01T00:00:00.000Z'
    const refused = await world.call('PATCH', path, { data })
    expect([path, errorsOf(refused)]).toEqual([path, [['422', 'read-only', '/data/attributes/created_at']]])
  }
})

test('a document may say what the resource lies in, and nothing else than the path', async () => {
  const [own, other] = [await world.property(), await world.property()]
  const environment = await world.environment(own)
  const secret = await world.secret(own, { type_of: 'token', credentials: { token: 'x' } })
  const { data: extensions } = (await world.call('GET', `/properties/${own}/extensions`)).body
  const attributes = { name: 'x', delegate_descriptor_id: 'core::dataElements::ip' }
  const into = (id: string, related = {}) => ({ property: to('properties', id), ...related })
  const token = { name: 'in place', type_of: 'token', credentials: { token: 'x' } }
  const said = (id: string): Array<[method: string, path: string, document: Json]> => [
    ['POST', `/properties/${own}/secrets`, create('secrets', token, into(id))],
    ['POST', `/properties/${own}/environments`, create('environments', { name: 'x' }, into(id))],
    ['POST', `/properties/${own}/rules`, create('rules', { name: 'x' }, into(id))],
    [
      'POST',
      `/properties/${own}/data_elements`,
      create('data_elements', attributes, into(id, { extension: to('extensions', extensions[0].id) })),
    ],
    [
      'PATCH',
      `/environments/${environment}`,
      change('environments', environment, { relationships: into(id) }),
    ],
    ['PATCH', `/secrets/${secret.id}`, change('secrets', secret.id, { relationships: into(id) })],
  ]
  for (const [method, path, document] of said(other)) {
    const refused = await world.call(method, path, document)
    expect([path, errorsOf(refused)]).toEqual([path, [['409', 'conflict', '/data/relationships/property']]])
  }
  for (const [method, path, document] of said(own))
    expect([path, (await world.call(method, path, document)).status]).toEqual([
      path,
      method === 'POST' ? 201 : 200,
    ])
})
