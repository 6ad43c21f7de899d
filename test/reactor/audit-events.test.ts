import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { openDesk } from './forwarding.ts'
import { change, create, errorsOf, idsOf, type Json, type World, worldOf } from './world.ts'

let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres?.stop())

const DATABASES: Record<string, () => Promise<Record<string, string>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({ BURSAR_DATABASE_URL: await postgres.createDatabase() }),
}

describe.each(Object.entries(DATABASES))('on %s', (_engine, database) => {
  let world: World
  beforeAll(async () => {
    world = await worldOf(await startTestBroker({ env: await database() }))
  })
  afterAll(() => world?.broker.close())

  const eventsOf = async (query: string): Promise<Json[]> =>
    (await world.call('GET', `/audit_events?${query}`)).body.data
  const typesOf = async (query: string): Promise<string[]> =>
    (await eventsOf(query)).map(({ attributes }) => attributes.type_of)
  const written = (entity: string): Json => JSON.parse(entity).data

  test('each change of a resource is an audit event of its property, with what it was called then', async () => {
    const other = await world.property()
    const property = await world.property({ name: 'Orders' })
    const made = await world.call(
      'POST',
      `/properties/${property}/hosts`,
      create('hosts', { name: 'temporary' }),
    )
    const host: string = made.body.data.id
    await world.call('PATCH', `/hosts/${host}`, change('hosts', host, { attributes: { name: 'renamed' } }))
    await world.call('DELETE', `/hosts/${host}`)
    const rename = change('properties', property, { attributes: { name: 'Sales' } })
    await world.call('PATCH', `/properties/${property}`, rename)
    const events = await eventsOf(`filter[property]=EQ ${property}`)
    expect(
      events.map(({ attributes: { type_of, display_name, entity } }) => [
        type_of,
        display_name,
        written(entity).id,
      ]),
    ).toEqual([
      ['property.updated', 'Sales', property],
      ['host.deleted', 'renamed', host],
      ['host.updated', 'renamed', host],
      ['host.created', 'temporary', host],
      ['property.created', 'Orders', property],
    ])
    const [, deleted] = events
    expect(deleted.attributes).toMatchObject({
      attributed_to_display_name: 'admin',
      created_at: new Date(world.broker.clock.now() * 1000).toISOString(),
    })
    expect(written(deleted.attributes.entity)).toEqual({
      id: host,
      type: 'hosts',
      attributes: { name: 'renamed' },
      links: { self: `${world.broker.url}/reactor/hosts/${host}` },
    })
    expect(deleted.relationships).toMatchObject({
      property: { data: { type: 'properties', id: property } },
      entity: { data: { type: 'hosts', id: host } },
    })
    expect((await world.call('GET', `/audit_events/${deleted.id}`)).body.data).toEqual(deleted)
    const linkage = await world.call('GET', `/audit_events/${deleted.id}/relationships/property`)
    expect(linkage.body.data.id).toBe(property)
    expect(await typesOf(`filter[property]=EQ ${other}`)).toEqual(['property.created'])
    // The native trail has the same line.
    const { body: trail } = await world.broker.api.call('GET', `/v1/audit?subject=${host}&limit=1`)
    expect((trail as Json).items[0]).toMatchObject({
      action: 'reactor.host.delete',
      detail: { event: 'host.deleted', property, entity: host, name: 'renamed' },
    })
  })

  test('rules, data elements, secrets, libraries and builds have audit events', async () => {
    const desk = await openDesk(world)
    const at = `filter[property]=EQ ${desk.propertyId}&page[size]=100`
    const environment = await world.environment(desk.propertyId)
    const token = { type_of: 'token', credentials: { token: 'secret-of-the-trail' } }
    const secret = await world.secret(desk.propertyId, { name: 'crm', ...token }, environment)
    const element = await desk.secretElement('token', { development: secret.id })
    const rule = await desk.rule('forward', { actions: [{ method: 'GET', url: 'https://a.example/' }] })
    const library = await desk.library(environment, { data_elements: [element], rules: [rule] })
    const build = await desk.build(library)
    const renamed = change('secrets', secret.id, { attributes: { name: 'crm 2' } })
    await world.call('PATCH', `/secrets/${secret.id}`, renamed)
    await world.settled(secret.id)
    await world.call('DELETE', `/secrets/${secret.id}`)
    const [component] = idsOf(await world.call('GET', `/rules/${rule}/rule_components`))
    await world.call('DELETE', `/rule_components/${component}`)
    await world.call('DELETE', `/rules/${rule}`)
    const about = async (id: string) =>
      (await eventsOf(`${at}&sort=created_at`))
        .filter(({ relationships }) => relationships.entity.data.id === id)
        .map(({ attributes }) => attributes.type_of)
    expect(await about(secret.id)).toEqual(['secret.created', 'secret.updated', 'secret.deleted'])
    expect(await about(element)).toEqual(['data_element.created', 'data_element.updated'])
    expect(await about(rule)).toEqual(['rule.created', 'rule.updated', 'rule.deleted'])
    expect(await about(component!)).toEqual(['rule_component.created', 'rule_component.deleted'])
    expect(await about(build.id)).toEqual(['build.created'])
    expect(new Set(await about(library))).toEqual(new Set(['library.created', 'library.updated']))
    expect(await typesOf(`${at}&filter[type_of]=EQ environment.created,EQ build.created`)).toEqual([
      'build.created',
      'environment.created',
    ])
    expect(JSON.stringify(await eventsOf(at))).not.toContain('secret-of-the-trail')
    const { body: chain } = await world.broker.api.call('GET', '/v1/audit/verification')
    expect((chain as Json).intact).toBe(true)
  })

  test('audit events are paged, sorted and filtered by time, kind and name', async () => {
    const property = await world.property({ name: 'Paged' })
    const at = `filter[property]=EQ ${property}`
    for (const name of ['a', 'B', 'c']) {
      world.broker.clock.advance(10)
      await world.call('POST', `/properties/${property}/hosts`, create('hosts', { name }))
    }
    const names = async (query: string) =>
      (await eventsOf(`${at}&${query}`)).map(({ attributes }) => attributes.display_name).join(' ')
    expect(await names('')).toBe('c B a Paged')
    expect(await names('sort=created_at')).toBe('Paged a B c')
    expect(await names('sort=-display_name')).toBe('c a Paged B')
    expect(await names('filter[display_name]=CONTAINS b')).toBe('B')
    expect(await names('filter[type_of]=NOT host.created')).toBe('Paged')
    const [, { attributes }] = await eventsOf(at)
    expect(await names(`filter[created_at]=LT ${attributes.created_at}`)).toBe('a Paged')
    const page = await world.call('GET', `/audit_events?${at}&page[size]=3&page[number]=2`)
    expect(page.body.data.map(({ attributes }: Json) => attributes.display_name)).toEqual(['Paged'])
    expect(page.body.meta.pagination).toEqual({
      current_page: 2,
      next_page: null,
      prev_page: 1,
      total_pages: 2,
      total_count: 4,
    })
    expect(
      (await world.call('GET', `/audit_events?${at}&page[number]=9`)).body.meta.pagination,
    ).toMatchObject({ total_count: 4 })
  })

  test('an id that is of no audit event is not found, and reading takes the scope of the trail', async () => {
    const [event] = await eventsOf('page[size]=1')
    const caller = await world.broker.api.call('POST', '/v1/callers', {
      name: 'no auditor',
      scopes: ['credentials:write'],
    })
    // That line is one of the trail, and no audit event.
    const lineOf = (seq: number) => `${event.id.slice(0, -12)}${seq.toString(16).padStart(12, '0')}`
    const newest = Number.parseInt(event.id.slice(-12), 16)
    for (const id of [
      lineOf(newest + 1),
      lineOf(999_999),
      lineOf(0),
      `AE${'0'.repeat(32)}`,
      'AE1',
      event.id.slice(2),
    ])
      expect([id, errorsOf(await world.call('GET', `/audit_events/${id}`))]).toEqual([
        id,
        [['404', 'not-found', undefined]],
      ])
    const { key } = caller.body as Json
    for (const path of ['/audit_events', `/audit_events/${event.id}`])
      expect(errorsOf(await world.call('GET', path, undefined, { key }))).toEqual([
        ['403', 'not-authorized', undefined],
      ])
  })
})
