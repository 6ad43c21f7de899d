import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { answerOf, failureOf, listenHttp, outboundFor } from './loopback.ts'

const TOKEN = '{"access_token":"secret-token","expires_in":3600}'

test('a request arrives as it was described, with our own Accept, Accept-Encoding and User-Agent', async () => {
  const seen: unknown[] = []
  const server = await listenHttp(async (request, response) => {
    const body = (await request.toArray()).join('')
    seen.push({ method: request.method, url: request.url, headers: request.headers, body })
    response.end(TOKEN)
  })
  const headers: Array<[string, string]> = [['Content-Type', 'application/x-www-form-urlencoded']]
  const result = await outboundFor().post(`${server.url}?tenant=a%20b`, 'grant_type=x&scope=%C3%A4', headers)

  expect(answerOf(result)).toMatchObject({ status: 200, body: TOKEN })
  expect(seen).toEqual([
    {
      method: 'POST',
      url: '/token?tenant=a%20b',
      body: 'grant_type=x&scope=%C3%A4',
      headers: {
        host: `127.0.0.1:${server.port}`,
        connection: 'keep-alive',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': '25',
        accept: 'application/json',
        'accept-encoding': 'gzip, deflate, br',
        'user-agent': expect.stringMatching(/^bursar\/\d+\.\d+\.\d+$/),
      },
    },
  ])
})

test('headers that are set win over ours; those of the connection can not be set', async () => {
  let seen: NodeJS.Dict<string | string[]> = {}
  const server = await listenHttp((request, response) => {
    seen = request.headers
    response.end()
  })
  await outboundFor().post(server.url, 'a=b', [
    ['ACCEPT', 'text/plain'],
    ['user-agent', 'mine'],
    ['Host', 'metadata.internal'],
    ['Content-Length', '1'],
    ['Transfer-Encoding', 'chunked'],
    ['Connection', 'upgrade'],
  ])
  expect(seen).toMatchObject({ accept: 'text/plain', 'user-agent': 'mine', host: `127.0.0.1:${server.port}` })
  expect(seen).toMatchObject({ 'content-length': '3', connection: 'keep-alive' })
  expect(seen).not.toHaveProperty('transfer-encoding')
})

test('the answer carries lower-case headers, joined where they repeat, and the time of the clock', async () => {
  const server = await listenHttp((_request, response) => {
    response.writeHead(400, [
      ['X-Twice', 'one'],
      ['X-Twice', 'two'],
      ['__proto__', 'polluted'],
      ['Date', 'Thu, 01 Jan 1970 00:01:40 GMT'],
    ] as never)
    response.end('no')
  })
  const clock = { unixMs: () => 90_900, monotonicMs: () => 0 }
  const result = await outboundFor({ clock }).post(server.url)
  const { status, headers, receivedAt } = answerOf(result)
  expect({ status, receivedAt, twice: headers['x-twice'] }).toEqual({
    status: 400,
    receivedAt: 90,
    twice: 'one, two',
  })
  expect(Object.getPrototypeOf(headers)).toBe(Object.prototype)
  expect(result.skewSeconds).toBe(10)
})

test.each([301, 302, 303, 307, 308])('a %i is handed back and never followed', async (status) => {
  let calls = 0
  const server = await listenHttp((_request, response) => {
    calls += 1
    response.writeHead(status, { location: '/elsewhere' }).end()
  })
  const answer = answerOf(await outboundFor().post(server.url))
  expect({ status: answer.status, location: answer.headers.location, calls }).toEqual({
    status,
    location: '/elsewhere',
    calls: 1,
  })
})

describe('bodies', () => {
  test.each([
    ['gzip', gzipSync(TOKEN)],
    ['x-gzip', gzipSync(TOKEN)],
    ['GZIP', gzipSync(TOKEN)],
    ['deflate', deflateSync(TOKEN)],
    ['deflate', deflateRawSync(TOKEN)],
    ['br', brotliCompressSync(TOKEN)],
    ['identity', Buffer.from(TOKEN)],
  ])('%s is undone', async (encoding, body) => {
    const server = await listenHttp((_request, response) => {
      response.setHeader('content-encoding', encoding).end(body)
    })
    expect(answerOf(await outboundFor().post(server.url)).body).toBe(TOKEN)
  })

  test.each(['zstd', 'compress', 'gzip, gzip', '__proto__', 'constructor'])(
    '%s is refused',
    async (encoding) => {
      const server = await listenHttp((_request, response) => {
        response.setHeader('content-encoding', encoding).end('something')
      })
      expect(failureOf(await outboundFor().post(server.url))).toMatchObject({
        code: 'outbound.encoding',
        sent: true,
      })
    },
  )

  test('a byte order mark stays, bytes that are not UTF-8 are replaced and noted', async () => {
    const server = await listenHttp((_request, response) => {
      response.end(Buffer.concat([Buffer.from('\ufeff{"a":"'), Buffer.from([0xff, 0xc3]), Buffer.from('"}')]))
    })
    const result = await outboundFor().post(server.url)
    expect(answerOf(result).body).toBe('\ufeff{"a":"\ufffd\ufffd"}')
    expect(result.trace.at(-1)).toMatchObject({
      step: 'body',
      detail: expect.stringContaining('not all of them UTF-8'),
    })
  })

  test('an empty body is an empty text, compressed or not', async () => {
    const server = await listenHttp((_request, response) => {
      response.writeHead(204, { 'content-encoding': 'gzip' }).end()
    })
    expect(answerOf(await outboundFor().post(server.url))).toMatchObject({ status: 204, body: '' })
  })
})

test('the trace tells the steps in their order and holds nothing of the request', async () => {
  const server = await listenHttp((_request, response) => response.end(TOKEN))
  const { trace } = await outboundFor().post(server.url, 'client_secret=planted-value')
  expect(trace.map(({ step }) => step)).toEqual(['resolve', 'connect', 'sent', 'headers', 'body'])
  expect(JSON.stringify(trace)).not.toMatch(/planted|secret-token/)
})

test('informational answers are passed over', async () => {
  const server = await listenHttp((_request, response) => {
    response.writeEarlyHints({ link: '</style.css>; rel=preload' })
    response.writeProcessing()
    response.end(TOKEN)
  })
  const result = await outboundFor().post(server.url)
  expect(answerOf(result)).toMatchObject({ status: 200, body: TOKEN })
  expect(result.trace.filter(({ step }) => step === 'headers')).toEqual([
    expect.objectContaining({ detail: 'status 200' }),
  ])
})
