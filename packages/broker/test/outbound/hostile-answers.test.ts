import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { answerOf, failureOf, listenHttp, listenRaw, outboundFor } from './loopback.ts'

const SHORT = { deadlineMs: 150, maxBodyBytes: 64 * 1024 }

/** Waits for the request, then says what no good server says. */
const afterRequest = (respond: (socket: Socket) => void) => (socket: Socket) =>
  socket.once('data', () => respond(socket))

describe('a connection that dies', () => {
  test('before the answer is a reset, and the request may have arrived', async () => {
    const server = await listenRaw(afterRequest((socket) => socket.resetAndDestroy()))
    const failure = failureOf(await outboundFor().post(server.url))
    expect(failure).toMatchObject({ code: 'outbound.reset', sent: true })
  })

  test('politely, without an answer, is a reset as well', async () => {
    const server = await listenRaw(afterRequest((socket) => socket.end()))
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.reset',
      sent: true,
    })
  })

  test('where nobody listens was never sent', async () => {
    const failure = failureOf(await outboundFor().post('http://127.0.0.1:1/'))
    expect(failure).toMatchObject({ code: 'outbound.connect', sent: false })
  })

  test.each([
    ['a body shorter than announced', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"access_token":"a'],
    ['a chunk that stops', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n64\r\n{"access_token":"a'],
    ['chunks without an end', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n'],
    ['headers that stop', 'HTTP/1.1 200 OK\r\nContent-Le'],
  ])('in the middle of the answer (%s) is no answer', async (_what, bytes) => {
    const server = await listenRaw(afterRequest((socket) => socket.end(bytes)))
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.reset',
      sent: true,
    })
  })
})

describe('an answer that takes too long ends at the deadline', () => {
  test('when nothing comes', async () => {
    const server = await listenRaw(() => {})
    const failure = failureOf(await outboundFor({ limits: SHORT }).post(server.url))
    expect(failure).toMatchObject({
      code: 'outbound.timeout',
      sent: true,
      detail: expect.stringContaining('No answer'),
    })
  })

  test('when it drips, header by header', async () => {
    const server = await listenRaw(
      afterRequest((socket) => {
        socket.write('HTTP/1.1 200 OK\r\n')
        drip(socket, 'X-Drip: 1\r\n')
      }),
    )
    const failure = failureOf(await outboundFor({ limits: SHORT }).post(server.url))
    expect(failure).toMatchObject({ code: expect.stringMatching(/timeout|too_large/), sent: true })
  })

  test('when it drips, byte by byte', async () => {
    const server = await listenRaw(
      afterRequest((socket) => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 60000\r\n\r\n')
        drip(socket, ' ')
      }),
    )
    const result = await outboundFor({ limits: SHORT }).post(server.url)
    expect(failureOf(result)).toMatchObject({
      code: 'outbound.timeout',
      detail: expect.stringContaining('did not end'),
    })
  })

  test('and the connection is not used again', async () => {
    let connections = 0
    const server = await listenRaw((socket) => {
      connections += 1
      if (connections > 1) socket.once('data', () => socket.end('HTTP/1.1 204 No Content\r\n\r\n'))
    })
    const outbound = outboundFor({ limits: SHORT })
    failureOf(await outbound.post(server.url))
    expect(answerOf(await outbound.post(server.url)).status).toBe(204)
    expect(connections).toBe(2)
  })
})

function drip(socket: Socket, bytes: string): void {
  const timer = setInterval(() => socket.write(bytes), 5)
  socket.on('close', () => clearInterval(timer))
}

describe('an answer that is too large is refused', () => {
  test('by its announcement: 50 MB are not read', async () => {
    const server = await listenHttp((_request, response) => {
      response.writeHead(200, { 'content-length': 50_000_000 }).flushHeaders()
    })
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.too_large',
      sent: true,
    })
  })

  test('by what comes: 50 MB without announcement are cut off', async () => {
    let produced = 0
    const server = await listenHttp((_request, response) => {
      const source = Readable.from(
        (function* () {
          for (; produced < 800; produced++) yield Buffer.alloc(64 * 1024, 'a')
        })(),
      )
      response.on('close', () => source.destroy())
      source.pipe(response)
    })
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.too_large',
      sent: true,
    })
    expect(produced).toBeLessThan(800)
  })

  test.each([
    ['gzip', gzipSync(Buffer.alloc(50_000_000))],
    ['br', brotliCompressSync(Buffer.alloc(50_000_000))],
  ])('as a bomb of %s', async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(64 * 1024)
    const server = await listenHttp((_request, response) => {
      response.setHeader('content-encoding', encoding).end(bomb)
    })
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.too_large',
      sent: true,
    })
  })

  test('exactly at the limit it is an answer', async () => {
    const server = await listenHttp((_request, response) => response.end('a'.repeat(100)))
    const limits = { deadlineMs: 5_000, maxBodyBytes: 100 }
    expect(answerOf(await outboundFor({ limits }).post(server.url)).body).toHaveLength(100)
  })

  test.each([
    ['headers too many', 'X: 1\r\n'.repeat(201)],
    ['headers too long', `X: ${'a'.repeat(40_000)}\r\n`],
  ])('in its head: %s', async (_what, headers) => {
    const server = await listenRaw(
      afterRequest((socket) => socket.write(`HTTP/1.1 200 OK\r\n${headers}\r\n`)),
    )
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.too_large',
      sent: true,
    })
  })
})

describe('an answer that can not be read', () => {
  test.each([
    ['not HTTP', 'SSH-2.0-OpenSSH_9.2p1\r\n'],
    ['HTTP/0.9', '<html>hello</html>'],
    ['two lengths', 'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    [
      'length and chunks',
      'HTTP/1.1 200 OK\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    [
      'an upgrade nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
    ],
    ['a header with a NUL', 'HTTP/1.1 200 OK\r\nX: a\u0000b\r\n\r\n'],
  ])('is no answer: %s', async (_what, bytes) => {
    const server = await listenRaw(afterRequest((socket) => socket.end(bytes)))
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.reset',
      sent: true,
    })
  })

  test('because its gzip is cut off is damaged', async () => {
    const server = await listenHttp((_request, response) => {
      response.setHeader('content-encoding', 'gzip').end(gzipSync('{"access_token":"a"}').subarray(0, -8))
    })
    expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
      code: 'outbound.encoding',
      sent: true,
    })
  })

  test('because it is HTML or cut-off JSON is still an answer: the domain judges it', async () => {
    for (const body of ['<html><body>Sign in</body></html>', '{"access_token":"a']) {
      const server = await listenHttp((_request, response) => response.end(body))
      expect(answerOf(await outboundFor().post(server.url)).body).toBe(body)
    }
  })

  test('bytes after the answer do not become the next answer', async () => {
    const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ngood'
    const server = await listenRaw(
      afterRequest((socket) => socket.write(answer + answer.replace('good', 'evil'))),
    )
    const outbound = outboundFor()
    expect(answerOf(await outbound.post(server.url)).body).toBe('good')
    expect(answerOf(await outbound.post(server.url)).body).toBe('good')
  })
})

describe('a request that HTTP does not allow never leaves', () => {
  test.each([
    ['a line break in a header', [['authorization', 'Bearer a\r\nX-Evil: 1']]],
    ['a NUL in a header', [['authorization', 'Bearer a\u0000']]],
    ['a header outside Latin-1', [['authorization', 'Bearer 密']]],
    ['a header name with a space', [['x y', '1']]],
  ] as Array<[string, Array<[string, string]>]>)('%s', async (_what, headers) => {
    let connections = 0
    const server = await listenRaw(() => connections++)
    const failure = failureOf(await outboundFor().post(server.url, 'a=b', headers))
    expect(failure).toMatchObject({ code: 'outbound.blocked', sent: false })
    expect(JSON.stringify(failure)).not.toContain('Bearer')
    expect(connections).toBe(0)
  })
})
