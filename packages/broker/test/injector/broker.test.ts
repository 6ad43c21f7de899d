import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import { systemClock } from '../../src/server/clock.ts'
import { startBroker } from '../../src/server/compose.ts'
import { createLog } from '../../src/server/log.ts'
import { loadSettings } from '../../src/server/settings.ts'
import { startUpstream, type TestUpstream } from './plane.ts'

const ADMIN = `bsr_admin_${'a'.repeat(43)}`
const CANARY = 'canary-secret-91c2'

/** A destination that takes only the newest token, and the server that makes tokens. */
interface World {
  url: string
  upstream: TestUpstream
  /** How many tokens were made. */
  made(): number
  /** Declares the tokens made so far worthless. */
  revoke(): void
  logged(): string
  api(method: string, path: string, body?: unknown, key?: string): Promise<Response>
}

async function startWorld(): Promise<World> {
  let made = 0
  let revokedUpTo = 0
  const authorization = await startUpstream((_req, res) => {
    made += 1
    res.setHeader('content-type', 'application/json')
    res.end(JSON.stringify({ access_token: `${CANARY}-${made}`, token_type: 'bearer', expires_in: 3600 }))
  })
  const upstream = await startUpstream((req, res) => {
    const version = Number(/^Bearer canary-secret-91c2-(\d+)$/.exec(req.headers.authorization ?? '')?.[1])
    if (version > revokedUpTo) res.end(`hello ${req.method}`)
    else res.writeHead(401).end('who?')
  })
  let log = ''
  const dataDir = await mkdtemp(join(tmpdir(), 'bursar-injector-'))
  const env = {
    BURSAR_DATA_DIR: dataDir,
    BURSAR_PORT: '0',
    BURSAR_ADMIN_KEY: ADMIN,
    BURSAR_OUTBOUND_ALLOW: '127.0.0.0/8',
    BURSAR_OUTBOUND_INSECURE_HTTP: 'loopback',
  }
  const write = (line: string) => {
    log += line
    return true
  }
  const world = { clock: systemClock, env, log: createLog('debug', { write }) }
  const broker = await startBroker(loadSettings({}, env), world)
  onTestFinished(async () => {
    await broker.stop()
    await rm(dataDir, { recursive: true })
  })
  const api: World['api'] = (method, path, body, key = ADMIN) =>
    fetch(broker.url + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
  const created = await api('POST', '/v1/credentials?wait=10', {
    name: 'crm',
    recipe: {
      grant: 'client_credentials',
      token_url: `${authorization.origin}/token`,
      client_id: 'me',
      client_auth: 'client_secret_basic',
    },
    secrets: { client_secret: `${CANARY}-client` },
    destinations: [`${upstream.origin}/v1/`],
  })
  expect([created.status, await created.json()]).toMatchObject([201, { status: 'active' }])
  const revoke = () => {
    revokedUpTo = made
  }
  return { url: broker.url, upstream, made: () => made, revoke, logged: () => log, api }
}

describe('through the whole broker', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld()
  })

  const proxy = (path: string, init: RequestInit = {}, key = ADMIN) =>
    fetch(`${world.url}/proxy/crm/${world.upstream.origin}${path}`, {
      ...init,
      headers: { 'bursar-key': key },
    })

  test('a token is read, a request carries it, and it is renewed when it is rejected', async () => {
    const token = await world.api('GET', '/v1/credentials/crm/token?min_ttl=60')
    expect(await token.json()).toMatchObject({
      access_token: `${CANARY}-1`,
      token_type: 'bearer',
      version: 1,
    })
    expect(await (await proxy('/v1/me')).text()).toBe('hello GET')

    world.revoke()
    const replayed = await proxy('/v1/me', { method: 'POST', body: 'x'.repeat(1000) })
    expect([replayed.status, await replayed.text()]).toEqual([200, 'hello POST'])
    expect(world.made()).toBe(2)
    const newer = await world.api('GET', '/v1/credentials/crm/token')
    expect(await newer.json()).toMatchObject({ access_token: `${CANARY}-2`, version: 2 })

    // The new one is rejected as well: that is remembered instead of asked for again and again.
    world.revoke()
    for (let i = 0; i < 5; i += 1) expect((await proxy('/v1/me')).status).toBe(401)
    expect(world.made()).toBeLessThanOrEqual(3)
  })

  test('where it may not go it does not go, and a paused credential goes nowhere', async () => {
    const refused = await proxy('/v2/me')
    expect([refused.status, refused.headers.get('bursar-error')]).toEqual([403, 'destination.refused'])
    await world.api('POST', '/v1/credentials/crm/pause')
    const paused = await proxy('/v1/me')
    expect([paused.status, paused.headers.get('bursar-error')]).toEqual([409, 'credential.paused'])
    expect(world.upstream.connections).toBe(0)
    const unknown = await fetch(`${world.url}/proxy/nobody/${world.upstream.origin}/v1/`, {
      headers: { 'bursar-key': ADMIN },
    })
    expect([unknown.status, unknown.headers.get('bursar-error')]).toEqual([404, 'credential.not_found'])
  })

  test('a key for the proxy does not get to see the token, neither here nor through forward-auth', async () => {
    const made = await world.api('POST', '/v1/callers', { name: 'app', scopes: ['proxy:crm'] })
    const { key } = (await made.json()) as { key: string }
    expect(await (await proxy('/v1/me', {}, key)).text()).toBe('hello GET')

    const token = await world.api('GET', '/v1/credentials/crm/token', undefined, key)
    expect([token.status, await token.json()]).toMatchObject([403, { code: 'caller.forbidden' }])
    const original = { 'x-original-method': 'GET', 'x-original-url': `${world.upstream.origin}/v1/me` }
    const ask = (bursarKey: string) =>
      fetch(`${world.url}/forward-auth/crm`, { headers: { 'bursar-key': bursarKey, ...original } })
    const forbidden = await ask(key)
    expect([forbidden.status, forbidden.headers.get('authorization')]).toEqual([403, null])
    expect((await ask(ADMIN)).headers.get('authorization')).toBe(`Bearer ${CANARY}-1`)
  })

  test('a WebSocket', async () => {
    const sockets = new WebSocketServer({ port: 0, host: '127.0.0.1' })
    onTestFinished(() => void sockets.close())
    sockets.on('connection', (socket, req) => socket.send(String(req.headers.authorization)))
    await once(sockets, 'listening')
    const origin = `127.0.0.1:${(sockets.address() as { port: number }).port}`
    await world.api('PATCH', '/v1/credentials/crm', { destinations: [`http://${origin}/`] })
    const socket = new WebSocket(`${world.url.replace('http', 'ws')}/proxy/crm/ws://${origin}/`, {
      headers: { 'bursar-key': ADMIN },
    })
    const [message] = (await once(socket, 'message')) as [Buffer]
    expect(message.toString()).toBe(`Bearer ${CANARY}-1`)
    socket.close()
    await once(socket, 'close')
  })

  test('nothing of it stands in the log', async () => {
    await world.api('GET', '/v1/credentials/crm/token')
    await proxy('/v1/me')
    await proxy('/v2/me')
    world.revoke()
    await proxy('/v1/me')
    expect(world.logged()).not.toContain(CANARY)
    expect(world.logged()).not.toContain(ADMIN)
  })
})
