import { BursarError, createClient } from '@bursar/client'
import { expect, onTestFinished, test } from 'vitest'
import { ADMIN_KEY, startTestBroker } from '../broker.ts'
import { readText, sendJson, startHttpServer } from '../http-server.ts'
import { clientCredentials, countingTokens, startProvider } from '../provider.ts'

/** A broker with the credential `crm`, a client whose clock the test moves, and a count of what it asked. */
async function start() {
  const provider = await startProvider(countingTokens())
  const broker = await startTestBroker()
  onTestFinished(async () => {
    await broker.close()
    await provider.close()
  })
  await broker.api.create(clientCredentials(provider, 'crm'))
  const asked: string[] = []
  const failing = { on: false }
  let aheadMs = 0
  const open = (key = ADMIN_KEY) =>
    createClient({
      url: `${broker.url}/`,
      key,
      now: () => Date.now() + aheadMs,
      fetch: (input, init) => {
        asked.push(`${init?.method ?? 'GET'} ${new URL(String(input)).pathname}`)
        return failing.on ? Promise.reject(new TypeError('planted')) : fetch(input, init)
      },
    })
  const advance = (seconds: number) => {
    aheadMs += seconds * 1000
  }
  return { ...broker, provider, client: open(), open, asked, failing, advance }
}

const refusalOf = async (promise: Promise<unknown>) => {
  const error = await promise.then(
    () => null,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(BursarError)
  return error as BursarError
}
const TOKEN = 'GET /v1/credentials/crm/token'

test('a token is asked for once and then comes from memory', async () => {
  const { client, asked } = await start()
  const tokens = [await client.token('crm'), await client.token('crm')]
  expect(tokens.map(({ access_token }) => access_token)).toEqual(['token-1', 'token-1'])
  expect(asked).toEqual([TOKEN])
})

test('calls at the same time share one request', async () => {
  const { client, asked } = await start()
  await Promise.all(Array.from({ length: 20 }, () => client.token('crm')))
  expect(asked).toEqual([TOKEN])
})

test('a token that is no longer fresh is served at once and renewed behind it', async () => {
  const { client, api, asked, advance } = await start()
  await client.token('crm')
  await api.exchange('crm')
  advance(31)
  expect((await client.token('crm')).access_token).toBe('token-1')
  await expect.poll(async () => (await client.token('crm')).access_token).toBe('token-2')
  expect(asked).toEqual([TOKEN, TOKEN])
})

test('a token is not served past its end, nor with less life than was asked for', async () => {
  const { client, asked } = await start()
  await client.token('crm')
  await client.token('crm', { minTtl: 3_000 })
  expect(asked).toHaveLength(1)
  const refusal = await refusalOf(client.token('crm', { minTtl: 4_000 }))
  expect([refusal.code, refusal.status]).toEqual(['token.too_short', 503])
})

test('while Bursar is away the token in memory is served, for five minutes', async () => {
  const { client, failing, advance } = await start()
  await client.token('crm')
  failing.on = true
  advance(100)
  expect((await client.token('crm')).access_token).toBe('token-1')
  advance(201)
  expect(await refusalOf(client.token('crm'))).toMatchObject({ code: 'client.no_answer', status: 0 })
})

test('a pause counts at once for the client that made it, and soon for another one', async () => {
  const { client, open, advance } = await start()
  const other = open()
  await Promise.all([client.token('crm'), other.token('crm')])
  await client.credentials.pause('crm')
  expect((await refusalOf(client.token('crm'))).code).toBe('credential.paused')
  advance(31)
  await other.token('crm')
  await expect.poll(() => other.token('crm').catch(({ code }) => code)).toBe('credential.paused')
})

test('a forgotten token is asked for again', async () => {
  const { client, asked } = await start()
  await client.token('crm')
  client.forgetToken('crm')
  await client.token('crm')
  expect(asked).toEqual([TOKEN, TOKEN])
})

test.each(['proxy', 'direct'] as const)('fetch carries the token where it belongs: %s', async (via) => {
  const { client, provider } = await start()
  const fetchCrm = client.fetchAs('crm', { via })
  const response = await fetchCrm(`${provider.apiUrl}orders?a=1#top`, {
    method: 'POST',
    headers: { Authorization: 'Bearer of-my-own', 'X-Mine': '1' },
    body: 'text',
  })
  expect(response.status).toBe(200)
  const [call] = provider.apiCalls
  expect(call).toMatchObject({ url: '/api/orders?a=1', body: 'text' })
  expect(call!.headers).toMatchObject({ authorization: 'Bearer token-1', 'x-mine': '1' })
  expect(call!.headers).not.toHaveProperty('bursar-key')
})

test.each(['proxy', 'direct'] as const)('fetch sends nothing where no rule allows it: %s', async (via) => {
  const { client, provider } = await start()
  const refusal = await refusalOf(client.fetchAs('crm', { via })(`${provider.url}/elsewhere`))
  expect(refusal).toMatchObject({ code: 'destination.refused', status: 403 })
  expect(provider.calls).toHaveLength(1)
  expect(provider.apiCalls).toEqual([])
})

test.each(['proxy', 'direct'] as const)(
  'fetch takes neither token nor key along a redirect: %s',
  async (via) => {
    const { client, api } = await start()
    const seen: unknown[] = []
    const target = await startHttpServer((request, response) => {
      seen.push(request.headers)
      response.writeHead(302, { Location: `http://127.0.0.1:${new URL(target.url).port}/elsewhere` }).end()
    })
    onTestFinished(() => target.close())
    await api.call('PATCH', '/v1/credentials/crm', { destinations: [`${target.url}/api/`] })
    const response = await client.fetchAs('crm', { via })(`${target.url}/api/x`)
    expect([response.status, seen.length]).toEqual([302, 1])
  },
)

test('fetch streams a body, and can be aborted', async () => {
  const { client, api } = await start()
  const target = await startHttpServer(async (request, response) => {
    sendJson(response, 200, { text: await readText(request) })
  })
  onTestFinished(() => target.close())
  await api.call('PATCH', '/v1/credentials/crm', { destinations: [`${target.url}/`] })
  const fetchCrm = client.fetchAs('crm')
  const body = new Blob(['one', 'two']).stream()
  const init = { method: 'POST', body, duplex: 'half' } as RequestInit
  expect(await (await fetchCrm(`${target.url}/`, init)).json()).toEqual({ text: 'onetwo' })
  await expect(fetchCrm(`${target.url}/`, { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  })
})

test('credentials are made, listed, changed and deleted', async () => {
  const { client, provider } = await start()
  const { credentials } = client
  const input = { ...clientCredentials(provider, 'erp'), name: 'erp' } as Parameters<
    typeof credentials.create
  >[0]
  expect(await credentials.create(input, { wait: 10 })).toMatchObject({ name: 'erp', status: 'active' })
  expect((await credentials.update('erp', { labels: { team: 'sales' } })).labels).toEqual({ team: 'sales' })
  const names: string[] = []
  for await (const { name } of credentials.each({ limit: 1 })) names.push(name)
  expect(names).toEqual(['crm', 'erp'])
  expect((await credentials.exchange('erp')).kind).toBe('token')
  expect((await credentials.exchanges('erp')).items.length).toBeGreaterThan(0)
  await credentials.delete('erp')
  expect((await refusalOf(credentials.get('erp'))).code).toBe('credential.not_found')
})

test('callers and providers are made, listed and deleted; a caller may do what its scopes say', async () => {
  const { client, open, provider } = await start()
  const { id, key } = await client.callers.create({ name: 'app', scopes: ['tokens:crm'] })
  const app = open(key)
  expect((await app.token('crm')).access_token).toBe('token-1')
  expect((await refusalOf(app.credentials.list())).code).toBe('caller.forbidden')
  expect((await client.callers.list()).items.map(({ name }) => name)).toContain('app')
  await client.callers.delete(id)
  const recipe = { grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'c' } as const
  await client.providers.create({ name: 'partner', recipe })
  expect((await client.providers.put('partner', { recipe })).version).toBe(2)
  expect((await client.providers.list()).items.map(({ name }) => name)).toEqual(['partner'])
  await client.providers.delete('partner')
  expect((await refusalOf(client.providers.get('partner'))).code).toBe('provider.not_found')
})

test('validate and explain answer what Bursar knows', async () => {
  const { client, provider } = await start()
  const { name: _name, ...trial } = clientCredentials(provider, 'x') as Parameters<typeof client.validate>[0]
  expect((await client.validate(trial)).valid).toBe(true)
  const question = { credential: 'crm', method: 'GET' }
  expect((await client.explain({ ...question, url: `${provider.apiUrl}a` })).allowed).toBe(true)
  expect((await client.explain({ ...question, url: `${provider.url}/a` })).allowed).toBe(false)
})

test('an error tells code, status, every problem with its path, and the request', async () => {
  const { client } = await start()
  const refusal = await refusalOf(client.credentials.create({ name: 'Not A Name', labels: { '-': 'x' } }))
  expect(refusal).toMatchObject({ name: 'BursarError', status: 422, requestId: expect.any(String) })
  expect(refusal.errors.map(({ path }) => path)).toEqual(expect.arrayContaining(['/name', '/labels/-']))
})

test('only what is safe is sent again', async () => {
  const { client, asked, failing } = await start()
  failing.on = true
  expect((await refusalOf(client.credentials.get('crm'))).code).toBe('client.no_answer')
  expect(asked).toHaveLength(3)
  await refusalOf(client.credentials.exchange('crm'))
  await refusalOf(client.credentials.delete('crm'))
  expect(asked).toHaveLength(5)
})

test('a server that is not Bursar is told as such', async () => {
  const server = await startHttpServer((_request, response) => response.writeHead(404).end('<html>'))
  onTestFinished(() => server.close())
  const client = createClient({ url: server.url, key: 'bsr_a_b' })
  expect(await refusalOf(client.token('crm'))).toMatchObject({ code: 'client.not_bursar', status: 404 })
})

test.each(['..', '.', ''])('"%s" is the name of nothing, and is not sent', async (name) => {
  const { client, asked } = await start()
  expect((await refusalOf(client.credentials.get(name))).code).toBe('request.not_found')
  expect(asked).toEqual([])
})

test.each(['proxy', 'direct'] as const)(
  'fetchAs via %s: forms and streams arrive as they were given',
  async (via) => {
    const { client, provider } = await start()
    const fetchCrm = client.fetchAs('crm', { via })
    const form = new FormData()
    form.set('field', 'value')
    expect((await fetchCrm(`${provider.apiUrl}form`, { method: 'POST', body: form })).status).toBe(200)
    const { headers, body } = provider.apiCalls.at(-1)!
    const boundary = /^multipart\/form-data; boundary=(.+)$/.exec(headers['content-type'] as string)![1]
    expect(body.startsWith(`--${boundary}\r\n`)).toBe(true)
    async function* pieces() {
      yield new TextEncoder().encode('one ')
      yield new TextEncoder().encode('two')
    }
    const streamed = { method: 'POST', body: pieces(), duplex: 'half' } as unknown as RequestInit
    expect((await fetchCrm(`${provider.apiUrl}stream`, streamed)).status).toBe(200)
    expect(provider.apiCalls.at(-1)?.body).toBe('one two')
  },
)

test('fetchAs via direct waits for Bursar no longer than the time-out of the client', async () => {
  const silent = await startHttpServer(() => {})
  onTestFinished(() => silent.close())
  const client = createClient({ url: silent.url, key: ADMIN_KEY, timeoutMs: 50 })
  const refusal = await refusalOf(client.fetchAs('crm', { via: 'direct' })('https://api.example/'))
  expect(refusal.code).toBe('client.no_answer')
})

test('fetchAs via direct sends the header that carries the token, and nothing else of the answer that named it', async () => {
  const { api, url, provider } = await start()
  await api.create(clientCredentials(provider, 'own', { injection: { header: 'X-Api-Key' } }))
  const client = createClient({
    url,
    key: ADMIN_KEY,
    // What stands between may add headers of its own to what Bursar answers.
    async fetch(input, init) {
      const answer = await fetch(input, init)
      if (!String(input).includes('/forward-auth/')) return answer
      const headers = new Headers(answer.headers)
      headers.set('X-Added', 'by a proxy')
      headers.set('Strict-Transport-Security', 'max-age=1')
      return new Response(null, { status: answer.status, headers })
    },
  })
  const fetchOwn = client.fetchAs('own', { via: 'direct' })
  expect((await fetchOwn(`${provider.apiUrl}me`, { headers: { 'x-mine': '1' } })).status).toBe(200)
  const { headers } = provider.apiCalls.at(-1)!
  expect(headers).toMatchObject({ 'x-api-key': expect.stringMatching(/token-\d/), 'x-mine': '1' })
  for (const name of ['x-added', 'strict-transport-security', 'bursar-token-header'])
    expect(headers).not.toHaveProperty(name)
})

test('fetchAs via direct sends nothing where the answer names no header', async () => {
  const other = await startHttpServer((_request, response) => {
    response.writeHead(200, { Authorization: 'Bearer of-somebody' }).end()
  })
  onTestFinished(() => other.close())
  const client = createClient({ url: other.url, key: ADMIN_KEY })
  const refusal = await refusalOf(client.fetchAs('crm', { via: 'direct' })(`${other.url}/api`))
  expect(refusal).toMatchObject({ code: 'client.not_bursar', status: 200 })
})
