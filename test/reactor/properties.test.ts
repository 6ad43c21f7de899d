import { expect, test } from 'vitest'
import { change, create, errorsOf, idsOf, namesOf, openWorld, to } from './world.ts'

const world = openWorld()
const { call } = {
  call: (...rest: Parameters<typeof world.call>) => world.call(...rest),
}

test('two properties may have the same name', async () => {
  const [first, second] = [await world.property({ name: 'Twice' }), await world.property({ name: 'Twice' })]
  const found = await call('GET', `/companies/${world.companyId}/properties?filter[name]=EQ Twice`)
  expect(idsOf(found).toSorted()).toEqual([first, second].toSorted())
})

test('a workspace is one company, under which properties are made, read, changed and deleted', async () => {
  const { companyId } = world
  expect(companyId).toMatch(/^CO[0-9a-f]{32}$/)
  const made = await call(
    'POST',
    `/companies/${companyId}/properties`,
    create('properties', { name: 'Shop', platform: 'edge' }),
  )
  expect(made.status).toBe(201)
  expect(made.headers.get('content-type')).toBe('application/vnd.api+json')
  const { data } = made.body
  expect(data).toMatchObject({
    type: 'properties',
    id: expect.stringMatching(/^PR[0-9a-f]{32}$/),
    attributes: { name: 'Shop', platform: 'edge', enabled: true, domains: [] },
    relationships: { company: { data: { id: companyId, type: 'companies' } } },
    links: { self: expect.stringMatching(new RegExp(`^http://.*/reactor/properties/${data.id}$`)) },
  })
  expect(data.attributes.created_at).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
  expect((await call('GET', `/properties/${data.id}`)).body).toEqual(made.body)
  expect((await call('GET', `/properties/${data.id}/company`)).body.data.id).toBe(companyId)
  const changed = await call(
    'PATCH',
    `/properties/${data.id}`,
    change('properties', data.id, { attributes: { name: 'Shop 2', domains: ['example.com'] } }),
  )
  expect(changed.body.data.attributes).toMatchObject({
    name: 'Shop 2',
    domains: ['example.com'],
    platform: 'edge',
  })
  expect(idsOf(await call('GET', `/companies/${companyId}/properties`))).toContain(data.id)
  const deleted = await call('DELETE', `/properties/${data.id}`)
  expect([deleted.status, deleted.text]).toEqual([204, ''])
  expect(errorsOf(await call('GET', `/properties/${data.id}`))).toEqual([['404', 'not-found', undefined]])
})

test('what is wrong with a property is said with its pointer, all at once', async () => {
  const path = `/companies/${world.companyId}/properties`
  const refused = await call(
    'POST',
    path,
    create('properties', { platform: 'tv', domains: [7], token: 'mine', colour: 'red' }),
  )
  expect(refused.status).toBe(422)
  expect(errorsOf(refused).toSorted()).toEqual([
    ['422', 'invalid-property', '/data/attributes/colour'],
    ['422', 'invalid-property', '/data/attributes/domains/0'],
    ['422', 'invalid-property', '/data/attributes/name'],
    ['422', 'invalid-property', '/data/attributes/platform'],
    ['422', 'read-only', '/data/attributes/token'],
  ])
  const id = await world.property()
  const moved = await call(
    'PATCH',
    `/properties/${id}`,
    change('properties', id, { attributes: { platform: 'web' } }),
  )
  expect(errorsOf(moved)).toEqual([['422', 'read-only', '/data/attributes/platform']])
  const stranger = `CO${'0'.repeat(32)}`
  expect(
    errorsOf(await call('POST', `/companies/${stranger}/properties`, create('properties', { name: 'a' }))),
  ).toEqual([['404', 'not-found', undefined]])
})

test('a property has any number of development environments, and one each of staging and production', async () => {
  const property = await world.property()
  for (const stage of ['development', 'development', 'staging', 'production']) {
    const id = await world.environment(property, stage)
    const { body } = await call('GET', `/environments/${id}`)
    expect(body.data.attributes).toMatchObject({ stage, status: 'succeeded', archive: false })
    expect(body.data.relationships.property.data).toEqual({ id: property, type: 'properties' })
    expect((await call('GET', `/environments/${id}/property`)).body.data.id).toBe(property)
  }
  for (const stage of ['staging', 'production']) {
    const path = `/properties/${property}/environments`
    const second = await call('POST', path, create('environments', { name: 'again', stage }))
    expect(errorsOf(second)).toEqual([['409', 'not-unique', '/data/attributes/stage']])
  }
  const other = await world.property()
  await world.environment(other, 'staging')
  const { body } = await call('GET', `/properties/${property}/environments?filter[stage]=EQ staging`)
  expect(body.meta.pagination.total_count).toBe(1)
  const [staging] = body.data
  const moved = change('environments', staging.id, { attributes: { stage: 'production' } })
  expect(errorsOf(await call('PATCH', `/environments/${staging.id}`, moved))).toEqual([
    ['422', 'read-only', '/data/attributes/stage'],
  ])
  // Once it is gone there is a place for another.
  expect((await call('DELETE', `/environments/${staging.id}`)).status).toBe(204)
  await world.environment(property, 'staging')
})

test('an environment is named anew, and given a host of its property', async () => {
  const property = await world.property()
  const path = `/properties/${property}/hosts`
  const host = (await call('POST', path, create('hosts', { name: 'Managed', type_of: 'akamai' }))).body.data
  expect(host).toMatchObject({ id: expect.stringMatching(/^HT/), attributes: { status: 'succeeded' } })
  const document = create('environments', { name: 'dev' }, { host: to('hosts', host.id) })
  const made = await call('POST', `/properties/${property}/environments`, document)
  const { id } = made.body.data
  expect(made.body.data.relationships.host.data).toEqual({ id: host.id, type: 'hosts' })
  expect((await call('GET', `/environments/${id}/host`)).body.data.id).toBe(host.id)
  const renamed = change('environments', id, { attributes: { name: 'dev 2' } })
  const changed = await call('PATCH', `/environments/${id}`, renamed)
  expect(changed.body.data.attributes.name).toBe('dev 2')
  expect(changed.body.data.relationships.host.data.id).toBe(host.id)
  const nowhere = create('environments', { name: 'x' }, { host: to('hosts', `HT${'0'.repeat(32)}`) })
  expect(errorsOf(await call('POST', `/properties/${property}/environments`, nowhere))).toEqual([
    ['404', 'not-found', '/data/relationships/host/data/id'],
  ])
  const other = await world.property()
  expect(errorsOf(await call('POST', `/properties/${other}/environments`, document))).toEqual([
    ['422', 'invalid-environment', '/data/relationships/host/data/id'],
  ])
})

test('hosts are made as Reactor has them, and never show a key', async () => {
  const property = await world.property()
  const attributes = {
    name: 'Own',
    type_of: 'sftp',
    server: 'example.com',
    path: 'assets',
    port: 22,
    username: 'jane',
  }
  const sent = { ...attributes, encrypted_private_key: '-----BEGIN PGP MESSAGE-----' }
  const made = await call('POST', `/properties/${property}/hosts`, create('hosts', sent))
  const { id } = made.body.data
  expect(made.body.data.attributes).toMatchObject(attributes)
  expect(made.text).not.toContain('PGP')
  const changed = await call(
    'PATCH',
    `/hosts/${id}`,
    change('hosts', id, { attributes: { username: 'joe' } }),
  )
  expect(changed.body.data.attributes).toMatchObject({ ...attributes, username: 'joe' })
  expect((await call('GET', `/hosts/${id}/property`)).body.data.id).toBe(property)
  expect(namesOf(await call('GET', `/properties/${property}/hosts`))).toEqual(['Own'])
  expect((await call('DELETE', `/hosts/${id}`)).status).toBe(204)
  expect((await call('GET', `/hosts/${id}`)).status).toBe(404)
})

test('a deleted property takes everything below it along', async () => {
  const property = await world.property()
  const environment = await world.environment(property, 'staging')
  await call('POST', `/properties/${property}/notes`, create('notes', { text: 'hello' }))
  await call('DELETE', `/properties/${property}`)
  expect((await call('GET', `/environments/${environment}`)).status).toBe(404)
  expect((await call('GET', `/properties/${property}/environments`)).status).toBe(404)
})
