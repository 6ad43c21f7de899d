import type { Socket } from 'node:net'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  answerRaw,
  dial,
  exchangeRaw,
  KEY,
  readUntil,
  startPlane,
  startRawUpstream,
  startUpstream,
  TOKEN,
} from './plane.ts'

const CLOSE = 'Connection: close\r\n'

describe('what the destination receives', () => {
  test('the path byte for byte, its own host, every header in order with duplicates, the token last', async () => {
    const received = Promise.withResolvers<string>()
    const upstream = await startRawUpstream((socket) =>
      received.resolve(answerRaw(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
    )
    const plane = await startPlane([`${upstream.origin}/`])
    await exchangeRaw(
      plane.port,
      `GET /proxy/crm/${upstream.origin}/v1/a%20b;c=d/e,f?x=%2F&y=a+b&&z=%c3%a4 HTTP/1.1\r\nHost: bursar\r\n` +
        `X-One: 1\r\nBursar-Key: ${KEY}\r\nX-Two:   two words  \r\nx-one: 2\r\nAuthorization: Bearer mine\r\n` +
        'Cookie: a=b\r\nX-One: \r\nBursar-Other: x\r\nX-Latin: caf\xe9\r\nX-Hop: x\r\nTE: trailers\r\nKeep-Alive: 5\r\n' +
        'Proxy-Connection: keep-alive\r\nConnection: close, x-hop\r\n\r\n',
    )
    const lines = (await received.promise).split('\r\n')
    expect(lines).toEqual([
      'GET /v1/a%20b;c=d/e,f?x=%2F&y=a+b&&z=%c3%a4 HTTP/1.1',
      `host: 127.0.0.1:${upstream.port}`,
      'connection: keep-alive',
      'X-One: 1',
      'X-Two: two words',
      'x-one: 2',
      'Cookie: a=b',
      'X-One: ',
      'X-Latin: caf\xe9',
      `Authorization: Bearer ${TOKEN}`,
      '',
      '',
    ])
  })

  test('a recipe’s own header takes the place of the caller’s', async () => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane([`${upstream.origin}/`])
    const given = plane.operations.handouts.get('crm')!
    plane.operations.handouts.set('crm', { ...given, header: { ...given.header, name: 'X-Api-Key' } })
    const headers = { 'bursar-key': KEY, 'x-api-key': 'forged', authorization: 'forged' }
    await fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, { headers })
    expect(upstream.requests[0]!.headersDistinct['x-api-key']).toEqual([`Bearer ${TOKEN}`])
    expect(upstream.requests[0]!.headers.authorization).toBeUndefined()
  })

  test.each([
    ['', '/'],
    ['?q=1', '/?q=1'],
    ['/?q=1', '/?q=1'],
    ['/a//b', '/a//b'],
  ])('the URL %j asks for %j', async (suffix, path) => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane([`${upstream.origin}/`])
    await fetch(`${plane.url}/proxy/crm/${upstream.origin}${suffix}`, { headers: { 'bursar-key': KEY } })
    expect(upstream.requests[0]!.url).toBe(path)
  })

  test.each([
    ['Bearer', `Bearer ${KEY}`],
    ['Basic with the key as password', `Basic ${btoa(`any:${KEY}`)}`],
  ])('takes the key in Proxy-Authorization: %s, and keeps it', async (_scheme, value) => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane([`${upstream.origin}/`])
    const head = `GET /proxy/crm/${upstream.origin}/ HTTP/1.1\r\nHost: b\r\n${CLOSE}Proxy-Authorization: ${value}\r\n\r\n`
    expect(await exchangeRaw(plane.port, head)).toMatch(/^HTTP\/1\.1 200/)
    expect(upstream.requests[0]!.rawHeaders.join()).not.toContain('roxy')
  })
})

describe('what the caller receives', () => {
  async function answerTo(method: string, answer: string, version = '1.1'): Promise<string> {
    const upstream = await startRawUpstream((socket) => {
      void answerRaw(socket, answer).then(() => socket.end())
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const head = `${method} /proxy/crm/${upstream.origin}/ HTTP/${version}\r\nHost: b\r\nBursar-Key: ${KEY}\r\n${CLOSE}\r\n`
    return exchangeRaw(plane.port, head)
  }

  test('the head as it came: order, duplicates, spelling, reason; only hop-by-hop fields are gone', async () => {
    const answer = await answerTo(
      'GET',
      'HTTP/1.1 299 Quite Fine\r\nSet-Cookie: a=1\r\nX-Odd:  v \r\nset-cookie: b=2\r\nSET-COOKIE: a=3\r\nX-Hop: 1\r\n' +
        'Server: caf\xe9\r\nBursar-Error: forged\r\nKeep-Alive: timeout=5\r\nContent-Length: 2\r\nConnection: x-hop\r\n\r\nok',
    )
    expect(answer).toBe(
      'HTTP/1.1 299 Quite Fine\r\nSet-Cookie: a=1\r\nX-Odd: v \r\nset-cookie: b=2\r\nSET-COOKIE: a=3\r\n' +
        'Server: caf\xe9\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok',
    )
  })

  test.each([301, 302, 303, 307, 308])('a %i is passed back and not followed', async (status) => {
    const upstream = await startUpstream((_req, res) =>
      res.writeHead(status, { location: '/elsewhere' }).end('moved'),
    )
    const plane = await startPlane([`${upstream.origin}/`])
    const answer = await fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, {
      headers: { 'bursar-key': KEY },
      redirect: 'manual',
    })
    expect([answer.status, answer.headers.get('location'), await answer.text()]).toEqual([
      status,
      '/elsewhere',
      'moved',
    ])
    expect(upstream.requests).toHaveLength(1)
  })

  test('HEAD keeps the length of what GET would have sent', async () => {
    const answer = await answerTo('HEAD', 'HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: "x"\r\n\r\n')
    expect(answer).toBe('HTTP/1.1 200 OK\r\nContent-Length: 12345\r\nETag: "x"\r\nConnection: close\r\n\r\n')
  })

  test.each(['204 No Content', '304 Not Modified'])('%s has no body', async (status) => {
    const answer = await answerTo('GET', `HTTP/1.1 ${status}\r\nETag: "x"\r\n\r\n`)
    expect(answer).toBe(`HTTP/1.1 ${status}\r\nETag: "x"\r\nConnection: close\r\n\r\n`)
  })

  test('trailers, in order and with duplicates', async () => {
    const answer = await answerTo(
      'GET',
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n',
    )
    expect(answer).toBe(
      'HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n' +
        '3\r\nabc\r\n0\r\nX-Sum: 1\r\nx-sum: 2\r\n\r\n',
    )
  })

  test('a body that ends with the connection', async () => {
    expect(await answerTo('GET', 'HTTP/1.0 200 OK\r\nX: y\r\n\r\nuntil the end')).toContain(
      'd\r\nuntil the end\r\n0\r\n\r\n',
    )
    expect(await answerTo('GET', 'HTTP/1.1 200 OK\r\nX: y\r\n\r\nuntil the end', '1.0')).toMatch(
      /\r\n\r\nuntil the end$/,
    )
  })

  test('103 before the answer, but not to a caller of HTTP/1.0', async () => {
    const answer =
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nlink: </b>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
    expect(await answerTo('GET', answer)).toBe(
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\nlink: </b>\r\n\r\n' +
        'HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    )
    expect(await answerTo('GET', answer, '1.0')).toMatch(/^HTTP\/1\.1 200 OK/)
  })

  test('server-sent events one by one', async () => {
    const stream = Promise.withResolvers<Socket>()
    const upstream = await startRawUpstream((socket) => {
      const head = 'HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n'
      void answerRaw(socket, head).then(() => stream.resolve(socket))
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(`GET /proxy/crm/${upstream.origin}/ HTTP/1.1\r\nHost: b\r\nBursar-Key: ${KEY}\r\n\r\n`)
    const source = await stream.promise
    for (const event of ['data: one\n\n', 'data: two\n\n', 'data: three\n\n']) {
      // The next event is only written once the last one has arrived.
      const arrived = readUntil(caller, event)
      source.write(`${event.length.toString(16)}\r\n${event}\r\n`)
      await arrived
    }
  })
})

describe('any message', () => {
  const name = fc.stringMatching(/^[a-zA-Z!#$%&'*+.^_`|~-][a-zA-Z0-9-]{0,12}$/).map((text) => `x-${text}`)
  const value = fc.stringMatching(/^[!-~\x80-\xff]([ -~\x80-\xff]{0,20}[!-~\x80-\xff])?$/)
  const fields = fc.array(fc.tuple(name, value), { maxLength: 12 })
  const chunks = fc.array(fc.uint8Array({ minLength: 1, maxLength: 3_000 }), { maxLength: 8 })
  const message = fc.record({ fields, chunks, chunked: fc.boolean() })

  const render = (
    start: string,
    own: string[],
    { fields, chunks, chunked }: typeof message extends fc.Arbitrary<infer T> ? T : never,
  ) => {
    const body = chunks.map((chunk) => Buffer.from(chunk))
    const head = [start, ...own, ...fields.map(([key, text]) => `${key}: ${text}`)]
    head.push(chunked ? 'Transfer-Encoding: chunked' : `Content-Length: ${Buffer.concat(body).length}`)
    const framed = chunked
      ? [
          ...body.flatMap((chunk) => [
            Buffer.from(`${chunk.length.toString(16)}\r\n`),
            chunk,
            Buffer.from('\r\n'),
          ]),
          Buffer.from('0\r\n\r\n'),
        ]
      : body
    return [Buffer.from(`${head.join('\r\n')}\r\n\r\n`, 'latin1'), ...framed]
  }

  test('has the same fields and the same body on the other side, both ways', async () => {
    const seen: { fields: string[]; body: Buffer } = { fields: [], body: Buffer.alloc(0) }
    let reply: Buffer[] = []
    const upstream = await startUpstream(async (req, res) => {
      const parts: Buffer[] = []
      for await (const part of req) parts.push(part)
      seen.fields = req.rawHeaders
      seen.body = Buffer.concat(parts)
      const socket = res.socket!
      res.detachSocket(socket)
      for (const part of reply) socket.write(part)
      socket.end()
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const only = (raw: readonly string[]) =>
      raw.flatMap((text, i) => (i % 2 === 0 && text.startsWith('x-') ? [[text, raw[i + 1]!]] : []))

    await fc.assert(
      fc.asyncProperty(message, message, async (sent, answered) => {
        reply = render('HTTP/1.1 200 OK', ['Connection: close'], answered)
        const request = render(
          `POST /proxy/crm/${upstream.origin}/p HTTP/1.1`,
          ['Host: b', `Bursar-Key: ${KEY}`, 'Connection: close'],
          sent,
        )
        const caller = dial(plane.port)
        for (const part of request) caller.write(part)
        const parts: Buffer[] = []
        for await (const part of caller) parts.push(part)
        const whole = Buffer.concat(parts).toString('latin1')
        const end = whole.indexOf('\r\n\r\n')
        const head = whole
          .slice(0, end)
          .split('\r\n')
          .slice(1)
          .flatMap((line) => [line.slice(0, line.indexOf(':')), line.slice(line.indexOf(':') + 2)])

        expect(only(seen.fields)).toEqual(sent.fields)
        expect(seen.body.equals(Buffer.concat(sent.chunks))).toBe(true)
        expect(only(head)).toEqual(answered.fields)
        const body = answered.chunked ? unchunk(whole.slice(end + 4)) : whole.slice(end + 4)
        expect(body).toBe(Buffer.concat(answered.chunks).toString('latin1'))
      }),
      { numRuns: 150, seed: 20_250_704 },
    )
  })
})

function unchunk(text: string): string {
  let body = ''
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at)
    const length = Number.parseInt(text.slice(at, line), 16)
    if (length === 0) return body
    body += text.slice(line + 2, line + 2 + length)
    at = line + 2 + length + 2
  }
}
