import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import {
  endBrokerProcesses,
  startBrokerProcess,
  startTestBroker,
  type TestBroker,
  temporaryFolder,
} from './broker.ts'
import { sendJson } from './http-server.ts'
import { type PostgresServer, startPostgres } from './postgres.ts'
import {
  clientCredentials,
  countingTokens,
  failing,
  type Provider,
  refreshing,
  rotatingFamily,
  startProvider,
} from './provider.ts'

let provider: Provider
beforeEach(async () => {
  provider = await startProvider()
})
afterEach(() => provider.close())
afterAll(endBrokerProcesses)

describe('while the provider is away', () => {
  let broker: TestBroker
  beforeEach(async () => {
    broker = await startTestBroker()
  })
  afterEach(() => broker.close())

  const statusOf = async (name: string) => (await broker.api.credential(name)).status

  test('a token that lives is served, the status says degraded and why, and the end of it refuses', async () => {
    expect((await broker.api.create(clientCredentials(provider, 'mail'))).body.status).toBe('active')
    provider.behave(failing(503, 'busy', { 'Retry-After': '120' }))
    broker.clock.advance(3100)
    await awaitUntil('the refresh fails', async () => (await statusOf('mail')) === 'degraded')

    const degraded = await broker.api.credential('mail')
    expect(degraded.reason).toMatchObject({ code: 'provider.unavailable', who: 'provider' })
    expect(degraded.reason?.detail).toContain('503')
    const served = await broker.api.token('mail')
    expect([served.status, served.body.access_token]).toEqual([200, 'token-1'])
    expect((await broker.api.proxy('mail', `${provider.apiUrl}me`)).status).toBe(200)
    expect((await broker.api.call('GET', '/v1/status')).body.credentials).toEqual({ degraded: 1 })
    const tooShort = await broker.api.token('mail', '?min_ttl=3000')
    expect([tooShort.status, tooShort.body.code]).toEqual([503, 'token.too_short'])

    broker.clock.advance(600)
    const sent = provider.apiCalls.length
    const ended = await awaitUntil('it has ended', async () => {
      const answer = await broker.api.token('mail')
      return answer.status === 503 && answer
    })
    expect(ended.body.code).toBe('token.ended')
    expect(ended.body.detail).toContain('503')
    expect(Number(ended.headers.get('retry-after'))).toBeGreaterThan(0)
    const refused = await broker.api.proxy('mail', `${provider.apiUrl}me`)
    expect([refused.status, refused.headers.get('bursar-error')]).toEqual([503, 'token.ended'])
    expect(provider.apiCalls.length).toBe(sent)

    provider.behave(() => ({ access_token: 'back', expires_in: 3600 }))
    await awaitUntil('it heals by itself', async () => {
      broker.clock.advance(30)
      return (await statusOf('mail')) === 'active'
    })
    expect((await broker.api.credential('mail')).reason).toBeNull()
    expect((await broker.api.token('mail')).body.access_token).toBe('back')
  })

  test('a provider that refuses for good is asked once, not again and again', async () => {
    await broker.api.create(clientCredentials(provider, 'fired'))
    provider.behave(failing(401, { error: 'invalid_client' }))
    broker.clock.advance(3100)
    await awaitUntil('the refusal is known', async () => (await statusOf('fired')) === 'degraded')
    const asked = provider.calls.length
    broker.clock.advance(600)
    await awaitUntil('the end turns the status', async () => (await statusOf('fired')) === 'broken')
    for (let hour = 0; hour < 24; hour += 1) {
      broker.clock.advance(3600)
      expect((await broker.api.token('fired')).body.code).toBe('credential.broken')
    }
    expect(provider.calls.length).toBe(asked)
  })

  test('a provider that names a time is not asked before it', async () => {
    provider.behave(failing(429, { error: 'slow' }, { 'Retry-After': '600' }))
    const { body } = await broker.api.create(clientCredentials(provider, 'limited'))
    expect([body.status, body.reason?.code]).toEqual(['pending', 'provider.unavailable'])
    const answer = await broker.api.token('limited')
    expect([answer.status, answer.body.code]).toEqual([503, 'token.unavailable'])
    expect(Number(answer.headers.get('retry-after'))).toBeGreaterThanOrEqual(595)
    broker.clock.advance(580)
    await broker.api.token('limited')
    expect(provider.calls.length).toBe(1)
    provider.behave(countingTokens())
    broker.clock.advance(240)
    await awaitUntil('it is asked again', async () => (await statusOf('limited')) === 'active')
  })
})

describe('while the database is away', () => {
  let postgres: PostgresServer
  let broker: TestBroker
  beforeAll(async () => {
    postgres = await startPostgres()
  })
  afterAll(() => postgres?.stop())
  beforeEach(async () => {
    broker = await startTestBroker({ env: { BURSAR_DATABASE_URL: await postgres.createDatabase() } })
  })
  afterEach(() => broker.close())

  const ready = async () => (await fetch(`${broker.url}/readyz`)).status

  test('what is held is served within the offline grace and refused after it', async () => {
    await broker.api.create(clientCredentials(provider, 'held', { lifetime: { refresh_share: 0.9 } }))
    provider.behave(failing(500))
    expect((await broker.api.token('held')).status).toBe(200)
    await postgres.crash()
    await awaitUntil('the node notices', async () => (await ready()) === 503)

    const served = await broker.api.token('held')
    expect([served.status, served.body.access_token]).toEqual([200, 'token-1'])
    expect((await broker.api.proxy('held', `${provider.apiUrl}me`)).status).toBe(200)
    expect((await broker.api.call('GET', '/v1/status')).body.status).toBe('degraded')
    expect((await broker.api.call('POST', '/v1/credentials/held/pause')).body.code).toBe('store.unavailable')

    broker.clock.advance(901)
    const refused = await broker.api.token('held')
    expect(refused.status).toBe(503)
    expect(refused.body.code).toMatch(/^(token\.offline|store\.unavailable)$/)
    const sent = provider.apiCalls.length
    expect((await broker.api.proxy('held', `${provider.apiUrl}me`)).status).toBe(503)
    expect(provider.apiCalls.length).toBe(sent)

    await postgres.start()
    await awaitUntil('it is served again', async () => (await broker.api.token('held')).status === 200)
    expect(await ready()).toBe(200)
  })

  test('an answer that arrives meanwhile is spooled, served, and replayed', async () => {
    const family = rotatingFamily()
    provider.behave(family.behaviour)
    await broker.api.create(refreshing(provider, 'spooled', family.first))
    const rotating = family.behaviour
    provider.behave(async (call, response) => {
      const body = rotating(call, response)
      await postgres.crash()
      return body
    })
    const { body: record } = await broker.api.exchange('spooled')
    expect(record.kind).toBe('token')
    const spool = join(broker.dataDir, 'spool')
    const [kept, ...more] = await spooledIn(spool)
    expect(more).toEqual([])
    expect(await readFile(join(spool, kept!), 'utf8')).not.toMatch(/access-2|refresh-2|secret-of-the-client/)
    expect((await stat(join(spool, kept!))).mode & 0o077).toBe(0)
    expect((await broker.api.call('GET', '/v1/status')).body).toMatchObject({
      status: 'degraded',
      spooled: 1,
    })
    const served = await broker.api.token('spooled')
    expect([served.status, served.body.access_token]).toEqual([200, 'access-2'])

    provider.behave(rotating)
    await postgres.start()
    await awaitUntil('the answer is saved', async () => (await spooledIn(spool)).length === 0)
    expect(await broker.api.credential('spooled')).toMatchObject({ status: 'active', token: { version: 2 } })
    expect((await broker.api.exchange('spooled')).body.kind).toBe('token')
    expect([family.reused(), family.alive(), family.refreshes()]).toEqual([0, true, 3])
  })

  test('an answer that arrives meanwhile brings nothing back that was paused before it came', async () => {
    provider.behave(() => ({ access_token: 'first', expires_in: 100 }))
    await broker.api.create(clientCredentials(provider, 'paused'))
    const asked = provider.calls.length
    provider.behave(async () => {
      await broker.api.call('POST', '/v1/credentials/paused/pause')
      await postgres.crash()
      return { access_token: 'too-late', expires_in: 3600 }
    })
    broker.clock.advance(95)
    await awaitUntil('the answer is spooled', async () => {
      return provider.calls.length > asked && (await spooledIn(join(broker.dataDir, 'spool'))).length === 1
    })
    expect((await broker.api.token('paused')).status).toBe(503)
    await postgres.start()
    const refused = await awaitUntil('the database is back', async () => {
      const answer = await broker.api.token('paused')
      return answer.status !== 503 && answer
    })
    expect([refused.status, refused.body.code]).toEqual([409, 'credential.paused'])
  })

  test('an answer that was spooled before a restart is replayed after it', async () => {
    const family = rotatingFamily()
    provider.behave(family.behaviour)
    await broker.api.create(refreshing(provider, 'restarted', family.first))
    provider.behave(async (call, response) => {
      const body = family.behaviour(call, response)
      await postgres.crash()
      return body
    })
    await broker.api.exchange('restarted')
    await broker.stop()
    provider.behave(family.behaviour)
    await postgres.start()
    broker = await broker.restart()
    await awaitUntil('the answer is saved', async () => {
      return (await broker.api.credential('restarted')).token?.version === 2
    })
    expect((await broker.api.exchange('restarted')).body.kind).toBe('token')
    expect([family.reused(), family.alive()]).toEqual([0, true])
  })
})

describe('when a node dies between the answer and the save', () => {
  // Short, yet long enough for a slow machine to send within the lease.
  const quick = { BURSAR_LEASE_SECONDS: '4', BURSAR_UPSTREAM_DEADLINE_SECONDS: '1' }

  async function dieDuringRefresh(recipe: Record<string, unknown> = {}) {
    const family = rotatingFamily()
    provider.behave(family.behaviour)
    const dataDir = await temporaryFolder()
    const victim = await startBrokerProcess(dataDir, quick)
    await victim.api.create(refreshing(provider, 'doubtful', family.first, recipe))
    provider.behave(async (call, response) => {
      const body = family.behaviour(call, response)
      await victim.end('SIGKILL')
      return body
    })
    await victim.api.exchange('doubtful').catch(() => undefined)
    await awaitUntil('the provider has rotated', () => family.refreshes() === 2)
    await victim.end('SIGKILL')
    return { family, dataDir }
  }

  test('the doubt is shown, the old token is not spent again by itself, and a person can find out', async () => {
    const { family, dataDir } = await dieDuringRefresh()
    provider.behave(family.behaviour)
    const node = await startBrokerProcess(dataDir, quick)
    const shown = await awaitUntil(
      'the doubt is shown',
      async () => {
        const credential = await node.api.credential('doubtful')
        return credential.reason?.code === 'in_doubt' && credential
      },
      40,
    )
    expect(shown.status).toBe('degraded')
    expect(shown.reason).toMatchObject({ detail: expect.stringContaining('lost'), hint: expect.any(String) })
    expect((await node.api.token('doubtful')).body.access_token).toBe('access-1')
    expect(family.reused()).toBe(0)
    const { body: record } = await node.api.exchange('doubtful')
    expect([record.kind, record.error.code]).toEqual(['refused', 'invalid_grant'])
    expect((await node.api.credential('doubtful')).reason?.code).toBe('provider.invalid_grant')
    expect(await node.end('SIGTERM')).toBe(0)
  })

  test('within the grace of the provider the old refresh token is tried once, and that mends it', async () => {
    const { dataDir } = await dieDuringRefresh({ lifetime: { rotation_grace_seconds: 60 } })
    const sent: string[] = []
    provider.behave(({ form }, response) => {
      sent.push(form.get('refresh_token') ?? '')
      sendJson(response, 200, { access_token: 'graced', refresh_token: 'graced-refresh', expires_in: 3600 })
    })
    const node = await startBrokerProcess(dataDir, quick)
    await awaitUntil(
      'the retry mends it',
      async () => {
        return (await node.api.credential('doubtful')).token?.version === 2
      },
      40,
    )
    expect(sent).toEqual(['refresh-1'])
    expect(await node.api.credential('doubtful')).toMatchObject({ status: 'active', reason: null })
    expect((await node.api.token('doubtful')).body.access_token).toBe('graced')
    expect(await node.end('SIGTERM')).toBe(0)
  })
})

/** The outcomes that wait; beside them lies the reserve that keeps room for them. */
const spooledIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.endsWith('.json'))
