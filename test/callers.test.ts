import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Api } from './api.ts'
import { startTestBroker, type TestBroker } from './broker.ts'
import { clientCredentials, type Provider, startProvider } from './provider.ts'

let broker: TestBroker
let provider: Provider

beforeAll(async () => {
  broker = await startTestBroker()
  provider = await startProvider()
  for (const name of ['sales-email', 'sales-crm', 'hr-crm']) {
    expect((await broker.api.create(clientCredentials(provider, name))).status).toBe(201)
  }
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
})

async function caller(scopes: string[], more: Record<string, unknown> = {}): Promise<Api & { id: string }> {
  const { status, body } = await broker.api.call('POST', '/v1/callers', { name: 'tester', scopes, ...more })
  expect(status).toBe(201)
  expect(body.key).toMatch(/^bsr_[a-z0-9]+_[\w-]{43}$/)
  return { ...broker.api.withKey(body.key), id: body.id }
}

/** What a key may do, by the status of one call for each part of the API. */
async function reach(api: Api): Promise<string[]> {
  const attempts: Array<[string, Promise<{ status: number }>]> = [
    ['read', api.call('GET', '/v1/credentials')],
    ['read one', api.call('GET', '/v1/credentials/hr-crm')],
    ['status', api.call('GET', '/v1/status')],
    ['write', api.call('PATCH', '/v1/credentials/hr-crm', { labels: { a: 'b' } })],
    ['validate', api.call('POST', '/v1/validate', {})],
    ['exchange', api.call('POST', '/v1/credentials/hr-crm/exchange')],
    ['audit', api.call('GET', '/v1/audit')],
    ['callers', api.call('GET', '/v1/callers')],
    ['token sales-email', api.token('sales-email')],
    ['token hr-crm', api.token('hr-crm')],
    ['proxy sales-crm', api.proxy('sales-crm', `${provider.apiUrl}me`)],
    ['proxy hr-crm', api.proxy('hr-crm', `${provider.apiUrl}me`)],
  ]
  const answers = await Promise.all(
    attempts.map(async ([what, call]) => [what, (await call).status] as const),
  )
  for (const [what, status] of answers) expect([what, status === 401]).toEqual([what, false])
  return answers.filter(([, status]) => status !== 403).map(([what]) => what)
}

describe('a key', () => {
  test.each<[string[], string[]]>([
    [['credentials:read'], ['read', 'read one', 'status']],
    [['credentials:write'], ['read', 'read one', 'status', 'write', 'validate', 'exchange']],
    [['audit:read'], ['audit']],
    [['tokens:sales-email'], ['token sales-email']],
    [['tokens:*'], ['token sales-email', 'token hr-crm']],
    [['proxy:*-crm'], ['proxy sales-crm', 'proxy hr-crm']],
    [
      ['proxy:sales-*', 'tokens:hr-*'],
      ['token hr-crm', 'proxy sales-crm'],
    ],
  ])('with the scopes %j reaches only its part', async (scopes, reached) => {
    expect(await reach(await caller(scopes))).toEqual(reached)
  })

  test('with the scope admin reaches all', async () => {
    expect((await reach(await caller(['admin']))).length).toBe(12)
  })

  test('of somebody who is no admin makes no other key', async () => {
    const api = await caller(['credentials:read', 'credentials:write', 'tokens:*', 'proxy:*', 'audit:read'])
    const { status } = await api.call('POST', '/v1/callers', { name: 'more', scopes: ['admin'] })
    expect(status).toBe(403)
    expect((await api.call('DELETE', `/v1/callers/${api.id}`)).status).toBe(403)
  })

  test('ends at its time', async () => {
    const end = new Date((broker.clock.now() + 60) * 1000).toISOString()
    const api = await caller(['credentials:read', 'tokens:*'], { expires_at: end })
    expect((await api.call('GET', '/v1/credentials')).status).toBe(200)
    expect((await api.token('hr-crm')).status).toBe(200)
    broker.clock.advance(61)
    expect((await api.call('GET', '/v1/credentials')).status).toBe(401)
    expect((await api.token('hr-crm')).status).toBe(401)
  })

  test('that is deleted is refused at once', async () => {
    const api = await caller(['tokens:*'])
    expect((await api.token('hr-crm')).status).toBe(200)
    expect((await broker.api.call('DELETE', `/v1/callers/${api.id}`)).status).toBe(204)
    expect((await api.token('hr-crm')).status).toBe(401)
    expect((await broker.api.call('DELETE', `/v1/callers/${api.id}`)).status).toBe(404)
  })

  test('of BURSAR_ADMIN_KEY that is deleted is let in by no later start, and a new value is', async () => {
    const env = { BURSAR_ADMIN_KEY: 'bsr_first_0123456789abcdefghijklmnopqrstuvwxyz' }
    let own = await startTestBroker({ env })
    const api = () => own.api.withKey(env.BURSAR_ADMIN_KEY)
    const { body } = await api().call('POST', '/v1/callers', { name: 'second', scopes: ['admin'] })
    own = await own.restart()
    const { items } = (await api().call('GET', '/v1/callers')).body
    expect(items.map(({ name }) => name).toSorted()).toEqual(['admin', 'second'])
    const second = own.api.withKey(body.key)
    const admin = items.find(({ name }) => name === 'admin')
    expect((await second.call('DELETE', `/v1/callers/${admin?.id}`)).status).toBe(204)
    for (const _start of [1, 2]) {
      own = await own.restart()
      expect((await api().call('GET', '/v1/callers')).status).toBe(401)
    }
    expect(own.log.join('')).toContain('admin_key_deleted')
    await own.stop()

    env.BURSAR_ADMIN_KEY = 'bsr_later_0123456789abcdefghijklmnopqrstuvwxyz'
    own = await startTestBroker({ env, dataDir: own.dataDir, clock: own.clock })
    expect((await api().call('GET', '/v1/callers')).status).toBe(200)
    await own.close()
  })

  test('was used last when it was, whoever is made or deleted meanwhile, and also where the broker stops', async () => {
    let own = await startTestBroker()
    const lastUses = async () => {
      const { items } = (await own.api.call('GET', '/v1/callers')).body
      return Object.fromEntries(
        items.map((item) => [item.name, (item as { last_used_at?: unknown }).last_used_at]),
      )
    }
    const make = async (name: string) =>
      (await own.api.call('POST', '/v1/callers', { name, scopes: ['credentials:read'] })).body
    const use = async (key: string) => {
      expect((await own.api.withKey(key).call('GET', '/v1/credentials')).status).toBe(200)
      return new Date(own.clock.now() * 1000).toISOString().replace('.000', '')
    }
    const shop = await make('shop')
    const used = await use(shop.key)
    const other = await make('other')
    await own.api.call('DELETE', `/v1/callers/${other.id}`)
    own.clock.advance(21)
    await expect.poll(lastUses).toMatchObject({ shop: used })
    own.clock.advance(5)
    const usedAgain = await use(shop.key)
    own = await own.restart()
    expect(await lastUses()).toMatchObject({ shop: usedAgain })
    await own.close()
  })

  test('is shown once and never again', async () => {
    const api = await caller(['credentials:read'])
    const secret = api.key.split('_').slice(2).join('_')
    for (const path of ['/v1/callers', '/v1/audit?limit=500']) {
      expect((await broker.api.call('GET', path)).text).not.toContain(secret)
    }
  })

  test.each<[string, Record<string, unknown>, string]>([
    ['an unknown scope', { name: 'x', scopes: ['everything'] }, '/scopes/0'],
    ['a pattern of nothing', { name: 'x', scopes: ['tokens:'] }, '/scopes/0'],
    ['no scope', { name: 'x', scopes: [] }, '/scopes'],
    [
      'an end in the past',
      { name: 'x', scopes: ['admin'], expires_at: '2001-01-01T00:00:00Z' },
      '/expires_at',
    ],
  ])('with %s is not made', async (_what, body, path) => {
    const answer = await broker.api.call('POST', '/v1/callers', body)
    expect([answer.status, answer.body.errors[0]?.path]).toEqual([422, path])
  })

  test.each<[string, Record<string, string>]>([
    ['no key', { Authorization: '' }],
    ['a made-up key', { Authorization: 'Bearer bsr_x_y' }],
    ['another scheme', { Authorization: 'Basic YTpi' }],
  ])('is needed: %s gets a 401 that says how', async (_what, headers) => {
    for (const path of ['/v1/credentials', '/v1/credentials/hr-crm/token']) {
      const answer = await broker.api.call('GET', path, undefined, { headers })
      expect([path, answer.status, answer.body.code]).toEqual([path, 401, 'caller.unauthenticated'])
      expect(answer.headers.get('www-authenticate')).toContain('Bearer')
    }
  })
})

describe('the proxy', () => {
  test('never passes on the key of the caller or an Authorization of theirs', async () => {
    await broker.api.proxy('hr-crm', `${provider.apiUrl}me`, {
      headers: { Authorization: 'Bearer of-the-caller', 'X-Kept': 'yes' },
    })
    const sent = provider.apiCalls.at(-1)?.headers
    expect(sent?.authorization).toMatch(/^Bearer token-/)
    expect(sent?.['x-kept']).toBe('yes')
    expect(JSON.stringify(sent)).not.toContain(broker.api.key)
    expect(JSON.stringify(sent)).not.toContain('of-the-caller')
  })
})

describe('the audit trail', () => {
  test('says who did what to whom, and a chain of hashes holds it together', async () => {
    const api = await caller(['credentials:write', 'credentials:read'])
    await api.call('POST', '/v1/credentials', clientCredentials(provider, 'audited'))
    await api.call('PATCH', '/v1/credentials/audited', { secrets: { client_secret: 'changed-secret' } })
    await api.call('POST', '/v1/credentials/audited/pause')
    await api.call('POST', '/v1/credentials/audited/resume')
    await api.call('DELETE', '/v1/credentials/audited')
    const { body, text } = await broker.api.call('GET', '/v1/audit?limit=500')
    const mine = body.items.filter(({ actor }) => actor === api.id).reverse()
    expect(mine.map(({ action, subject }) => [action, subject])).toEqual([
      ['credential.create', 'audited'],
      ['credential.update', 'audited'],
      ['credential.pause', 'audited'],
      ['credential.resume', 'audited'],
      ['credential.delete', 'audited'],
    ])
    expect(text).not.toContain('changed-secret')
    expect(text).toContain('secrets.client_secret')
    const hashes = body.items.map(({ hash }) => hash)
    expect(new Set(hashes).size).toBe(hashes.length)
    for (const hash of hashes) expect(hash).toMatch(/^[0-9a-f]{64}$/)
    expect(body.items.map(({ seq }) => seq)).toEqual(
      Array.from({ length: hashes.length }, (_, index) => hashes.length - index),
    )
  })

  test('is read page by page', async () => {
    const first = (await broker.api.call('GET', '/v1/audit?limit=2')).body
    const second = (await broker.api.call('GET', `/v1/audit?limit=2&cursor=${first.next_cursor}`)).body
    expect(second.items[0]?.seq).toBe((first.items[1]?.seq ?? 0) - 1)
  })
})
