import { once } from 'node:events'
import type { ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  answerRaw,
  dial,
  exchangeRaw,
  KEY,
  readAll,
  readUntil,
  startPlane,
  startRawUpstream,
  startUpstream,
} from './plane.ts'

const head = (method: string, origin: string, ...more: string[]): string =>
  [`${method} /proxy/crm/${origin}/ HTTP/1.1`, 'Host: b', `Bursar-Key: ${KEY}`, ...more, '', ''].join('\r\n')

describe('back-pressure', () => {
  const MEBIBYTE = Buffer.alloc(1_048_576, 'x')
  const MEBIBYTES = 192

  test('a slow reader of a large answer slows the destination down', async () => {
    let sent = 0
    const upstream = await startUpstream((_req, res) => {
      const push = () => {
        while (sent < MEBIBYTES) {
          sent += 1
          if (!res.write(MEBIBYTE)) {
            res.once('drain', push)
            return
          }
        }
        res.end()
      }
      push()
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(head('GET', upstream.origin, 'Connection: close'))
    await once(caller, 'readable')
    // Unread: kernel buffers and one piece on each side fill up, then nothing moves any more.
    let before = -1
    while (before !== sent) {
      before = sent
      await untilIdle()
    }
    expect(sent).toBeLessThan(MEBIBYTES / 4)
    let received = 0
    caller.on('data', (chunk: Buffer) => {
      received += chunk.length
    })
    await once(caller, 'close')
    expect(received).toBeGreaterThan(MEBIBYTES * MEBIBYTE.length)
  })

  test('a destination that does not read slows the caller down', async () => {
    const accepted = Promise.withResolvers<Socket>()
    const upstream = await startRawUpstream((socket) => {
      socket.pause()
      accepted.resolve(socket)
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(head('POST', upstream.origin, `Content-Length: ${MEBIBYTES * MEBIBYTE.length}`))
    let written = 0
    const push = () => {
      while (written < MEBIBYTES) {
        written += 1
        if (!caller.write(MEBIBYTE)) {
          caller.once('drain', push)
          return
        }
      }
    }
    push()
    await accepted.promise
    let before = -1
    while (before !== written) {
      before = written
      await untilIdle()
    }
    expect(written).toBeLessThan(MEBIBYTES / 4)
  })

  /** Many turns of the event loop: enough for whatever can still move on loopback to move. */
  async function untilIdle(): Promise<void> {
    for (let turn = 0; turn < 2_000; turn += 1) await new Promise(setImmediate)
  }
})

describe('an end in the middle', () => {
  test.each([
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nabc'],
    ['chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'],
  ])(
    'the destination breaks off an answer with %s: the caller does not get a whole one',
    async (_what, part) => {
      const upstream = await startRawUpstream((socket) => {
        void answerRaw(socket, part).then(() => socket.end())
      })
      const plane = await startPlane([`${upstream.origin}/`])
      const answer = await exchangeRaw(plane.port, head('GET', upstream.origin))
      expect(answer).toContain('abc')
      expect(answer).not.toContain('0\r\n\r\n')
      await expect(
        fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, { headers: { 'bursar-key': KEY } }).then((r) =>
          r.text(),
        ),
      ).rejects.toThrow()
    },
  )

  test('a caller of HTTP/1.0, whose body ends with the connection, sees a reset', async () => {
    const part = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n'
    const upstream = await startRawUpstream((socket) => {
      void answerRaw(socket, part).then(() => socket.end())
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(`GET /proxy/crm/${upstream.origin}/ HTTP/1.0\r\nBursar-Key: ${KEY}\r\n\r\n`)
    expect((await readAll(caller)).clean).toBe(false)
  })

  test.each([
    ['closes without a word', (socket: Socket) => socket.end()],
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['speaks something else', (socket: Socket) => socket.end('220 smtp.example.com ESMTP\r\n')],
    [
      'sends a length and chunks',
      (socket: Socket) =>
        socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'),
    ],
    [
      'changes the protocol unasked',
      (socket: Socket) =>
        socket.end('HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n'),
    ],
  ])('a destination that %s before the answer: 502 with a reason', async (_what, act) => {
    const upstream = await startRawUpstream((socket) => {
      void readUntil(socket, '\r\n\r\n').then(() => act(socket))
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const answer = await fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, {
      headers: { 'bursar-key': KEY },
    })
    expect([answer.status, answer.headers.get('bursar-error')]).toEqual([502, 'upstream.unreachable'])
    expect(await answer.json()).toMatchObject({ code: 'upstream.unreachable' })
  })

  test('nobody listens: 502', async () => {
    const upstream = await startRawUpstream((socket) => socket.destroy())
    const plane = await startPlane([`http://127.0.0.1:1/`])
    const answer = await fetch(`${plane.url}/proxy/crm/http://127.0.0.1:1/`, {
      headers: { 'bursar-key': KEY },
    })
    expect([answer.status, upstream.connections]).toEqual([502, 0])
  })

  test('no answer in time: 504', async () => {
    const upstream = await startRawUpstream((socket) => void socket.resume())
    const plane = await startPlane([`${upstream.origin}/`], { upstreamHeadersMs: 50 })
    const answer = await fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, {
      headers: { 'bursar-key': KEY },
    })
    expect([answer.status, answer.headers.get('bursar-error')]).toEqual([504, 'upstream.timeout'])
  })

  test('the caller leaves: the request to the destination ends', async () => {
    const gone = Promise.withResolvers<void>()
    const arrived = Promise.withResolvers<void>()
    const upstream = await startRawUpstream((socket) => {
      socket.on('close', () => gone.resolve())
      void readUntil(socket, '\r\n\r\n').then(() => arrived.resolve())
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(head('GET', upstream.origin))
    await arrived.promise
    caller.destroy()
    await gone.promise
  })

  test('half a request and then nothing: the destination sees that it is not whole', async () => {
    const received = Promise.withResolvers<{ bytes: Buffer }>()
    const upstream = await startRawUpstream((socket) => received.resolve(readAll(socket)))
    const plane = await startPlane([`${upstream.origin}/`], { callerIdleMs: 50 })
    const caller = dial(plane.port)
    caller.write(`${head('POST', upstream.origin, 'Transfer-Encoding: chunked')}3\r\nabc\r\n`)
    const text = (await received.promise).bytes.toString('latin1')
    expect(text).toContain('abc')
    expect(text).not.toContain('0\r\n\r\n')
  })
})

describe('framing', () => {
  test.each([
    ['a length beside chunks', ['Content-Length: 5', 'Transfer-Encoding: chunked'], '0\r\n\r\n'],
    ['two lengths', ['Content-Length: 5', 'Content-Length: 6'], 'hello'],
    ['a length that is a list', ['Content-Length: 5, 5'], 'hello'],
    ['a coding nobody knows', ['Transfer-Encoding: xchunked'], 'hello'],
    ['chunked twice', ['Transfer-Encoding: chunked, chunked'], '0\r\n\r\n'],
    ['a body in another coding', ['Transfer-Encoding: gzip, chunked'], '0\r\n\r\n'],
    ['a blank before the colon', ['Content-Length : 5'], 'hello'],
  ])('%s is refused and nothing is sent', async (_what, fields, body) => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane([`${upstream.origin}/`])
    const smuggled = `${body}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`
    const answer = await exchangeRaw(
      plane.port,
      head('POST', upstream.origin, 'Connection: close', ...fields) + smuggled,
    )
    expect(answer).toMatch(/^HTTP\/1\.1 4\d\d /)
    expect(upstream.connections).toBe(0)
  })

  test('a request behind another on one connection stays a request of its own', async () => {
    const upstream = await startUpstream(async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      res.end(`${req.method} ${body}`)
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const two = `${head('POST', upstream.origin, 'Content-Length: 3')}abc${head('PUT', upstream.origin, 'Connection: close', 'Content-Length: 1')}d`
    const answer = await exchangeRaw(plane.port, two)
    expect(answer.match(/POST abc|PUT d/g)).toEqual(['POST abc', 'PUT d'])
    expect(upstream.requests).toHaveLength(2)
  })

  test('an answer before the body has ended is passed on, and the connection goes on', async () => {
    const upstream = await startUpstream((_req, res) => res.writeHead(413).end('too much'))
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    const body = Buffer.alloc(300_000, 'x')
    caller.write(head('POST', upstream.origin, `Content-Length: ${body.length}`))
    caller.write(body.subarray(0, 100_000))
    expect(await readUntil(caller, 'too much\r\n0\r\n\r\n')).toMatch(/^HTTP\/1\.1 413 /)
    caller.write(body.subarray(100_000))
    const next = readUntil(caller, 'too much')
    caller.write(head('GET', upstream.origin))
    expect(await next).toMatch(/^HTTP\/1\.1 413 /)
  })
})

describe('Expect: 100-continue', () => {
  const expectant = (origin: string) => head('POST', origin, 'Expect: 100-continue', 'Content-Length: 3')

  test('the body is asked for once it can go somewhere', async () => {
    const upstream = await startUpstream(async (req, res) => {
      let body = ''
      for await (const chunk of req) body += chunk
      res.end(`${body} ${req.headers.expect}`)
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(expectant(upstream.origin))
    await readUntil(caller, 'HTTP/1.1 100 Continue\r\n\r\n')
    const answer = readUntil(caller, 'abc undefined')
    caller.write('abc')
    expect(await answer).toMatch(/Connection: keep-alive/)
  })

  test('a refused request gets its refusal instead, and the connection ends', async () => {
    const plane = await startPlane(['https://elsewhere.example/'])
    const answer = await exchangeRaw(plane.port, expectant('http://127.0.0.1:1'))
    expect(answer).toMatch(/^HTTP\/1\.1 403 /)
    expect(answer).toMatch(/Connection: close/)
  })
})

describe('a kept connection that the destination closed', () => {
  async function closeAfterFirst(method: string): Promise<[number, number, number]> {
    const upstream = await startRawUpstream((socket, nth) => {
      const answer = 'HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n'
      void answerRaw(socket, answer).then(() => {
        // The first connection takes one more request and hangs up on it.
        if (nth === 1) return readUntil(socket, '\r\n\r\n').then(() => socket.destroy())
      })
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const send = () =>
      fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, { method, headers: { 'bursar-key': KEY } })
    const first = await send()
    const second = await send()
    return [first.status, second.status, upstream.connections]
  }

  test('GET goes out once more', async () => {
    expect(await closeAfterFirst('GET')).toEqual([200, 200, 2])
  })

  test('POST does not: it may have been done already', async () => {
    expect(await closeAfterFirst('POST')).toEqual([200, 502, 1])
  })
})

test('a caller that left while its token was fetched sends nothing', async () => {
  const upstream = await startUpstream((_req, res) => res.end())
  const plane = await startPlane([`${upstream.origin}/`])
  const asked = Promise.withResolvers<void>()
  const token = Promise.withResolvers<void>()
  const { operations } = plane
  operations.fast = false
  operations.useToken = async () => {
    asked.resolve()
    await token.promise
    return operations.handouts.get('crm')!
  }
  const caller = dial(plane.port)
  caller.write(head('GET', upstream.origin))
  await asked.promise
  caller.destroy()
  await once(caller, 'close')
  // A second request on another connection shows that the server has seen the close.
  await fetch(`${plane.url}/nothing`)
  token.resolve()
  operations.fast = true
  await fetch(`${plane.url}/proxy/crm/${upstream.origin}/second`, { headers: { 'bursar-key': KEY } })
  expect(upstream.requests.map(({ url }) => url)).toEqual(['/second'])
})

describe('connections to one destination', () => {
  const STREAMS = {
    'an event stream': 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n',
    'a long answer': 'HTTP/1.1 200 OK\r\nContent-Length: 1000000\r\n\r\nfirst',
  }

  test.each(Object.entries(STREAMS))(
    'while each is held by %s, a further request ends in good time',
    async (_what, begun) => {
      const upstream = await startRawUpstream((socket) => void answerRaw(socket, begun))
      const reports: unknown[] = []
      const plane = await startPlane(
        [`${upstream.origin}/`],
        {},
        {
          maxConnectionsPerOrigin: 3,
          connectionWaitMs: 50,
          onExhausted: (...report) => void reports.push(report),
        },
      )
      const ask = () =>
        fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, { headers: { 'bursar-key': KEY } })
      for (let nth = 0; nth < 3; nth++) expect((await ask()).status).toBe(200)

      const answers = await Promise.all([ask(), ask()])
      expect(answers.map(({ status }) => status)).toEqual([504, 504])
      expect(await answers[0]!.json()).toMatchObject({
        code: 'upstream.timeout',
        detail: `All 3 connections to ${upstream.origin} are in use, and none became free in time. Nothing was sent.`,
        hint: expect.stringContaining('event streams'),
      })
      expect(upstream.connections).toBe(3)
      expect(reports).toEqual([[upstream.origin, 3]])
    },
  )

  test.each(Object.entries(STREAMS))(
    'the one that %s gives free goes to the request that waits',
    async (_what, begun) => {
      const ended = Promise.withResolvers<void>()
      const upstream = await startRawUpstream((socket, nth) => {
        if (nth <= 2) void answerRaw(socket, begun)
        else void answerRaw(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nwaited')
        if (nth === 1) void ended.promise.then(() => socket.destroy())
      })
      const plane = await startPlane([`${upstream.origin}/`], {}, { maxConnectionsPerOrigin: 2 })
      const ask = () =>
        fetch(`${plane.url}/proxy/crm/${upstream.origin}/`, { headers: { 'bursar-key': KEY } })
      const streams = [await ask(), await ask()]
      const waiting = ask()
      await expect.poll(() => plane.guard.waiting).toBe(1)
      ended.resolve()
      expect(await (await waiting).text()).toBe('waited')
      expect(plane.guard.waiting).toBe(0)
      await expect(streams[0]!.text()).rejects.toThrow()
    },
  )

  test('a request whose caller leaves while it waits is never sent', async () => {
    const first = Promise.withResolvers<ServerResponse>()
    const upstream = await startUpstream((_req, res) => {
      if (upstream.requests.length > 1) return void res.end('waited')
      res.write('first')
      first.resolve(res)
    })
    const plane = await startPlane([`${upstream.origin}/`], {}, { maxConnectionsPerOrigin: 1 })
    const ask = (path: string, signal: AbortSignal | null = null) =>
      fetch(`${plane.url}/proxy/crm/${upstream.origin}/${path}`, { headers: { 'bursar-key': KEY }, signal })
    const stream = await ask('stream')
    const leaving = new AbortController()
    const left = ask('left', leaving.signal).catch(() => 'left')
    await expect.poll(() => plane.guard.waiting).toBe(1)
    leaving.abort()
    expect(await left).toBe('left')
    const waiting = ask('stays')
    await expect.poll(() => plane.guard.waiting).toBe(2)
    ;(await first.promise).end()
    expect(await (await waiting).text()).toBe('waited')
    expect(await stream.text()).toBe('first')
    expect(upstream.requests.map(({ url }) => url)).toEqual(['/stream', '/stays'])
  })
})
