import { afterAll, expect, test } from 'vitest'
import { startTestBroker } from '../broker.ts'
import { startPostgres } from '../postgres.ts'
import { errorsOf, type Json, openWorld, worldOf } from './world.ts'

const world = openWorld()
const closing: Array<() => Promise<unknown>> = []
afterAll(() => Promise.all(closing.map((close) => close())))

const keyWith = async (name: string, scopes: string[], more: Json = {}): Promise<string> =>
  ((await world.broker.api.call('POST', '/v1/callers', { name, scopes, ...more })).body as Json).key

test('a profile says who is asking, in which organization, and with which rights', async () => {
  const key = await keyWith('desk', ['credentials:write', 'tokens:crm.*'])
  const { data } = (await world.call('GET', '/profile', undefined, { key })).body
  expect(data).toEqual({
    id: expect.stringMatching(/^UR[0-9a-f]{32}$/),
    type: 'users',
    attributes: {
      active_org: 'default',
      display_name: 'desk',
      email: null,
      expires_in: null,
      job_function: null,
      organizations: {
        default: {
          name: 'default',
          admin: false,
          active: true,
          login_companies: [world.companyId],
          product_contexts: ['dma_reactor'],
          tenant_id: 'default',
        },
      },
    },
    relationships: {},
    links: { self: `${world.broker.url}/reactor/profile` },
    meta: {
      rights: expect.arrayContaining(['develop', 'publish']),
      scopes: ['credentials:write', 'tokens:crm.*'],
    },
  })
  expect((await world.call('GET', '/profile', undefined, { key })).body.data.id).toBe(data.id)
  const admin = (await world.call('GET', '/profile')).body.data
  expect(admin.attributes.organizations.default.admin).toBe(true)
  expect(admin.id).not.toBe(data.id)
})

test('a key that only reads has no rights, and one that ends says when', async () => {
  const ends = new Date((world.broker.clock.now() + 3_600) * 1000).toISOString()
  const key = await keyWith('reader', ['credentials:read'], { expires_at: ends })
  const { attributes, meta } = (await world.call('GET', '/profile', undefined, { key })).body.data
  expect([attributes.expires_in, meta.rights]).toEqual([3_600, []])
  const { data } = (await world.call('GET', '/profile?fields[users]=email', undefined, { key })).body
  expect(data.attributes).toEqual({ email: null })
  expect(errorsOf(await world.call('GET', '/profile', undefined, { key: 'bsr_nobody' }))).toEqual([
    ['401', 'authentication-failure', undefined],
  ])
  expect(errorsOf(await world.call('GET', '/profile?include=orgs'))).toEqual([
    ['400', 'invalid-parameter', 'include'],
  ])
})

test('a heartbeat has no body, and fails while the database is away', async () => {
  const alive = await world.call('GET', '/heartbeat')
  expect([alive.status, alive.text]).toEqual([204, ''])
  const postgres = await startPostgres()
  closing.push(() => postgres.stop())
  const broker = await startTestBroker({ env: { BURSAR_DATABASE_URL: await postgres.createDatabase() } })
  closing.push(() => broker.close())
  const { call } = await worldOf(broker)
  expect((await call('GET', '/heartbeat')).status).toBe(204)
  await postgres.stop()
  expect(errorsOf(await call('GET', '/heartbeat'))).toEqual([['503', 'internal-error', undefined]])
})
