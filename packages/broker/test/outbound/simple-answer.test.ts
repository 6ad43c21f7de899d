import { request } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Socket } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readSimpleHead } from '../../src/outbound/simple-answer.ts'

const head = (text: string) => readSimpleHead(Buffer.from(text.replaceAll('\n', '\r\n'), 'latin1'))

test('the common form is read as it stands', () => {
  expect(head('HTTP/1.1 200 OK\nContent-Length: 2\nX-A:  b c \nX-A: d\n\nhi')).toEqual({
    status: 200,
    reason: 'OK',
    rawHeaders: ['Content-Length', '2', 'X-A', 'b c', 'X-A', 'd'],
    bodyAt: 58,
    length: 2,
    keepSeconds: null,
  })
})

describe('everything else is left to a real parser', () => {
  test.each([
    ['half a head', 'HTTP/1.1 200 OK\nContent-Length: 2\n'],
    ['an informational answer', 'HTTP/1.1 103 Early Hints\nContent-Length: 0\n\n'],
    ['HTTP/1.0', 'HTTP/1.0 200 OK\nContent-Length: 0\n\n'],
    ['another protocol', 'HTTP/2 200 OK\nContent-Length: 0\n\n'],
    ['no blank before the reason', 'HTTP/1.1 200\nContent-Length: 0\n\n'],
    ['no length', 'HTTP/1.1 200 OK\n\n'],
    ['two lengths', 'HTTP/1.1 200 OK\nContent-Length: 0\nContent-Length: 0\n\n'],
    ['a list of lengths', 'HTTP/1.1 200 OK\nContent-Length: 0, 0\n\n'],
    ['a negative length', 'HTTP/1.1 200 OK\nContent-Length: -1\n\n'],
    ['a length in hexadecimal', 'HTTP/1.1 200 OK\nContent-Length: 0x1\n\n'],
    ['an absurd length', 'HTTP/1.1 200 OK\nContent-Length: 9999999999999999\n\n'],
    ['chunks', 'HTTP/1.1 200 OK\nTransfer-Encoding: chunked\n\n'],
    ['chunks and a length', 'HTTP/1.1 200 OK\nContent-Length: 0\nTransfer-Encoding: chunked\n\n'],
    ['a space before the colon', 'HTTP/1.1 200 OK\nContent-Length : 0\n\n'],
    ['a folded line', 'HTTP/1.1 200 OK\nContent-Length: 0\nX-A: b\n c\n\n'],
    ['a field without a name', 'HTTP/1.1 200 OK\nContent-Length: 0\n: b\n\n'],
    ['a control character', 'HTTP/1.1 200 OK\nContent-Length: 0\nX-A: \x01\n\n'],
    ['a lone carriage return', 'HTTP/1.1 200 OK\nContent-Length: 0\nX-A: b\rX-B: c\n\n'],
    ['another connection option', 'HTTP/1.1 200 OK\nContent-Length: 0\nConnection: x-hop\n\n'],
    ['no content, with a length', 'HTTP/1.1 204 No Content\nContent-Length: 5\n\n'],
  ])('%s', (_what, text) => {
    expect(head(text)).toBeNull()
  })

  test('a lone line feed', () => {
    expect(readSimpleHead(Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 0\nX: y\r\n\r\n'))).toBeNull()
  })

  test('a head that is too long', () => {
    expect(head(`HTTP/1.1 200 OK\nContent-Length: 0\nX-A: ${'b'.repeat(40_000)}\n\n`)).toBeNull()
  })
})

describe('what is recognised', () => {
  let answer = Buffer.alloc(0)
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => socket.end(answer))
  })
  beforeAll(() => new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve)))
  afterAll(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })

  /** The same bytes as the client of `node:http` reads them. */
  function readByNode(): Promise<{ status: number; rawHeaders: string[]; body: string } | null> {
    return new Promise((resolve) => {
      const { port } = server.address() as AddressInfo
      request({ port, host: '127.0.0.1', agent: false }, (response) => {
        let body = ''
        response.setEncoding('latin1')
        response.on('data', (chunk: string) => {
          body += chunk
        })
        response.on('error', () => resolve(null))
        response.on('end', () =>
          resolve({ status: response.statusCode!, rawHeaders: response.rawHeaders, body }),
        )
      })
        .on('error', () => resolve(null))
        .end()
    })
  }

  const name = fc.constantFrom(
    'Content-Length',
    'content-length',
    'X-A',
    'Connection',
    'Keep-Alive',
    'Date',
    'A b',
    '',
  )
  const value = fc.oneof(
    fc.constantFrom(
      '0',
      '3',
      '5',
      '03',
      '+3',
      '3 ',
      ' 3',
      'keep-alive',
      'close',
      'timeout=5',
      'chunked',
      '\t',
      '',
    ),
    fc.string({ unit: 'binary-ascii', maxLength: 8 }),
  )
  const field = fc.tuple(name, fc.constantFrom(': ', ':', ' : ', ':\t'), value).map((parts) => parts.join(''))
  const lines = fc.tuple(
    fc.constantFrom('HTTP/1.1 200 OK', 'HTTP/1.1 404 ', 'HTTP/1.1 500 é', 'HTTP/1.1 304 N', 'HTTP/1.1 099 X'),
    fc.array(field, { maxLength: 4 }),
    fc.constantFrom('\r\n', '\r\n', '\r\n', '\n'),
    fc.constantFrom('', 'abc', 'abcde'),
  )

  test('is what node:http reads from the same bytes', { timeout: 120_000 }, async () => {
    let recognised = 0
    await fc.assert(
      fc.asyncProperty(lines, async ([first, fields, end, body]) => {
        const bytes = Buffer.from([first, 'Content-Length: 3', ...fields, '', body].join(end), 'latin1')
        const simple = readSimpleHead(bytes)
        if (simple === null || bytes.length < simple.bodyAt + simple.length) return
        recognised += 1
        answer = bytes.subarray(0, simple.bodyAt + simple.length)
        const real = await readByNode()
        expect(real?.status).toBe(simple.status)
        expect(real?.rawHeaders).toEqual(simple.rawHeaders)
        expect(real?.body).toBe(answer.toString('latin1', simple.bodyAt, simple.bodyAt + simple.length))
      }),
      { numRuns: 1_500 },
    )
    expect(recognised).toBeGreaterThan(50)
  })
})
