import { once } from 'node:events'
import type { Socket } from 'node:net'
import { expect, onTestFinished, test, vi } from 'vitest'
import { openSocket } from '../../src/outbound/connect.ts'
import type { ConnectionAware } from '../../src/outbound/connection.ts'
import { createGuard } from '../../src/outbound/guard.ts'
import { SimpleLines } from '../../src/outbound/simple-lines.ts'
import { listenRaw, settings } from './loopback.ts'

interface Got {
  status: number
  body: string
  error: Error | null
}

/** One GET through the guard, as deliveries send it. */
function open() {
  const guard = createGuard(settings())
  onTestFinished(() => guard.close())
  return (url: string, fields: { headersTimeout?: number; bodyTimeout?: number } = {}): Promise<Got> => {
    const { origin, pathname } = new URL(url)
    return new Promise((resolve) => {
      const got: Got = { status: 0, body: '', error: null }
      const handler: ConnectionAware = {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          if (status >= 200) got.status = status
        },
        onResponseData(_controller, chunk) {
          got.body += chunk.toString()
        },
        onResponseEnd: () => resolve(got),
        onResponseError: (_controller, error) => resolve({ ...got, error }),
      }
      guard
        .dispatcherFor(origin)
        .dispatch({ method: 'GET', path: pathname, headers: [], ...fields } as never, handler)
    })
  }
}

const simple = (body: string) => `HTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`

/** Answers every request on every connection, and keeps what it saw. */
async function listen(answer: (socket: Socket, nth: number) => void) {
  const seen = { connections: 0, requests: [] as string[], sockets: [] as Socket[] }
  const server = await listenRaw((socket: Socket) => {
    seen.connections += 1
    seen.sockets.push(socket)
    socket.on('data', (bytes: Buffer) => {
      seen.requests.push(bytes.toString('latin1'))
      answer(socket, seen.requests.length)
    })
  })
  return { ...server, seen }
}

test('one connection carries one simple exchange after another', async () => {
  const server = await listen((socket, nth) => socket.write(simple(`answer ${nth}`)))
  const get = open()
  for (const nth of [1, 2, 3]) expect(await get(`${server.url}a`)).toMatchObject({ body: `answer ${nth}` })
  expect(server.seen.connections).toBe(1)
})

test('requests that are made in one turn all leave, however many there are', async () => {
  const server = await listen((socket, nth) => {
    const [, path] = server.seen.requests[nth - 1]!.split(' ')
    socket.write(simple(`answer to ${path}`))
  })
  const get = open()
  // Twice, so that the second time they leave on connections that are open already.
  for (const round of ['a', 'b']) {
    const paths = Array.from({ length: 150 }, (_, index) => `${round}${index}`)
    const answers = await Promise.all(paths.map((path) => get(`${new URL(server.url).origin}/${path}`)))
    expect(answers.map(({ body }) => body)).toEqual(paths.map((path) => `answer to /${path}`))
  }
})

test('what comes on an idle connection is nobody’s answer', async () => {
  const server = await listen((socket, nth) => socket.write(simple(nth === 1 ? 'first' : 'second')))
  const get = open()
  await get(server.url)
  const idle = server.seen.sockets[0]!
  idle.write(simple('planted'))
  await once(idle, 'close')
  expect(await get(server.url)).toMatchObject({ body: 'second', error: null })
  expect(server.seen.connections).toBe(2)
})

test('a request made in the turn in which an idle connection is given up leaves on another one', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] })
  onTestFinished(() => void vi.useRealTimers())
  const server = await listen((socket, nth) => socket.write(simple(`answer ${nth}`)))
  const get = open()
  await get(server.url)
  // Longer than one is kept: destroyed, and not closed before this turn is over.
  vi.advanceTimersByTime(4_000)
  expect(await get(server.url)).toEqual({ status: 200, body: 'answer 2', error: null })
  expect(server.seen.connections).toBe(2)
})

test('a request made in the turn in which the other side ends the connection leaves on another one', async () => {
  const server = await listen((socket, nth) => socket.write(simple(`answer ${nth}`)))
  const opened: Socket[] = []
  const lines = new SimpleLines({
    host: new URL(server.url).host,
    open: async (onStep, reader) => {
      const addresses = [{ address: '127.0.0.1', family: 4 }]
      const plan = { host: '127.0.0.1', port: server.port, addresses, tls: null, timeoutMs: 5_000 }
      const socket = await openSocket({ ...plan, onStep, reader })
      opened.push(socket)
      return socket
    },
    connectionsAtMost: 4,
    waitMs: 10_000,
    exhausted: () => new Error('waited in vain'),
    idleSeconds: 4,
    idleSecondsAtMost: 4,
    lifeSeconds: 60,
    adopt: () => {},
  })
  onTestFinished(() => lines.close())
  const get = () =>
    new Promise<Got>((resolve) => {
      const got: Got = { status: 0, body: '', error: null }
      lines.dispatch({ method: 'GET', path: '/', headers: [] } as never, {
        onRequestStart() {},
        onResponseStart(_controller, status) {
          got.status = status
        },
        onResponseData(_controller, chunk) {
          got.body += chunk.toString()
        },
        onResponseEnd: () => resolve(got),
        onResponseError: (_controller, error) => resolve({ ...got, error }),
      })
    })
  await get()
  const second = new Promise<Got>((resolve) => opened[0]!.on('end', () => void get().then(resolve)))
  server.seen.sockets[0]!.end()
  expect(await second).toEqual({ status: 200, body: 'answer 2', error: null })
  expect(server.seen.connections).toBe(2)
})

test.each([
  ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', 'abc'],
  ['an informational answer before it', `HTTP/1.1 103 Early Hints\r\n\r\n${simple('abc')}`, 'abc'],
  ['HTTP/1.0', 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nabc', 'abc'],
])(
  'an answer of another form is read by undici from its first byte, its request sent once: %s',
  async (_what, answer, body) => {
    const server = await listen((socket) => socket.write(answer))
    const get = open()
    expect(await get(server.url)).toEqual({ status: 200, body, error: null })
    expect(server.seen.requests).toHaveLength(1)
    // The next one goes over undici from the start.
    expect(await get(server.url)).toEqual({ status: 200, body, error: null })
    expect(server.seen.requests).toHaveLength(2)
  },
)

test('an answer in pieces, head and body, arrives whole', async () => {
  const bytes = simple('abcdef')
  const server = await listen((socket) => {
    const [first, second, third] = [bytes.slice(0, 20), bytes.slice(20, -3), bytes.slice(-3)]
    socket.write(first!)
    setImmediate(() => {
      socket.write(second!)
      setImmediate(() => socket.write(third!))
    })
  })
  expect(await open()(server.url)).toEqual({ status: 200, body: 'abcdef', error: null })
})

test('silence before and in the middle of an answer is bounded', async () => {
  const silent = await listen(() => {})
  expect((await open()(silent.url, { headersTimeout: 50 })).error).toMatchObject({ code: 'outbound.timeout' })
  const half = await listen((socket) => socket.write(simple('abcdef').slice(0, -3)))
  const got = await open()(half.url, { headersTimeout: 10_000, bodyTimeout: 50 })
  expect(got).toMatchObject({ body: 'abc', error: { code: 'outbound.timeout' } })
})

test('a connection that ends in the middle of a body is no whole answer', async () => {
  const server = await listen((socket) => socket.end(simple('abcdef').slice(0, -3)))
  expect(await open()(server.url)).toMatchObject({ body: 'abc', error: { code: 'outbound.reset' } })
})

test('what came of an answer stays as it is while others are read', async () => {
  const server = await listen((socket, nth) => {
    const body = String(nth).repeat(3_000)
    socket.write(simple(body).slice(0, 2_000), () =>
      setImmediate(() => socket.write(simple(body).slice(2_000))),
    )
  })
  const guard = createGuard(settings())
  onTestFinished(() => guard.close())
  const ask = () =>
    new Promise<Buffer[]>((resolve, reject) => {
      const chunks: Buffer[] = []
      const handler: ConnectionAware = {
        onRequestStart() {},
        onResponseStart() {},
        onResponseData: (_controller, chunk) => void chunks.push(chunk),
        onResponseEnd: () => resolve(chunks),
        onResponseError: (_controller, error) => reject(error),
      }
      const options = { method: 'GET', path: '/', headers: [] } as never
      guard.dispatcherFor(new URL(server.url).origin).dispatch(options, handler)
    })
  const answers = await Promise.all([ask(), ask(), ask()])
  const bodies = answers.map((chunks) => Buffer.concat(chunks).toString())
  expect(bodies.toSorted()).toEqual(['1', '2', '3'].map((nth) => nth.repeat(3_000)))
})
