import type { ServerResponse } from 'node:http'
import { createServer } from 'node:net'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import { startTestBroker, type TestBroker } from './broker.ts'
import { sendJson, startHttpServer } from './http-server.ts'
import {
  type Behaviour,
  clientCredentials,
  countingTokens,
  type Provider,
  refreshing,
  rotatingFamily,
  startProvider,
} from './provider.ts'

let broker: TestBroker
let provider: Provider
let elsewhere = 0
let other: Awaited<ReturnType<typeof startHttpServer>>

beforeAll(async () => {
  broker = await startTestBroker({
    env: { BURSAR_UPSTREAM_DEADLINE_SECONDS: '2', BURSAR_LEASE_SECONDS: '8' },
  })
  provider = await startProvider()
  other = await startHttpServer((_request, response) => {
    elsewhere += 1
    sendJson(response, 200, { access_token: 'from-elsewhere' })
  })
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
  await other?.close()
})

const token = { access_token: 'never-a-token', expires_in: 3600 }

/** Writes a little again and again until the other side has had enough. */
function drip(response: ServerResponse): void {
  const timer = setInterval(() => response.write(' '), 50)
  response.once('close', () => clearInterval(timer))
}

const huge = Buffer.from(JSON.stringify({ ...token, padding: 'x'.repeat(50 * 1024 * 1024) }))
const bomb = gzipSync(huge)

const answers: Array<[name: string, behaviour: Behaviour, code: string, kind: string]> = [
  [
    'redirects',
    (_call, response) => void response.writeHead(307, { Location: `${other.url}/token` }).end(),
    'provider.unreadable',
    'unreadable',
  ],
  ['hangs', () => undefined, 'outbound.timeout', 'no_answer'],
  ['resets', (_call, response) => void response.socket?.resetAndDestroy(), 'outbound.reset', 'no_answer'],
  [
    'drips',
    (_call, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).write('{')
      drip(response)
    },
    'outbound.timeout',
    'no_answer',
  ],
  [
    'answers HTML',
    (_call, response) =>
      void response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!doctype html><h1>Sign in</h1>'),
    'provider.unreadable',
    'unreadable',
  ],
  [
    'answers 50 MB',
    (_call, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' })
      response.end(huge)
    },
    'outbound.too_large',
    'no_answer',
  ],
  [
    'answers a gzip bomb',
    (_call, response) => {
      response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'gzip' }).end(bomb)
    },
    'outbound.too_large',
    'no_answer',
  ],
  [
    'answers damaged gzip',
    (_call, response) =>
      void response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('{}').subarray(0, 12)),
    'outbound.encoding',
    'no_answer',
  ],
  [
    'answers truncated JSON',
    (_call, response) => sendJson(response, 200, '{"access_token":"never-a-token","expires_in":36'),
    'provider.unreadable',
    'unreadable',
  ],
  [
    'closes in the middle of its answer',
    (_call, response) => {
      response.writeHead(200, { 'Content-Length': '1000' }).write('{"access_token":"never-a-token",')
      setImmediate(() => response.destroy())
    },
    'outbound.reset',
    'no_answer',
  ],
  [
    'answers a token with a line break',
    () => ({ ...token, access_token: 'never-a-token\r\nX-Injected: yes' }),
    'provider.unreadable',
    'unreadable',
  ],
  ['answers nothing', (_call, response) => void response.end(), 'provider.unreadable', 'unreadable'],
  ['answers a list', (_call, response) => sendJson(response, 200, '[]'), 'provider.unreadable', 'unreadable'],
  [
    'answers 200 with an error',
    () => ({ ok: false, error: 'invalid_auth' }),
    'provider.invalid_auth',
    'refused',
  ],
]

describe('a token endpoint that', () => {
  test.each(answers)(
    '%s makes no token, takes none away, and says what happened',
    async (what, behaviour, code, kind) => {
      const name = `odd-${what.replaceAll(/[^a-z0-9]+/gi, '-').toLowerCase()}`
      provider.behave(countingTokens())
      expect((await broker.api.create(clientCredentials(provider, name))).body.status).toBe('active')
      const before = (await broker.api.token(name)).body.access_token
      provider.behave(behaviour)
      const { status, body: record, text } = await broker.api.exchange(name)
      expect([status, record.kind, record.error?.code], text).toEqual([200, kind, expect.any(String)])
      expect(text).not.toContain('never-a-token')

      const shown = await broker.api.credential(name)
      expect(shown).toMatchObject({ status: 'degraded', token: { version: 1 }, reason: { code } })
      expect(shown.reason?.detail.length).toBeGreaterThan(20)
      expect((await broker.api.token(name)).body.access_token).toBe(before)
      expect(elsewhere).toBe(0)

      const first = await broker.api.create(clientCredentials(provider, `${name}-first`))
      expect(first.body.token).toBeNull()
      expect(['pending', 'broken']).toContain(first.body.status)
      expect(first.body.reason?.code).toBe(code)
      const refused = await broker.api.proxy(`${name}-first`, `${provider.apiUrl}me`)
      expect(refused.status).toBeGreaterThanOrEqual(500)
      expect(refused.headers.get('bursar-error')).toMatch(/^(token|credential)\./)
      for (const each of [name, `${name}-first`]) await broker.api.call('DELETE', `/v1/credentials/${each}`)
    },
  )

  test('could not be read keeps its answer, so that a mended recipe finds the rotated token in it', async () => {
    const family = rotatingFamily()
    provider.behave(family.behaviour)
    await broker.api.create(refreshing(provider, 'mapped', family.first))
    provider.behave((call, response) => {
      const body = family.behaviour(call, response) as Record<string, unknown>
      const { access_token, refresh_token } = body
      return { data: { token: access_token, refresh: refresh_token } }
    })
    expect((await broker.api.exchange('mapped')).body.kind).toBe('unreadable')
    expect((await broker.api.token('mapped')).body.access_token).toBe('access-1')
    const asked = provider.calls.length
    await broker.api.call('PATCH', '/v1/credentials/mapped', {
      recipe: { response: { access_token: 'data.token', refresh_token: 'data.refresh' } },
    })
    await awaitUntil('the kept answer is read', async () => {
      return (await broker.api.token('mapped')).body.access_token === 'access-2'
    })
    expect(provider.calls.length).toBe(asked)
    provider.behave(family.behaviour)
    await broker.api.call('PATCH', '/v1/credentials/mapped', { recipe: { response: null } })
    await broker.api.exchange('mapped')
    expect([family.reused(), family.alive()]).toEqual([0, true])
  })
})

describe('an upstream that', () => {
  test('closes in the middle of a body is seen to do so by the client', async () => {
    const upstream = createServer((socket) => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly the beginning')
        setImmediate(() => socket.destroy())
      })
      socket.on('error', () => undefined)
    })
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve))
    const { port } = upstream.address() as { port: number }
    provider.behave(countingTokens())
    const body = clientCredentials(provider, 'cut-off')
    await broker.api.create({ ...body, destinations: [`http://127.0.0.1:${port}/`] })
    const response = await fetch(`${broker.url}/proxy/cut-off/http://127.0.0.1:${port}/x`, {
      headers: { 'Bursar-Key': broker.api.key },
    })
    expect(response.status).toBe(200)
    await expect(response.text()).rejects.toThrow()
    upstream.close()
  })

  test('is not there is told apart from an answer of it', async () => {
    provider.behave(countingTokens())
    const body = clientCredentials(provider, 'absent')
    await broker.api.create({ ...body, destinations: ['http://127.0.0.1:9/'] })
    const answer = await broker.api.proxy('absent', 'http://127.0.0.1:9/x')
    expect([answer.status, answer.headers.get('bursar-error')]).toEqual([502, 'upstream.unreachable'])
  })
})
