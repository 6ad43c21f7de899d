import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import { type BrokerProcess, endBrokerProcesses, startBrokerProcess, temporaryFolder } from './broker.ts'
import { sendJson } from './http-server.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import { clientCredentials, type Provider, refreshing, rotatingFamily, startProvider } from './provider.ts'

let postgres: PostgresServer
let nodes: [BrokerProcess, BrokerProcess]
let provider: Provider

beforeAll(async () => {
  postgres = await startPostgres()
  provider = await startProvider()
  const folders = [await temporaryFolder(), await temporaryFolder()] as const
  const env = {
    BURSAR_DATABASE_URL: await postgres.createDatabase(),
    BURSAR_KEYRING: `file:${join(folders[0], 'keyring.json')}`,
  }
  const first = await startBrokerProcess(folders[0], env)
  nodes = [first, await startBrokerProcess(folders[1], env)]
})
afterAll(async () => {
  for (const node of nodes ?? []) expect(await node.end('SIGTERM')).toBe(0)
  endBrokerProcesses()
  await provider?.close()
  await postgres?.stop()
})

describe('two nodes on one PostgreSQL', () => {
  test('a rotating refresh token is never used twice, whoever refreshes and however often', async () => {
    const family = rotatingFamily({ expires_in: 5 })
    provider.behave(family.behaviour)
    provider.accepted = family.accessTokens
    const recipe = { lifetime: { refresh_before_seconds: 3 } }
    const made = await nodes[0].api.create(refreshing(provider, 'rotating', family.first, recipe))
    expect(made.body.status).toBe('active')

    const answers = new Set<number>()
    for (let wave = 0; family.refreshes() < 50; wave += 1) {
      const before = family.refreshes()
      if (wave % 12 === 11) {
        await awaitUntil('a node refreshes what is due', () => family.refreshes() > before)
        continue
      }
      const forced = nodes.flatMap(({ api }) => [api.exchange('rotating'), api.exchange('rotating')])
      for (const { status, body } of await Promise.all(forced)) {
        answers.add(status)
        expect(body.kind).toBe('token')
      }
    }
    expect([...answers]).toEqual([200])
    expect([family.reused(), family.alive()]).toEqual([0, true])

    const records = (await nodes[0].api.call('GET', '/v1/credentials/rotating/exchanges?limit=500')).body
      .items
    expect(new Set(records.map((record) => record.trigger))).toEqual(new Set(['create', 'forced', 'due']))
    for (const { api } of nodes) {
      const { status, text } = await api.proxy('rotating', `${provider.apiUrl}me`)
      expect([status, text]).toEqual([200, expect.stringContaining('/api/me')])
    }
    await nodes[1].api.call('DELETE', '/v1/credentials/rotating')
    provider.accepted = null
  })

  test('many callers of both nodes that need a token at once cause one exchange', async () => {
    let calls = 0
    provider.behave(async () => {
      calls += 1
      await new Promise((resolve) => setTimeout(resolve, 150))
      return { access_token: `one-of-${calls}`, expires_in: 3600 }
    })
    await nodes[0].api.call('POST', '/v1/credentials', clientCredentials(provider, 'wanted'))
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => nodes[index % 2]!.api.token('wanted')),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.access_token}`))).toEqual(
      new Set(['200 one-of-1']),
    )
    expect(calls).toBe(1)
  })

  test('and one where the provider sends them away, since who waited for it does not ask again', async () => {
    let calls = 0
    provider.behave(async (_call, response) => {
      calls += 1
      await new Promise((resolve) => setTimeout(resolve, 150))
      return sendJson(response, 503, {}, { 'Retry-After': '100' })
    })
    await nodes[0].api.call('POST', '/v1/credentials', clientCredentials(provider, 'sent-away'))
    const answers = await Promise.all(
      Array.from({ length: 40 }, (_, index) => nodes[index % 2]!.api.token('sent-away')),
    )
    expect(new Set(answers.map(({ status, body }) => `${status} ${body.code}`))).toEqual(
      new Set(['503 token.unavailable']),
    )
    expect(calls).toBe(1)
  })

  test.each([
    ['by the same node', 0],
    ['by the other', 1],
  ] as const)(
    'what is changed during an exchange and then asked for is exchanged as it is then, %s',
    async (_, nth) => {
      const name = `changed-${nth}`
      const renewal = Promise.withResolvers<void>()
      let calls = 0
      provider.behave(async ({ form }) => {
        calls += 1
        if (calls === 2) await renewal.promise
        return { access_token: `${form.get('scope')}-${calls}`, expires_in: 3600 }
      })
      const asked = clientCredentials(provider, name, { scope: ['old'] })
      expect((await nodes[0].api.create(asked)).body.status).toBe('active')
      const first = nodes[0].api.exchange(name)
      await awaitUntil('the first node asks', () => calls === 2)
      const patched = await nodes[nth].api.call('PATCH', `/v1/credentials/${name}`, {
        recipe: { scope: ['new'] },
      })
      expect(patched.status).toBe(200)
      const second = nodes[nth].api.exchange(name)
      renewal.resolve()
      const records = [await first, await second].map(({ body }) => JSON.stringify(body))
      expect(records).toEqual([expect.stringContaining('"old"'), expect.stringContaining('"new"')])
      for (const { api } of nodes) expect((await api.token(name)).body.access_token).toBe('new-3')
    },
  )

  test('what one node decides the other keeps to', async () => {
    provider.behave(() => ({ access_token: 'shared', expires_in: 3600 }))
    const [one, other] = [nodes[0].api, nodes[1].api]
    await one.create(clientCredentials(provider, 'shared'))
    const use = async () => (await other.proxy('shared', `${provider.apiUrl}me`)).status
    expect(await use()).toBe(200)

    await one.call('POST', '/v1/credentials/shared/pause')
    await awaitUntil('a pause is kept', async () => (await use()) === 409)
    expect((await other.token('shared')).body.code).toBe('credential.paused')
    await one.call('POST', '/v1/credentials/shared/resume')
    await awaitUntil('it goes on', async () => (await use()) === 200)

    await one.call('PATCH', '/v1/credentials/shared', { destinations: ['https://elsewhere.example/'] })
    await awaitUntil('a rule is kept', async () => (await use()) === 403)
    await one.call('PATCH', '/v1/credentials/shared', { destinations: [provider.apiUrl] })
    await awaitUntil('the old rule is back', async () => (await use()) === 200)

    await one.call('DELETE', '/v1/credentials/shared')
    await awaitUntil('a deletion is kept', async () => (await use()) === 404)
    expect((await other.token('shared')).status).toBe(404)
  })

  test('a key that one node deletes is refused by the other', async () => {
    const { body: made } = await nodes[0].api.call('POST', '/v1/callers', {
      name: 'short-lived',
      scopes: ['credentials:read'],
    })
    const other = nodes[1].api.withKey(made.key)
    await awaitUntil('the key is known', async () => {
      return (await other.call('GET', '/v1/credentials')).status === 200
    })
    expect((await nodes[0].api.call('DELETE', `/v1/callers/${made.id}`)).status).toBe(204)
    await awaitUntil('the key is refused', async () => {
      return (await other.call('GET', '/v1/credentials')).status === 401
    })
  })
})
