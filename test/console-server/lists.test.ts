import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ADMIN_KEY, startTestBroker } from '../broker.ts'
import { clientCredentials, type Provider, startProvider } from '../provider.ts'
import { consoleClient, signedIn } from './browser-client.ts'

const broker = await startTestBroker()
const provider: Provider = await startProvider()
const { api } = broker
afterAll(() => Promise.all([broker.close(), provider.close()]))

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, checked by each test.
type Any = any
const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await api.call(method, path, body, { headers })
  return { ...answer, body: answer.body as Any }
}

beforeAll(async () => {
  for (const name of ['a-sales', 'b-sales', 'c-hr']) {
    const body = clientCredentials(provider, name) as Record<string, unknown>
    await api.create({
      ...body,
      labels: { team: name.slice(2) },
      environment: name === 'c-hr' ? null : 'production',
    })
  }
  provider.behave((_call, response) => {
    response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"error":"invalid_client"}')
  })
  await api.create(clientCredentials(provider, 'd-broken'))
})

describe('the list', () => {
  const namesOf = async (query: string) =>
    (await call('GET', `/v1/credentials?${query}`)).body.items.map(({ name }: Any) => name)

  test('is filtered by grant, label, environment and end, and counted where that is asked', async () => {
    expect(await namesOf('label=team')).toEqual(['a-sales', 'b-sales', 'c-hr'])
    expect(await namesOf('label=team%3Dsales&environment=production')).toEqual(['a-sales', 'b-sales'])
    expect(await namesOf('grant=static_token')).toEqual([])
    expect(await namesOf('expiring_before=2999-01-01T00:00:00Z')).toEqual(['a-sales', 'b-sales', 'c-hr'])
    const { body } = await call('GET', '/v1/credentials?limit=1&total=true&label=team')
    expect([body.items.length, body.total]).toEqual([1, 3])
    expect((await call('GET', '/v1/credentials?limit=1')).body.total).toBeNull()
  })

  test('goes on after a page in every order', async () => {
    for (const sort of [
      'name',
      '-name',
      'status',
      '-expires_at',
      'refresh_due_at',
      '-updated_at',
      'created_at',
    ]) {
      const whole = await namesOf(`sort=${sort}`)
      const walked: string[] = []
      let cursor = ''
      do {
        const { body } = await call('GET', `/v1/credentials?sort=${sort}&limit=1${cursor}`)
        walked.push(...body.items.map(({ name }: Any) => name))
        cursor = body.next_cursor === null ? '' : `&cursor=${encodeURIComponent(body.next_cursor)}`
      } while (cursor !== '')
      expect(walked, sort).toEqual(whole)
      expect(walked).toHaveLength(4)
    }
  })

  test('refuses orders and cursors it does not know, with their place', async () => {
    expect((await call('GET', '/v1/credentials?sort=color')).body.errors[0].path).toBe('/query/sort')
    for (const cursor of ['x', 'WzFd', Buffer.from('["name",1,"a"]').toString('base64url')]) {
      const { status, body } = await call('GET', `/v1/credentials?sort=status&cursor=${cursor}`)
      expect([status, body.errors[0].path]).toEqual([422, '/query/cursor'])
    }
  })

  test('knows what it can be filtered by', async () => {
    const { body } = await call('GET', '/v1/facets')
    expect(body).toMatchObject({
      total: 4,
      grants: [{ value: 'client_credentials', credentials: 4 }],
      environments: [{ value: 'production', credentials: 2 }],
      labels: [
        { name: 'team', value: 'sales', credentials: 2 },
        { name: 'team', value: 'hr', credentials: 1 },
      ],
    })
    expect((await call('GET', '/v1/environments')).body.items).toEqual([
      { name: 'production', credentials: 2, by_status: { active: 2 } },
      { name: null, credentials: 2, by_status: expect.objectContaining({ active: 1 }) },
    ])
  })
})

describe('a second tab', () => {
  test('that changed a credential makes the first one fail, and nothing is changed', async () => {
    const first = await call('GET', '/v1/credentials/a-sales')
    const etag = first.headers.get('etag')!
    expect(etag).toBe(`"${first.body.revision}"`)
    const second = await call(
      'PATCH',
      '/v1/credentials/a-sales',
      { labels: { team: 'x' } },
      { 'If-Match': etag },
    )
    expect(second.status).toBe(200)
    expect(second.headers.get('etag')).not.toBe(etag)
    for (const [method, path, body] of [
      ['PATCH', '/v1/credentials/a-sales', { labels: { team: 'y' } }],
      ['POST', '/v1/credentials/a-sales/pause', undefined],
      ['DELETE', '/v1/credentials/a-sales', undefined],
    ] as const) {
      const late = await call(method, path, body, { 'If-Match': etag })
      expect([late.status, late.body.code]).toEqual([412, 'request.precondition'])
    }
    expect((await call('GET', '/v1/credentials/a-sales')).body.labels).toEqual({ team: 'x' })
    const fresh = { 'If-Match': second.headers.get('etag')! }
    expect(
      (await call('PATCH', '/v1/credentials/a-sales', { labels: { team: 'sales' } }, fresh)).status,
    ).toBe(200)
    expect(
      (await call('PATCH', '/v1/credentials/a-sales', { environment: 'q' }, { 'If-Match': '"x"' })).status,
    ).toBe(412)
  })

  test('of many that save at once on the same revision one does', async () => {
    const etag = (await call('GET', '/v1/credentials/b-sales')).headers.get('etag')!
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        call('PATCH', '/v1/credentials/b-sales', { labels: { n: String(n) } }, { 'If-Match': etag }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412, 412, 412, 412])
  })

  test('that added a version of a provider makes the first one fail', async () => {
    const recipe = { grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'x' }
    await call('POST', '/v1/providers', { name: 'crm', recipe })
    const etag = (await call('GET', '/v1/providers/crm')).headers.get('etag')!
    const put = (title: string) => call('PUT', '/v1/providers/crm', { title, recipe }, { 'If-Match': etag })
    const answers = await Promise.all([put('one'), put('two'), put('three')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 412, 412])
    expect((await call('GET', '/v1/providers/crm')).body.version).toBe(2)
    expect((await call('DELETE', '/v1/providers/crm', undefined, { 'If-Match': etag })).status).toBe(412)
    expect((await call('DELETE', '/v1/providers/crm', undefined, { 'If-Match': '"2"' })).status).toBe(204)
  })
})

describe('many at once', () => {
  test('are paused and resumed, each with its own result', async () => {
    const names = ['b-sales', 'c-hr', 'nobody', 'c-hr']
    const paused = await call('POST', '/v1/credentials/bulk', { action: 'pause', names })
    expect(paused.body).toMatchObject({
      done: 2,
      failed: 1,
      items: [
        { name: 'b-sales', ok: true, status: 'paused', error: null },
        { name: 'c-hr', ok: true, status: 'paused' },
        { name: 'nobody', ok: false, status: null, error: { code: 'credential.not_found' } },
      ],
    })
    const resumed = await call('POST', '/v1/credentials/bulk', {
      action: 'resume',
      names: ['b-sales', 'c-hr'],
    })
    expect(resumed.body.done).toBe(2)
  })

  test('are exchanged; what the provider refuses is said for each', async () => {
    const { body } = await call('POST', '/v1/credentials/bulk', {
      action: 'exchange',
      names: ['b-sales', 'd-broken'],
    })
    expect(body.failed).toBe(2)
    expect(body.items[1]).toMatchObject({ ok: false, status: 'broken', error: { code: 'exchange.refused' } })
  })

  test('are not touched by whom may only look, nor by an order that is not one', async () => {
    const made = await call('POST', '/v1/callers', { name: 'r', scopes: ['credentials:read'] })
    const reader = await signedIn(broker.url, made.body.key)
    const order = { action: 'pause', names: ['c-hr'] }
    expect((await reader.call('POST', '/v1/credentials/bulk', order)).status).toBe(403)
    for (const body of [{}, { action: 'delete', names: ['a'] }, { action: 'pause', names: [] }]) {
      expect((await call('POST', '/v1/credentials/bulk', body)).status).toBe(422)
    }
    expect((await consoleClient(broker.url).call('POST', '/v1/credentials/bulk', order)).status).toBe(401)
  })
})

describe('the overview', () => {
  test('counts, plots what comes, names what failed with what helps, and says what is left to do', async () => {
    const { body } = await call('GET', '/v1/overview')
    expect(body.credentials.total).toBe(4)
    expect(body.upcoming.hours).toHaveLength(24)
    expect(body.upcoming.days).toHaveLength(90)
    const sum = (spans: Any[], member: string) => spans.reduce((total, span) => total + span[member], 0)
    expect(sum(body.upcoming.hours, 'expires')).toBe(3)
    expect(sum(body.upcoming.days, 'expires')).toBe(3)
    const broken = body.failures.items.find(({ name }: Any) => name === 'd-broken')
    expect(broken).toMatchObject({ status: 'broken', mend: 'edit', reason: { who: 'admin' } })
    expect(body.health.checks.map(({ name }: Any) => name).sort()).toEqual([
      'clock',
      'database',
      'key_ring',
      'nodes',
      'spool',
    ])
    expect(body.health.status).toBe('ok')
    expect(body.setup.steps.find(({ id }: Any) => id === 'credential').done).toBe(true)
  })

  test('names a credential that never got a token, once its first exchange has failed', async () => {
    const recipe = { grant: 'client_credentials', token_url: 'http://127.0.0.1:9/token', client_id: 'x' }
    const secrets = { client_secret: 'nobody-listens' }
    expect((await api.create({ name: 'z-unserved', recipe, secrets, destinations: [] })).status).toBe(201)
    const { failures } = (await call('GET', '/v1/overview')).body
    expect(failures.items.at(-1)).toMatchObject({ name: 'z-unserved', status: 'pending', mend: 'wait' })
    expect(failures.total).toBe(failures.items.length)
    await call('DELETE', '/v1/credentials/z-unserved')
  })

  test('counts requests for tokens by minute, with how long they took', async () => {
    const before = (await call('GET', '/v1/overview')).body.traffic.hour
    for (let i = 0; i < 20; i += 1) await api.token('c-hr')
    await api.token('nobody')
    const { traffic } = (await call('GET', '/v1/overview')).body
    expect(traffic.hour.requests - before.requests).toBe(21)
    expect(traffic.hour.refused - before.refused).toBe(1)
    expect(traffic.hour.points).toHaveLength(60)
    expect(traffic.hour.latency_ms.p50).toBeGreaterThan(0)
    expect(traffic.hour.latency_ms.p99).toBeGreaterThanOrEqual(traffic.hour.latency_ms.p50)
    expect(traffic.day.requests).toBe(traffic.hour.requests)
    broker.clock.advance(3_700)
    const later = (await call('GET', '/v1/overview')).body.traffic
    expect([later.hour.requests, later.day.requests]).toEqual([0, traffic.day.requests])
  })

  test('is for whoever may look, and settings for administrators, without secrets', async () => {
    const admin = await signedIn(broker.url, ADMIN_KEY)
    const { items } = (await admin.call('GET', '/v1/settings')).body
    const of = (name: string) => items.find((setting: Any) => setting.name === name)
    expect(of('adminKey')).toMatchObject({ value: '[secret]', origin: 'environment' })
    expect(of('logLevel').origin).toBe('environment')
    const made = await call('POST', '/v1/callers', { name: 'r', scopes: ['credentials:read'] })
    const reader = api.withKey(made.body.key)
    expect((await reader.call('GET', '/v1/overview')).status).toBe(200)
    expect((await reader.call('GET', '/v1/settings')).status).toBe(403)
    expect((await reader.call('GET', '/v1/nodes')).body.items).toMatchObject([{ state: 'up', current: true }])
  })
})
