import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, temporaryFolder } from '../broker.ts'
import { type HttpServer, readText, startHttpServer } from '../http-server.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { change, create, errorsOf, idsOf, type Json, openWorld, type World, worldOf } from './world.ts'

const world = openWorld()
const MINUTE = 60
const HOUR = 60 * MINUTE

/** Where messages go. */
let hook: HttpServer
let received: Array<{ path: string; contentType: string | undefined; data: Json }> = []
/** What it answers next, by path; 200 where nothing is said. */
let answers: Record<string, number[]> = {}
beforeAll(async () => {
  hook = await startHttpServer(async (request, response) => {
    const { data } = JSON.parse(await readText(request))
    received.push({ path: request.url!, contentType: request.headers['content-type'], data })
    response.statusCode = answers[request.url!]?.shift() ?? 200
    response.end()
  })
})
afterAll(() => hook?.close())
beforeEach(() => {
  received = []
  answers = {}
})

let postgres: PostgresServer | undefined
const closing: Array<() => Promise<unknown>> = []
afterEach(async () => {
  for (const close of closing.splice(0)) await close()
})
afterAll(() => postgres?.stop())

async function callback(at: World, property: string, subscriptions: string[], url = `${hook.url}/hook`) {
  const document = create('callbacks', { url, subscriptions })
  const { status, body } = await at.call('POST', `/properties/${property}/callbacks`, document)
  expect([status, body.errors]).toEqual([201, undefined])
  return body.data.id as string
}

async function rule(at: World, property: string, name: string): Promise<string> {
  const { body } = await at.call('POST', `/properties/${property}/rules`, create('rules', { name }))
  return body.data.id
}

const metaOf = async (at: World, id: string): Promise<Json> =>
  (await at.call('GET', `/callbacks/${id}`)).body.data.meta

const toldTo = (path: string): string[] =>
  received
    .filter((one) => one.path === path)
    .map(({ data: { attributes } }) => `${attributes.type_of} ${attributes.display_name}`)

test('a callback is made, listed, changed and deleted', async () => {
  const property = await world.property()
  const path = `/properties/${property}/callbacks`
  // As Adobe's SDK makes one: without saying the type.
  const attributes = { url: 'https://hooks.example.com/', subscriptions: ['rule.created'] }
  const made = await world.call('POST', path, { data: { attributes } })
  expect([made.status, made.body.data]).toEqual([
    201,
    expect.objectContaining({
      id: expect.stringMatching(/^CB[0-9a-f]{32}$/),
      type: 'callbacks',
      attributes: expect.objectContaining(attributes),
      meta: { waiting: 0, last_failure: null },
    }),
  ])
  const { id } = made.body.data
  expect(idsOf(await world.call('GET', path))).toEqual([id])
  expect((await world.call('GET', `/callbacks/${id}/property`)).body.data.id).toBe(property)
  const moved = { url: 'https://eleanor.example.com', subscriptions: ['rule.deleted', 'build.created'] }
  await world.call('PATCH', `/callbacks/${id}`, change('callbacks', id, { attributes: moved }))
  expect((await world.call('GET', `/callbacks/${id}`)).body.data.attributes).toMatchObject(moved)
  expect((await world.call('DELETE', `/callbacks/${id}`)).status).toBe(204)
  expect((await world.call('GET', `/callbacks/${id}`)).status).toBe(404)
  const other = await callback(world, property, ['rule.created'])
  await world.call('DELETE', `/properties/${property}`)
  expect((await world.call('GET', `/callbacks/${other}`)).status).toBe(404)
})

test('what can not be told, or where to, is refused with a pointer', async () => {
  const property = await world.property()
  const path = `/properties/${property}/callbacks`
  const good = { url: 'https://hooks.example.com/', subscriptions: ['rule.created'] }
  for (const [attributes, pointer] of [
    [{ subscriptions: ['rule.created'] }, '/url'],
    [{ ...good, url: 'ftp://hooks.example.com/' }, '/url'],
    [{ ...good, url: 'http://hooks.example.com/' }, '/url'],
    [{ ...good, url: 'https://user:password@hooks.example.com/' }, '/url'],
    [{ ...good, url: '/relative' }, '/url'],
    [{ ...good, subscriptions: [] }, '/subscriptions'],
    [{ ...good, subscriptions: ['rule.exploded'] }, '/subscriptions/0'],
    [{ ...good, subscriptions: ['rule.created', 'rule.*'] }, '/subscriptions/1'],
    [{ ...good, secret: 'x' }, '/secret'],
  ] as const) {
    const refused = await world.call('POST', path, create('callbacks', attributes))
    expect(errorsOf(refused)).toEqual([['422', 'invalid-callback', `/data/attributes${pointer}`]])
  }
  const wrong = { data: { type: 'rules', attributes: good } }
  expect(errorsOf(await world.call('POST', path, wrong))).toEqual([['409', 'conflict', '/data/type']])
  expect(idsOf(await world.call('GET', path))).toEqual([])
  // It tells what the audit trail says, so it takes the right to read that.
  const scopes = ['credentials:write']
  const { body } = await world.broker.api.call('POST', '/v1/callers', { name: 'no auditor', scopes })
  const { key } = body as Json
  expect((await world.call('POST', path, create('callbacks', good), { key })).status).toBe(403)
  const id = await callback(world, property, ['rule.created'])
  const patch = change('callbacks', id, { attributes: { url: 'https://elsewhere.example.com/' } })
  expect((await world.call('PATCH', `/callbacks/${id}`, patch, { key })).status).toBe(403)
})

test('the audit events that are subscribed to are told, of this property, once', async () => {
  const [property, other] = [await world.property(), await world.property()]
  await rule(world, property, 'before')
  const id = await callback(world, property, ['rule.created', 'rule.deleted'])
  const first = await rule(world, property, 'first')
  await rule(world, other, 'elsewhere')
  const revise = change('rules', first, { meta: { action: 'revise' } })
  await world.call('PATCH', `/rules/${first}`, revise)
  await world.call('DELETE', `/rules/${first}`)
  await awaitUntil('both were told', () => received.length >= 2)
  expect(toldTo('/hook')).toEqual(['rule.created first', 'rule.deleted first'])
  const [message] = received
  expect(message!.contentType).toBe('application/vnd.api+json')
  // It says what can be read at its link.
  const { body } = await world.call('GET', `/audit_events/${message!.data.id}`)
  expect(message!.data).toEqual(body.data)
  // Nothing is told twice, and what comes later is told later.
  await rule(world, property, 'second')
  await awaitUntil('the third was told', () => received.length >= 3)
  expect(toldTo('/hook')).toEqual(['rule.created first', 'rule.deleted first', 'rule.created second'])
  expect(await metaOf(world, id)).toEqual({ waiting: 0, last_failure: null })
})

test('a message that is not taken is sent again, and does not hold up those behind it', async () => {
  const property = await world.property()
  const id = await callback(world, property, ['rule.created'])
  answers['/hook'] = [500, 200, 302]
  await rule(world, property, 'first')
  await rule(world, property, 'second')
  await awaitUntil('both were sent', () => received.length >= 2)
  await awaitUntil('one waits', async () => (await metaOf(world, id)).waiting === 1)
  expect((await metaOf(world, id)).last_failure).toEqual({
    at: new Date(world.broker.clock.now() * 1000).toISOString(),
    type_of: 'rule.created',
    detail: 'The answer was 500.',
  })
  const [failed] = received
  // A redirect is an answer, and none that takes the message.
  world.broker.clock.advance(MINUTE)
  await awaitUntil('it was sent again', () => received.length >= 3)
  await awaitUntil('it waits again', async () =>
    (await metaOf(world, id)).last_failure.detail.includes('302'),
  )
  world.broker.clock.advance(5 * MINUTE)
  await awaitUntil('it was sent a third time', () => received.length >= 4)
  await awaitUntil('nothing waits', async () => (await metaOf(world, id)).waiting === 0)
  expect(toldTo('/hook')).toEqual([
    'rule.created first',
    'rule.created second',
    'rule.created first',
    'rule.created first',
  ])
  expect(new Set([failed, received[2], received[3]].map((one) => one!.data.id)).size).toBe(1)
})

test('after seven more attempts a message is given up, and the log says so', async () => {
  const property = await world.property()
  const id = await callback(world, property, ['rule.created'])
  answers['/hook'] = Array.from({ length: 8 }, () => 503)
  await rule(world, property, 'lost')
  const waits = [MINUTE, 5 * MINUTE, 30 * MINUTE, HOUR, 12 * HOUR, 24 * HOUR, 72 * HOUR]
  for (const [attempt, seconds] of waits.entries()) {
    await awaitUntil(`attempt ${attempt} was made`, () => received.length === attempt + 1)
    await awaitUntil('it waits', async () => (await metaOf(world, id)).waiting === 1)
    world.broker.clock.advance(seconds)
  }
  await awaitUntil('it was given up', async () => (await metaOf(world, id)).waiting === 0)
  expect(received).toHaveLength(8)
  const said = world.broker.log
    .map((line) => JSON.parse(line))
    .find(({ event }) => event === 'callback_discarded')
  expect(said).toMatchObject({
    callback: id,
    type_of: 'rule.created',
    attempts: 8,
    detail: 'The answer was 503.',
  })
  // What waits goes with its callback.
  answers['/hook'] = [503]
  await rule(world, property, 'another')
  await awaitUntil('it waits', async () => (await metaOf(world, id)).waiting === 1)
  await world.call('DELETE', `/callbacks/${id}`)
  const after = await callback(world, property, ['rule.created'], `${hook.url}/other`)
  world.broker.clock.advance(MINUTE)
  await rule(world, property, 'told to the other')
  await awaitUntil('that was told', () => toldTo('/other').length === 1)
  expect(toldTo('/hook')).toHaveLength(9)
  await world.call('DELETE', `/callbacks/${after}`)
})

test('an address that the fence forbids is never reached', async () => {
  const broker = await startTestBroker({ env: { BURSAR_OUTBOUND_ALLOW: '' } })
  closing.push(() => broker.close())
  const fenced = await worldOf(broker)
  const property = await fenced.property()
  const id = await callback(fenced, property, ['rule.created'])
  await rule(fenced, property, 'private')
  const { last_failure } = await awaitUntil('it was refused', async () => {
    const meta = await metaOf(fenced, id)
    return meta.waiting === 1 && meta
  })
  expect(last_failure.detail).toMatch(/127\.0\.0\.1/)
  expect(received).toEqual([])
})

test('what waits, and what nobody had begun to tell, is told after a restart', async () => {
  const dataDir = await temporaryFolder()
  const first = await startTestBroker({ dataDir })
  closing.push(() => first.stop())
  const before = await worldOf(first)
  const property = await before.property()
  const id = await callback(before, property, ['rule.created'])
  answers['/hook'] = [500]
  await rule(before, property, 'failed')
  await awaitUntil('it waits', async () => (await metaOf(before, id)).waiting === 1)
  await rule(before, property, 'just before the end')
  const second = await first.restart()
  closing.push(() => second.close())
  second.clock.advance(MINUTE)
  await awaitUntil('both were told', () => received.length >= 3)
  const after = await worldOf(second)
  await awaitUntil('nothing waits', async () => (await metaOf(after, id)).waiting === 0)
  expect(toldTo('/hook').toSorted()).toEqual([
    'rule.created failed',
    'rule.created failed',
    'rule.created just before the end',
  ])
})

test('two nodes tell each message once', async () => {
  postgres = await startPostgres()
  const keyring = `file:${await temporaryFolder()}/keyring.json`
  const env = { BURSAR_DATABASE_URL: await postgres.createDatabase(), BURSAR_KEYRING: keyring }
  const nodes: World[] = []
  for (let node = 0; node < 2; node += 1) {
    const broker = await startTestBroker({ env })
    closing.push(() => broker.close())
    nodes.push(await worldOf(broker))
  }
  const [one, other] = nodes as [World, World]
  const property = await one.property()
  await callback(one, property, ['rule.created'], `${hook.url}/a`)
  await callback(other, property, ['rule.created'], `${hook.url}/b`)
  const names = Array.from({ length: 20 }, (_, index) => `rule ${index}`)
  await Promise.all(names.map((name, index) => rule(nodes[index % 2]!, property, name)))
  await awaitUntil('each was told to both', () => received.length >= 2 * names.length)
  // Whatever would be told twice would have been by the time that one more is.
  await rule(one, property, 'last')
  await awaitUntil('the last one was told', () => received.length >= 2 * names.length + 2)
  const all = [...names, 'last'].map((name) => `rule.created ${name}`).toSorted()
  for (const path of ['/a', '/b']) expect(toldTo(path).toSorted()).toEqual(all)
})
