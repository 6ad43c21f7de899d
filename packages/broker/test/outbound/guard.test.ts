import { once } from 'node:events'
import type { Socket } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { OutboundFailure } from '../../src/outbound/failure.ts'
import { createGuard } from '../../src/outbound/guard.ts'
import type { OutboundSettings } from '../../src/outbound/outbound.ts'
import { answerOf, failureOf, listenHttp, listenRaw, outboundFor, settings } from './loopback.ts'

type Lookup = NonNullable<OutboundSettings['lookup']>
const LOOPBACK = { address: '127.0.0.1', family: 4 } as const
const to =
  (...addresses: string[]): Lookup =>
  async () =>
    addresses.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))

describe('the fence', () => {
  test.each([
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::127.0.0.1]/',
    'https://[64:ff9b::7f00:1]/',
    'https://169.254.169.254/latest/meta-data',
    'https://10.0.0.1/',
    'https://[fd00:ec2::254]/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://2130706433/',
  ])('%s is not called', async (url) => {
    const failure = failureOf(await outboundFor({ allow: [] }).post(url))
    expect(failure).toMatchObject({ code: 'outbound.blocked', sent: false })
  })

  test.each(['localhost', 'localhost.', 'idp.corp'])(
    'a name that leads to a private address is not called: %s',
    async (host) => {
      let connections = 0
      const server = await listenRaw(() => connections++)
      const outbound = outboundFor({ allow: [], lookup: to('127.0.0.1', '::1', '10.0.0.1') })
      const failure = failureOf(await outbound.post(`https://${host}:${server.port}/`))
      expect(failure).toMatchObject({
        code: 'outbound.blocked',
        sent: false,
        hint: expect.stringContaining('outbound.allow'),
      })
      expect(connections).toBe(0)
    },
  )

  test('a name that is listed may lead to a private address, another name may not', async () => {
    const server = await listenHttp((_request, response) => response.end('in'))
    const outbound = outboundFor({ allow: ['idp.corp'], lookup: to('127.0.0.1') })
    expect(answerOf(await outbound.post(`http://idp.corp:${server.port}/`)).body).toBe('in')
    expect(failureOf(await outbound.post(`http://evil.corp:${server.port}/`))).toMatchObject({
      code: 'outbound.blocked',
    })
  })

  test('of several addresses only those that pass are tried', async () => {
    const server = await listenHttp((_request, response) => response.end('in'))
    const outbound = outboundFor({ lookup: to('10.0.0.1', '::1', '127.0.0.1', '169.254.169.254') })
    const result = await outbound.post(`http://idp.test:${server.port}/`)
    expect(answerOf(result).body).toBe('in')
    expect(result.trace[0]).toMatchObject({ step: 'resolve', detail: 'idp.test is 127.0.0.1' })
    expect(result).toMatchObject({ address: '127.0.0.1' })
  })

  test('a resolver that changes its answer between question and connection changes nothing', async () => {
    const server = await listenHttp((_request, response) =>
      response.setHeader('connection', 'close').end('in'),
    )
    const answers = ['127.0.0.1', '10.0.0.1', '127.0.0.1']
    const asked: string[] = []
    const outbound = outboundFor({
      async lookup(host) {
        asked.push(host)
        return [{ address: answers[asked.length - 1]!, family: 4 }]
      },
    })
    const url = `http://rebinding.test:${server.port}/`
    expect(answerOf(await outbound.post(url)).body).toBe('in')
    expect(asked).toHaveLength(1)
    // The connection was closed: the next request asks anew, and the new answer is judged.
    expect(failureOf(await outbound.post(url))).toMatchObject({ code: 'outbound.blocked', sent: false })
    expect(answerOf(await outbound.post(url)).body).toBe('in')
    expect(asked).toHaveLength(3)
  })

  test('an answer of DNS that is no address is dropped', async () => {
    const lookup = to('idp.internal', '127.0.0.1; rm -rf')
    expect(failureOf(await outboundFor({ lookup }).post('https://idp.test/'))).toMatchObject({
      code: 'outbound.blocked',
    })
  })
})

describe('plain http', () => {
  test('is refused unless it is switched on', async () => {
    const server = await listenHttp((_request, response) => response.end())
    const failure = failureOf(await outboundFor({ insecureHttp: null }).post(server.url))
    expect(failure).toMatchObject({
      code: 'outbound.blocked',
      sent: false,
      hint: expect.stringContaining('insecure_http'),
    })
  })

  test('goes to loopback only, whatever is listed', async () => {
    const outbound = outboundFor({ allow: ['0.0.0.0/0', 'idp.corp'], lookup: to('10.0.0.1') })
    for (const host of ['10.0.0.1', '8.8.8.8', 'idp.corp']) {
      const failure = failureOf(await outbound.post(`http://${host}:1/`))
      expect(failure).toMatchObject({
        code: 'outbound.blocked',
        detail: expect.stringContaining('plain http'),
      })
    }
  })

  test('does not open loopback by itself: it must be listed too', async () => {
    const server = await listenHttp((_request, response) => response.end())
    expect(failureOf(await outboundFor({ allow: [] }).post(server.url))).toMatchObject({
      code: 'outbound.blocked',
    })
  })
})

describe('resolving', () => {
  test.each([
    ['ENOTFOUND', 'There is no host named nowhere.test.'],
    ['EAI_AGAIN', 'nowhere.test could not be resolved (EAI_AGAIN).'],
  ])('%s is told as such, and nothing was sent', async (code, detail) => {
    const lookup = () => Promise.reject(Object.assign(new Error('lookup'), { code }))
    const failure = failureOf(await outboundFor({ lookup }).post('https://nowhere.test/'))
    expect(failure).toMatchObject({ code: 'outbound.dns', detail, sent: false })
  })

  test('without any address nothing is sent', async () => {
    expect(failureOf(await outboundFor({ lookup: to() }).post('https://nowhere.test/'))).toMatchObject({
      code: 'outbound.dns',
      sent: false,
    })
  })

  test('that never ends is given up within the time for connecting', async () => {
    const outbound = outboundFor({ lookup: () => new Promise(() => {}), connectTimeoutMs: 50 })
    expect(failureOf(await outbound.post('https://slow.test/'))).toMatchObject({
      code: 'outbound.dns',
      sent: false,
    })
  })

  test('requests that wait for the same name share one question', async () => {
    const server = await listenHttp((_request, response) => response.end('in'))
    let asked = 0
    const outbound = outboundFor({
      async lookup() {
        asked += 1
        return [LOOPBACK]
      },
    })
    const results = await Promise.all([1, 2, 3].map(() => outbound.post(`http://idp.test:${server.port}/`)))
    expect(results.map((result) => answerOf(result).body)).toEqual(['in', 'in', 'in'])
    expect(asked).toBe(1)
  })

  test('past the deadline nothing is sent, even if the name resolves after all', async () => {
    const received: Buffer[] = []
    const server = await listenRaw((socket) => socket.on('data', (bytes) => received.push(bytes)))
    const { promise, resolve } = Promise.withResolvers<Array<typeof LOOPBACK>>()
    const outbound = outboundFor({ lookup: () => promise, limits: { deadlineMs: 30, maxBodyBytes: 1000 } })
    const failure = failureOf(await outbound.post(`http://idp.test:${server.port}/`))
    expect(failure).toMatchObject({ code: 'outbound.timeout', sent: false })
    resolve([LOOPBACK])
    await outbound.close()
    expect(Buffer.concat(received).toString()).toBe('')
  })
})

describe('connections that are kept', () => {
  test('carry the next request without resolving again', async () => {
    const peers = new Set<number | undefined>()
    const server = await listenHttp((request, response) => {
      peers.add(request.socket.remotePort)
      response.end()
    })
    const outbound = outboundFor()
    await outbound.post(server.url)
    // undici hands a connection out again one turn of the event loop after its answer.
    await new Promise(setImmediate)
    const second = await outbound.post(server.url)
    expect(second.trace.map(({ step }) => step)).toEqual(['sent', 'headers', 'body'])
    expect(second).toMatchObject({ kind: 'answer', address: '127.0.0.1' })
    expect(peers.size).toBe(1)
  })

  test('and die under a request lose it, reported as sent and never sent twice', async () => {
    const requests: string[] = []
    const server = await listenRaw((socket: Socket) => {
      socket.on('data', (bytes) => {
        requests.push(bytes.toString().split('\r\n\r\n')[1]!)
        if (requests.length === 1) socket.write('HTTP/1.1 204 No Content\r\n\r\n')
        else socket.resetAndDestroy()
      })
    })
    const outbound = outboundFor()
    answerOf(await outbound.post(server.url, 'n=1'))
    await new Promise(setImmediate)
    const failure = failureOf(await outbound.post(server.url, 'n=2'))
    expect(failure).toMatchObject({ code: 'outbound.reset', sent: true })
    expect(requests).toEqual(['n=1', 'n=2'])
  })

  test('and were closed meanwhile are replaced before anything is sent', async () => {
    const server = await listenHttp((_request, response) => response.end('in'))
    const outbound = outboundFor()
    await outbound.post(server.url)
    const [socket] = server.sockets
    socket!.end()
    await once(socket!, 'close')
    await new Promise(setImmediate)
    const result = await outbound.post(server.url)
    expect(answerOf(result).body).toBe('in')
    expect(result.trace.map(({ step }) => step)).toContain('connect')
  })
})

describe('origins', () => {
  test('past the bound the one unused for longest makes room, requests under way end well', async () => {
    const held: Array<() => void> = []
    const slow = await listenHttp((_request, response) => void held.push(() => response.end('slow')))
    const quick = await listenHttp((_request, response) => response.end('quick'))
    const outbound = outboundFor({ maxOrigins: 1 })
    const first = outbound.post(slow.url)
    while (held.length === 0) await new Promise(setImmediate)
    expect(answerOf(await outbound.post(quick.url)).body).toBe('quick')
    held[0]!()
    expect(answerOf(await first).body).toBe('slow')
  })

  test('have one dispatcher each, for as long as it is not evicted', () => {
    const guard = createGuard(settings({ maxOrigins: 2 }))
    const a = guard.dispatcherFor('https://a.test')
    guard.dispatcherFor('https://b.test')
    expect(guard.dispatcherFor('https://a.test')).toBe(a)
    guard.dispatcherFor('https://c.test')
    expect(guard.dispatcherFor('https://a.test')).toBe(a)
  })

  test.each([
    'https://a.test/',
    'https://A.test',
    'https://a.test:443',
    'http://127.1',
    'wss://a.test',
    'a.test',
  ])('%s is no origin as URLs write it', (origin) => {
    expect(() => createGuard(settings()).dispatcherFor(origin)).toThrow(OutboundFailure)
  })
})

describe('a socket for protocols that leave HTTP', () => {
  const connect = (overrides: Partial<OutboundSettings>, host: string, port: number, tls = false) =>
    createGuard(settings(overrides)).connectSocket({ host, port, tls })

  test('goes to the address that was judged', async () => {
    const server = await listenRaw((socket) => socket.write('hello'))
    const socket = await connect({ lookup: to('127.0.0.1') }, 'ws.test', server.port)
    onTestFinished(() => void socket.destroy())
    expect((await once(socket, 'data')).toString()).toBe('hello')
  })

  test.each(['127.0.0.1', '0x7f.1', '2130706433', '::1'])('does not go to %s', async (host) => {
    await expect(connect({ allow: [] }, host, 443, true)).rejects.toMatchObject({ code: 'outbound.blocked' })
  })

  test('is plain only to loopback and when that is switched on', async () => {
    await expect(connect({ insecureHttp: null }, '127.0.0.1', 80)).rejects.toMatchObject({
      code: 'outbound.blocked',
    })
    await expect(connect({}, '8.8.8.8', 80)).rejects.toMatchObject({ code: 'outbound.blocked' })
  })
})
