import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, type TestBroker, temporaryFolder } from '../broker.ts'
import { type HttpServer, readText, startHttpServer } from '../http-server.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { openDesk, sendEvent, statusesOf } from './forwarding.ts'
import { change, idsOf, type Json, type World, worldOf } from './world.ts'

let postgres: PostgresServer
let destination: HttpServer
const received: string[] = []

beforeAll(async () => {
  postgres = await startPostgres()
  destination = await startHttpServer(async (request, response) => {
    received.push(`${request.headers.authorization} ${await readText(request)}`)
    response.end('ok')
  })
})
afterAll(() => Promise.all([postgres?.stop(), destination?.close()]))

const brokers: TestBroker[] = []
afterAll(() => Promise.all(brokers.map((broker) => broker.close())))

async function node(env: Record<string, string>): Promise<World> {
  const broker = await startTestBroker({ env })
  brokers.push(broker)
  return worldOf(broker)
}

async function deploy(world: World, token: string) {
  const desk = await openDesk(world)
  const environment = await world.environment(desk.propertyId)
  const attributes = { type_of: 'token', credentials: { token } }
  const secret = await world.secret(desk.propertyId, attributes, environment)
  const element = await desk.secretElement('token', { development: secret.id })
  const word = await desk.element('word', 'constant', { value: 'one' })
  const rule = await desk.rule('forward', {
    actions: [
      {
        method: 'POST',
        url: `${destination.url}/in`,
        headers: [{ key: 'Authorization', value: '{{token}}' }],
        body: '{{word}}',
      },
    ],
  })
  const library = await desk.library(environment, { data_elements: [element, word], rules: [rule] })
  expect((await desk.build(library)).attributes.status).toBe('succeeded')
  return { desk, environment, secretId: secret.id as string, word, library, rule, element }
}

const DATABASES: Record<string, () => Promise<Record<string, string>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({ BURSAR_DATABASE_URL: await postgres.createDatabase() }),
}

describe.each(Object.entries(DATABASES))('on %s', (_engine, database) => {
  test('an event is forwarded, and resources are found by what they refer to', async () => {
    const world = await node(await database())
    const given = await deploy(world, 'token-on-the-engine')
    received.length = 0
    expect(statusesOf(await sendEvent(world, given.environment, {}))).toEqual(['success'])
    expect(received).toEqual(['token-on-the-engine one'])
    const below = `/secrets/${given.secretId}/data_elements`
    expect(idsOf(await world.call('GET', below))).toEqual([given.element])
    expect(idsOf(await world.call('GET', `${below}?filter[name]=EQ other`))).toEqual([])
    expect(idsOf(await world.call('GET', `/rules/${given.rule}/libraries`))).toEqual([given.library])
    const filtered = `/properties/${given.desk.propertyId}/data_elements?filter[dirty]=EQ false&sort=-name`
    expect(idsOf(await world.call('GET', filtered))).toEqual([given.word, given.element])
  })
})

test('another node runs a new build and a changed secret within a second', async () => {
  const keyring = `file:${join(await temporaryFolder(), 'keyring.json')}`
  const env = { BURSAR_DATABASE_URL: await postgres.createDatabase(), BURSAR_KEYRING: keyring }
  const [one, other] = [await node(env), await node(env)]
  const { desk, environment, secretId, word, library } = await deploy(one, 'first-token')
  const sent = async () => {
    received.length = 0
    await sendEvent(other, environment, {})
    return received[0]
  }
  expect(await sent()).toBe('first-token one')
  const settings = JSON.stringify({ value: 'two' })
  await one.call(
    'PATCH',
    `/data_elements/${word}`,
    change('data_elements', word, { attributes: { settings } }),
  )
  await desk.add(library, 'data_elements', [word])
  await desk.build(library)
  await awaitUntil('the other node runs the new build', async () => (await sent()) === 'first-token two')
  const credentials: Json = { token: 'second-token' }
  await one.call(
    'PATCH',
    `/secrets/${secretId}`,
    change('secrets', secretId, { attributes: { credentials } }),
  )
  await awaitUntil('the other node has the new secret', async () => (await sent()) === 'second-token two')
  await one.call('DELETE', `/secrets/${secretId}`)
  await awaitUntil('the other node has none', async () => (await sent()) === undefined)
})
