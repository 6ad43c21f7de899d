import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WebSocket, WebSocketServer } from 'ws'
import {
  answerRaw,
  dial,
  handout,
  KEY,
  readAll,
  readUntil,
  rule,
  startPlane,
  startRawUpstream,
  TOKEN,
} from './plane.ts'

const HANDSHAKE = (target: string, ...more: string[]) =>
  [
    `GET ${target} HTTP/1.1`,
    'Host: b',
    'Connection: Upgrade',
    'Upgrade: websocket',
    'Sec-WebSocket-Version: 13',
    'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
    `Bursar-Key: ${KEY}`,
    ...more,
    '',
    '',
  ].join('\r\n')

async function startEcho() {
  const server = createServer()
  const sockets = new WebSocketServer({ server, handleProtocols: (offered) => [...offered][0] ?? false })
  const handshakes: string[][] = []
  sockets.on('connection', (socket, req) => {
    handshakes.push(req.rawHeaders)
    socket.on('message', (data, binary) => socket.send(data, { binary }))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets.clients) socket.terminate()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, handshakes, sockets }
}

describe('a WebSocket', () => {
  test.each(['ws', 'http'])('echoes through the proxy with the token injected (%s)', async (scheme) => {
    const echo = await startEcho()
    const plane = await startPlane([`http://127.0.0.1:${echo.port}/`])
    const url = `ws://127.0.0.1:${plane.port}/proxy/crm/${scheme}://127.0.0.1:${echo.port}/chat?x=1`
    const socket = new WebSocket(url, ['v2.chat', 'v1.chat'], {
      headers: { 'bursar-key': KEY, authorization: 'mine' },
    })
    await once(socket, 'open')
    expect(socket.protocol).toBe('v2.chat')
    const handshake = echo.handshakes[0]!
    expect(handshake.filter((name) => name.toLowerCase() === 'authorization')).toHaveLength(1)
    expect(handshake[handshake.indexOf('Authorization') + 1]).toBe(`Bearer ${TOKEN}`)
    expect(handshake.join()).not.toContain(KEY)

    for (const message of [Buffer.from('hello'), Buffer.alloc(300_000, 7), Buffer.alloc(0)]) {
      socket.send(message)
      const [data] = (await once(socket, 'message')) as [Buffer]
      expect(data.equals(message)).toBe(true)
    }
    socket.close(4_001, 'bye')
    const [code, reason] = (await once(socket, 'close')) as [number, Buffer]
    expect([code, reason.toString()]).toEqual([4_001, 'bye'])
  })

  test('the destination going away closes the caller’s connection', async () => {
    const echo = await startEcho()
    const plane = await startPlane([`http://127.0.0.1:${echo.port}/`])
    const socket = new WebSocket(`ws://127.0.0.1:${plane.port}/proxy/crm/ws://127.0.0.1:${echo.port}/`, {
      headers: { 'bursar-key': KEY },
    })
    await once(socket, 'open')
    for (const client of echo.sockets.clients) client.terminate()
    expect((await once(socket, 'close'))[0]).toBe(1006)
  })

  test('the caller going away closes the connection to the destination', async () => {
    const echo = await startEcho()
    const plane = await startPlane([`http://127.0.0.1:${echo.port}/`])
    const socket = new WebSocket(`ws://127.0.0.1:${plane.port}/proxy/crm/ws://127.0.0.1:${echo.port}/`, {
      headers: { 'bursar-key': KEY },
    })
    await once(socket, 'open')
    const [client] = echo.sockets.clients
    const closed = once(client!, 'close')
    socket.terminate()
    expect((await closed)[0]).toBe(1006)
  })

  test('a refusal is an HTTP answer', async () => {
    const echo = await startEcho()
    const plane = await startPlane(['https://other.example/'])
    const caller = dial(plane.port)
    caller.write(HANDSHAKE(`/proxy/crm/ws://127.0.0.1:${echo.port}/`))
    const { bytes } = await readAll(caller)
    expect(bytes.toString()).toMatch(
      /^HTTP\/1\.1 403 Forbidden\r\n[\s\S]*Bursar-Error: destination\.refused\r\n/,
    )
    expect(bytes.toString()).toMatch(/Connection: close/)
    expect(echo.handshakes).toEqual([])
  })

  test('a destination that declines: its answer, and nothing the caller sends afterwards reaches it', async () => {
    const received: Buffer[] = []
    const upstream = await startRawUpstream((socket) => {
      socket.on('data', (chunk) => received.push(chunk))
      void answerRaw(socket, 'HTTP/1.1 200 OK\r\nX-Mine: 1\r\nContent-Length: 2\r\n\r\nno')
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(`${HANDSHAKE(`/proxy/crm/${upstream.origin}/`)}GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n`)
    const answer = (await readAll(caller)).bytes.toString()
    expect(answer).toMatch(
      /^HTTP\/1\.1 200 OK\r\nX-Mine: 1\r\nContent-Length: 2\r\nConnection: close\r\n\r\nno$/,
    )
    expect(Buffer.concat(received).toString()).not.toContain('smuggled')
  })

  test('what came with the handshake is sent once the destination has agreed', async () => {
    const upstream = await startRawUpstream((socket) => {
      const agreed =
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Mine: 1\r\n\r\n'
      void answerRaw(socket, agreed).then((head) => {
        expect(head).not.toContain('early')
        void readUntil(socket, 'early').then(() => socket.end('late'))
      })
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(`${HANDSHAKE(`/proxy/crm/${upstream.origin}/`)}early`)
    expect((await readAll(caller)).bytes.toString()).toBe(
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Mine: 1\r\n\r\nlate',
    )
  })

  test('a 401 to the handshake is followed by one with a newer token', async () => {
    const upstream = await startRawUpstream((socket, nth) => {
      const refused = 'HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n'
      const agreed =
        'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello'
      void answerRaw(socket, nth === 1 ? refused : agreed).then((head) => {
        if (nth === 2) expect(head).toContain('Authorization: Bearer new')
      })
    })
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.renewals.push(
      handout({ token: 'new', version: 2, destinations: [rule(`${upstream.origin}/`)] }),
    )
    const caller = dial(plane.port)
    caller.write(HANDSHAKE(`/proxy/crm/${upstream.origin}/`))
    expect(await readUntil(caller, 'hello')).toMatch(/^HTTP\/1\.1 101 /)
  })

  test('another protocol is not offered: the request is an ordinary one', async () => {
    const upstream = await startRawUpstream((socket) => {
      void answerRaw(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok').then((head) =>
        expect(head.toLowerCase()).not.toContain('h2c'),
      )
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const caller = dial(plane.port)
    caller.write(
      `GET /proxy/crm/${upstream.origin}/ HTTP/1.1\r\nHost: b\r\nBursar-Key: ${KEY}\r\nConnection: Upgrade, HTTP2-Settings\r\n` +
        'Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n',
    )
    expect(await readUntil(caller, '\r\n\r\nok')).toMatch(/^HTTP\/1\.1 200 /)
  })
})
