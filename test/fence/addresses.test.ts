import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { CLIENT_SECRET, clientCredentials, deviceCode, staticToken, TOKEN } from './credentials.ts'
import { LOOPBACK_SPELLINGS, PRIVATE_HOSTS } from './hosts.ts'
import { type Recorder, startRecorder } from './recorder.ts'
import { exchangeRaw, rawRequest, statusOf, WEBSOCKET } from './wire.ts'

let broker: TestBroker
/** Stands wherever a trick could lead: the first byte that arrives there is one too many. */
let trap: Recorder
/** The one address that may be called. */
let provider: Recorder
const numbers = Array.from({ length: 10_000 }, (_, nth) => nth).values()

beforeAll(async () => {
  trap = await startRecorder(['127.0.0.1', '127.0.0.2', '127.255.255.254', '::1'])
  provider = await startRecorder(['127.0.0.9'])
  const token = JSON.stringify({ access_token: TOKEN, expires_in: 3600 })
  provider.answer = () => `HTTP/1.1 200 OK\r\nContent-Length: ${token.length}\r\n\r\n${token}`
  broker = await startTestBroker({
    env: { BURSAR_OUTBOUND_ALLOW: '127.0.0.9/32' },
    // Whoever owns a name decides where it leads, by an address record or by way of a CNAME.
    lookup: async (host) =>
      host === 'metadata.google.internal'
        ? [{ address: '169.254.169.254', family: 4 }]
        : [
            { address: '127.0.0.1', family: 4 },
            { address: '::1', family: 6 },
          ],
  })
})
afterAll(async () => {
  await broker?.close()
  await trap?.close()
  await provider?.close()
})

const HOSTS = [...LOOPBACK_SPELLINGS, ...PRIVATE_HOSTS]
const urls = (host: string, schemes: readonly string[]) =>
  schemes.map((scheme) => `${scheme}://${host}:${trap.port}/x`)
/** Plain http is open to this machine, so only there it is another case. */
const SCHEMES = ['https', 'http']
const loopbackScheme = (host: string) => [/^(127\.|localhost$|\[::1\]$)/i.test(host) ? 'http' : 'https']
const nextName = () => `c${numbers.next().value}`
const tokenUrl = () => `http://127.0.0.9:${provider.port}/token`

/** A refusal at the door, or a credential that says that the address is fenced off. */
function expectNoToken(answer: { status: number; text: string; body: { reason?: unknown } }): void {
  if (answer.status === 201)
    expect(answer.body.reason, answer.text).toMatchObject({ code: 'outbound.blocked' })
  else expect(answer.status, answer.text).toBe(422)
}

describe.concurrent.each(HOSTS)('%s', (host) => {
  test('is not called as a token endpoint, nor on trial', async () => {
    for (const url of urls(host, SCHEMES)) {
      expectNoToken(await broker.api.create(clientCredentials(nextName(), { token_url: url })))
      const trial = await broker.api.call('POST', '/v1/validate', clientCredentials('x', { token_url: url }))
      if (trial.status === 200)
        expect(trial.body).toMatchObject({ valid: false, error: { code: 'outbound.blocked' } })
      else expect(trial.status).toBe(422)
    }
    expect(trap.total()).toBe(0)
  })

  test('is not called to revoke a token', async () => {
    for (const url of urls(host, loopbackScheme(host))) {
      const name = nextName()
      const body = clientCredentials(name, { token_url: tokenUrl(), revocation_url: url })
      const made = await broker.api.create(body)
      if (made.status === 422) continue
      expect(made.body.status).toBe('active')
      const deleted = await broker.api.call('DELETE', `/v1/credentials/${name}`)
      expect(deleted.body.revocation.outcome).toBe('failed')
      expect(deleted.text).not.toContain(TOKEN)
    }
    expect(trap.total()).toBe(0)
  })

  test('is not called to authorize a device', async () => {
    for (const url of urls(host, loopbackScheme(host))) {
      const name = nextName()
      const made = await broker.api.create(deviceCode(name, url, tokenUrl()))
      if (made.status === 422) continue
      const { status, body, text } = await broker.api.call('POST', `/v1/credentials/${name}/authorize`)
      expect([status, body.code]).toEqual([502, 'exchange.unavailable'])
      expect(text).not.toContain(CLIENT_SECRET)
    }
    expect(trap.total()).toBe(0)
  })

  test('gets nothing through the proxy, even where a rule names it', async () => {
    const key = `Bursar-Key: ${broker.api.key}`
    for (const scheme of ['https', 'ws']) {
      const url = `${scheme}://${host}:${trap.port}/x`
      const name = nextName()
      const ruled = await broker.api.create(staticToken(name, [url]))
      if (ruled.status === 422) await broker.api.create(staticToken(name, ['https://api.example.com/']))
      // As a program would send it that writes UTF-8 into its request line.
      const target = Buffer.from(`/proxy/${name}/${url}`).toString('latin1')
      const headers = scheme.startsWith('w') ? [key, ...WEBSOCKET] : [key, 'Connection: close']
      const answer = await exchangeRaw(broker.url, rawRequest('GET', target, headers))
      expect([400, 403, 502], answer).toContain(statusOf(answer))
      expect(answer).not.toContain(TOKEN)
    }
    expect(trap.total()).toBe(0)
  })

  test('is not the host of another rule', async () => {
    const name = nextName()
    const rules = ['https://api.example.com/', 'https://*.example.com/', `https://127.0.0.9:${trap.port}/`]
    await broker.api.create(staticToken(name, rules))
    for (const url of urls(host, loopbackScheme(host))) {
      const explained = await broker.api.call('POST', '/v1/explain', { credential: name, url, method: 'GET' })
      expect(explained.body.allowed, explained.text).toBe(false)
      const header = Buffer.from(url).toString('latin1')
      const headers = [
        `Bursar-Key: ${broker.api.key}`,
        `X-Original-URL: ${header}`,
        'X-Original-Method: GET',
        'Connection: close',
      ]
      const answer = await exchangeRaw(broker.url, rawRequest('GET', `/forward-auth/${name}`, headers))
      expect([400, 403], answer).toContain(statusOf(answer))
      expect(answer).not.toContain(TOKEN)
    }
  })
})

test('what is refused here would have arrived: the same way leads to the address that is listed', async () => {
  const name = nextName()
  const before = provider.total()
  const made = await broker.api.create(
    clientCredentials(name, { token_url: tokenUrl() }, [`http://127.0.0.9:${provider.port}/`]),
  )
  expect(made.body.status).toBe('active')
  expect((await broker.api.proxy(name, `http://127.0.0.9:${provider.port}/x`)).status).toBe(200)
  expect(provider.total()).toBeGreaterThan(before)
  expect(provider.arrivals.at(-1)?.headers).toContainEqual(['Authorization', `Bearer ${TOKEN}`])
  expect([provider.faults, trap.connections.size]).toEqual([[], 0])
})
