import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { seed } from '../../bench/seed.ts'
import type { Api } from '../api.ts'
import { awaitUntil } from '../await-until.ts'
import { endBrokerProcesses, startBrokerProcess, startTestBroker, temporaryFolder } from '../broker.ts'
import { type MovableClock, movableClock } from '../clock.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { clientCredentials, type Provider, startProvider } from '../provider.ts'
import { signedIn } from './browser-client.ts'

let postgres: PostgresServer
let provider: Provider
beforeAll(async () => {
  postgres = await startPostgres()
  provider = await startProvider()
})
afterAll(async () => {
  endBrokerProcesses()
  await provider?.close()
  await postgres?.stop()
})

interface Keys {
  origin: string
  can_rotate: boolean
  ring: Array<{ id: string; active: boolean; data_keys: number }>
  data_keys: Array<{ id: string; ring_key: string; sealing: boolean }>
  rotation: { state: string; done: number; total: number; waiting_for: string[] } | null
}
const keysOf = async (api: Api) => (await api.call('GET', '/v1/keys')).body as unknown as Keys
const rotate = (api: Api, body: unknown = {}) => api.call('POST', '/v1/keys/rotate', body)
/** Nodes are given a while to learn of a new key before it seals; a clock that stands still is moved over it. */
const rotated = (api: Api, clock?: MovableClock) =>
  awaitUntil(
    'the rotation is done',
    async () => {
      clock?.advance(1)
      const keys = await keysOf(api)
      return keys.rotation?.state === 'done' && keys
    },
    60,
  )

describe('a rotation', () => {
  test('gives everything new keys while it is used, and what was sealed before still opens', async () => {
    const broker = await startTestBroker()
    const { api } = broker
    await api.create(clientCredentials(provider, 'crm'))
    const session = await signedIn(broker.url, api.key)
    const before = await keysOf(api)
    expect(before).toMatchObject({ can_rotate: true, rotation: null })
    const { access_token: token } = (await api.token('crm')).body

    const started = await rotate(api)
    expect(started.status).toBe(200)
    const again = await rotate(api)
    if (again.status !== 200) expect(again.body.code).toBe('keys.rotating')
    const after = await rotated(api, broker.clock)
    const [old, active] = [before.ring[0]!.id, after.ring.find((key) => key.active)!]
    expect(active.id).not.toBe(old)
    expect(after.ring).toEqual([
      { id: old, active: false, data_keys: 0 },
      { id: active.id, active: true, data_keys: after.data_keys.length },
    ])
    expect(after.data_keys.every(({ ring_key }) => ring_key === active.id)).toBe(true)
    expect(after.rotation!.done).toBeGreaterThanOrEqual(3)

    expect((await session.call('GET', '/v1/session')).status).toBe(200)
    const next = await broker.restart()
    expect((await next.api.token('crm')).body.access_token).toBe(token)
    expect((await next.api.exchange('crm')).status).toBe(200)
    expect((await next.api.call('GET', '/v1/audit')).body.items.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['keys.rotate', 'keys.rotated']),
    )
    await next.close()
  })

  test('lets go of the old data key once the logs that it sealed have ended', async () => {
    const clock = movableClock()
    const broker = await startTestBroker({ clock, env: { BURSAR_EXCHANGE_RETENTION_DAYS: '1' } })
    await broker.api.create(clientCredentials(provider, 'crm'))
    await rotate(broker.api)
    expect((await rotated(broker.api, broker.clock)).data_keys).toHaveLength(2)
    clock.advance(86_400 + 60)
    await awaitUntil('one data key is left', async () => {
      clock.advance(20)
      return (await keysOf(broker.api)).data_keys.length === 1
    })
    expect((await broker.api.exchange('crm')).status).toBe(200)
    await broker.close()
  })

  test('is for administrators; a ring that is kept elsewhere gets no key from here', async () => {
    const key = Buffer.alloc(32, 7).toString('base64')
    const broker = await startTestBroker({ env: { BURSAR_KEYRING: 'env:RING', RING: key } })
    const { body } = await broker.api.call('POST', '/v1/callers', {
      name: 'x',
      scopes: ['credentials:write'],
    })
    expect((await rotate(broker.api.withKey(body.key))).status).toBe(403)
    const refused = await rotate(broker.api)
    expect([refused.status, refused.body.code]).toEqual([409, 'keys.ring_elsewhere'])
    await broker.api.create(clientCredentials(provider, 'crm'))
    expect((await rotate(broker.api, { ring: 'keep' })).status).toBe(200)
    const keys = await rotated(broker.api, broker.clock)
    expect(keys.data_keys.filter(({ sealing }) => sealing)).toHaveLength(1)
    expect((await broker.api.token('crm')).status).toBe(200)
    await broker.close()
  })
})

test('of two nodes neither seals with a key that the other does not have yet', async () => {
  const clock = movableClock()
  const folder = await temporaryFolder()
  const env = {
    BURSAR_DATABASE_URL: await postgres.createDatabase(),
    BURSAR_KEYRING: `file:${join(folder, 'ring.json')}`,
  }
  const first = await startTestBroker({ clock, env })
  const second = await startTestBroker({ clock, env })
  await first.api.create(clientCredentials(provider, 'crm'))
  await rotate(first.api)
  const states = new Set<string>()
  const done = await awaitUntil(
    'the rotation is done',
    async () => {
      const keys = await keysOf(second.api)
      states.add(keys.rotation!.state)
      expect((await second.api.exchange('crm')).status).toBe(200)
      expect((await first.api.token('crm')).status).toBe(200)
      clock.advance(10)
      return keys.rotation!.state === 'done' && keys
    },
    60,
  )
  expect([...states]).toEqual(expect.arrayContaining(['settling', 'done']))
  expect(done.ring.filter(({ data_keys }) => data_keys > 0)).toHaveLength(1)
  await Promise.all([first.close(), second.close()])
})

describe.each(['SQLite', 'PostgreSQL'])('killed in the middle, on %s', (engine) => {
  test('a rotation goes on after the start until nothing is sealed with the old key', async () => {
    const dataDir = await temporaryFolder()
    const databaseUrl = engine === 'SQLite' ? undefined : await postgres.createDatabase()
    await seed({
      dataDir,
      ...(databaseUrl !== undefined && { databaseUrl }),
      count: 2_000,
      recipe: { grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'x' },
      secrets: { client_secret: 'a-secret-of-a-client' },
      dueAt: () => null,
      liveUntil: Math.floor(Date.now() / 1000) + 86_400,
    })
    const env = {
      BURSAR_NODE_ID: 'one',
      ...(databaseUrl !== undefined && { BURSAR_DATABASE_URL: databaseUrl }),
    }
    const node = await startBrokerProcess(dataDir, env)
    const token = (await node.api.token('bench-7')).body.access_token
    let rotations = 0
    for (let isBetween = false; !isBetween; ) {
      expect((await rotate(node.api)).status).toBe(200)
      rotations += 1
      const under = await awaitUntil('rows are being sealed again', async () => {
        const { rotation } = await keysOf(node.api)
        return rotation!.done > 0 && rotation
      })
      isBetween = under.done < under.total
      // This process stood still while that one did not: once more.
      if (!isBetween) await rotated(node.api)
    }
    await node.end('SIGKILL')

    const again = await startBrokerProcess(dataDir, env)
    const between = await keysOf(again.api)
    expect(['resealing', 'confirming', 'done']).toContain(between.rotation!.state)
    const keys = await rotated(again.api)
    expect(keys.rotation!.done).toBeGreaterThanOrEqual(4_000)
    for (const { active, data_keys } of keys.ring) expect(data_keys === 0).toBe(!active)
    for (const name of ['bench-0', 'bench-7', 'bench-1999']) {
      const answer = await again.api.token(name)
      expect(answer.status).toBe(200)
      if (name === 'bench-7') expect(answer.body.access_token).toBe(token)
    }
    expect((await again.api.exchange('bench-1000')).status).toBe(200)
    await again.end('SIGTERM')
    const ring = JSON.parse(await readFile(join(dataDir, 'keyring.json'), 'utf8'))
    expect(Object.keys(ring.keys)).toHaveLength(1 + rotations)
  })
})
