import { Client } from 'pg'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import { startTestBroker, type TestBroker } from './broker.ts'
import { sendJson } from './http-server.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { clientCredentials, type Provider, startProvider } from './provider.ts'

let postgres: PostgresServer
let provider: Provider
let nodes: [TestBroker, TestBroker]
let database: Client

beforeAll(async () => {
  postgres = await startPostgres()
  provider = await startProvider()
  const connectionString = await postgres.createDatabase()
  const env = { BURSAR_DATABASE_URL: connectionString }
  const one = await startTestBroker({ env })
  // One key ring for all nodes.
  const two = await startTestBroker({ env: { ...env, BURSAR_KEYRING: `file:${one.dataDir}/keyring.json` } })
  nodes = [one, two]
  database = new Client({ connectionString })
  await database.connect()
})
afterAll(async () => {
  for (const node of nodes ?? []) await node.close()
  await provider?.close()
  await database?.end()
  await postgres?.stop()
})

interface Node {
  current: boolean
  seen_at: string
}

/** Both say who is there every twenty seconds, and then know of each other. */
async function meet(): Promise<void> {
  for (const { api, clock } of nodes) {
    const seenAt = async () => {
      const { body } = await api.call('GET', '/v1/nodes')
      const own = (body.items as unknown as Node[]).find(({ current }) => current)
      return own!.seen_at
    }
    const before = await seenAt()
    clock.advance(30)
    await awaitUntil('it has reported itself', async () => (await seenAt()) !== before)
    await seenAt()
  }
}

/** What was told before has arrived: a node hears of changes in their order. */
async function untilHeard([teller, hearer]: [TestBroker, TestBroker]): Promise<void> {
  const { body } = await teller.api.call('POST', '/v1/callers', { name: 'm', scopes: ['credentials:read'] })
  const known = hearer.api.withKey(String(body.key))
  const status = async () => (await known.call('GET', '/v1/credentials')).status
  await awaitUntil('the key is known', async () => (await status()) === 200)
  await teller.api.call('DELETE', `/v1/callers/${body.id}`)
  await awaitUntil('the key is refused', async () => (await status()) === 401)
}

test('what one node is told by `Retry-After`, the other nodes of a cluster keep to', async () => {
  await meet()
  const [one, two] = nodes
  for (const { clock } of nodes) clock.hold()
  let lives = 600
  let isBusy = false
  let refusals = 0
  provider.behave(({ headers }, response) => {
    const [client] = atob(headers.authorization!.slice('Basic '.length)).split(':')
    if (!isBusy || client !== 'shared') return { access_token: 'token', expires_in: lives }
    refusals += 1
    return sendJson(response, 429, { error: 'too_many_requests' }, { 'Retry-After': '110' })
  })
  const create = async (name: string, client_id: string) => {
    const recipe = { client_id, lifetime: { refresh_before_seconds: 60 } }
    expect((await one.api.create(clientCredentials(provider, name, recipe))).body.status).toBe('active')
  }
  await create('first', 'shared')
  lives = 700
  await create('second', 'shared')
  await create('third', 'stranger')
  const version = async (name: string) => (await two.api.credential(name)).token!.version
  expect([await version('second'), await version('third')]).toEqual([1, 1])

  // The first is due on the node whose clock is ahead, and on no other.
  isBusy = true
  two.clock.advance(530)
  one.clock.advance(545)
  await awaitUntil('it is refused', async () => (await one.api.credential('first')).status === 'degraded')
  await awaitUntil('it is in the feed', async () => {
    return (await database.query(`SELECT FROM changes WHERE kind = 'pause'`)).rowCount === 1
  })
  await untilHeard([one, two])

  // The others are due on the other node.
  two.clock.advance(115)
  await awaitUntil('another client is served', async () => (await version('third')) === 2)
  isBusy = false
  two.clock.advance(30)
  await awaitUntil('the client is asked again', async () => (await version('second')) === 2)
  expect(refusals).toBe(1)
})
