import { connect } from 'node:net'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { staticToken, TOKEN } from './credentials.ts'
import { OK, type Recorder, startRecorder, valuesOf } from './recorder.ts'
import { runs } from './runs.ts'
import { exchangeRaw, statusOf, WEBSOCKET } from './wire.ts'

let broker: TestBroker
let upstream: Recorder
/** Request line and key; what follows is the test's. */
let head: string

beforeAll(async () => {
  upstream = await startRecorder()
  broker = await startTestBroker()
  await broker.api.create(staticToken('framed', [`http://127.0.0.1:${upstream.port}/ok`]))
  head = `POST /proxy/framed/http://127.0.0.1:${upstream.port}/ok HTTP/1.1\r\nHost: b\r\nBursar-Key: ${broker.api.key}\r\n`
})
afterAll(async () => {
  await broker?.close()
  await upstream?.close()
})
beforeEach(() => {
  upstream.arrivals.length = 0
  upstream.unfinished.length = 0
})

const STOLEN = 'Bearer of-the-caller'
/** What an attacker wants the destination to take for a request of its own. */
const INNER = `GET /evil HTTP/1.1\r\nHost: b\r\nAuthorization: ${STOLEN}\r\n\r\n`

/** Nothing of the caller's that must not pass, nothing that no rule allows, nothing in two. */
function expectNothingSmuggled(requests = 1): void {
  expect(upstream.faults).toEqual([])
  expect(upstream.arrivals.length).toBeLessThanOrEqual(requests)
  for (const arrival of upstream.arrivals) {
    expect(arrival.target).toBe('/ok')
    expect(valuesOf(arrival, 'authorization')).toEqual([`Bearer ${TOKEN}`])
    const heads = arrival.headers.map(([name, value]) => `${name}: ${value}`).join('\n')
    expect(heads).not.toContain(broker.api.key)
    expect(heads).not.toContain(STOLEN)
  }
  // A request that was broken off has our token and no more than one head.
  for (const bytes of upstream.unfinished) {
    expect(bytes).toMatch(/^POST \/ok HTTP\/1\.1\r\n/)
    const broken = bytes.slice(0, bytes.indexOf('\r\n\r\n'))
    expect(broken).not.toContain(broker.api.key)
    expect(broken).not.toContain(STOLEN)
  }
}

const REFUSED: ReadonlyArray<readonly [name: string, lines: string, body: string]> = [
  ['a length beside chunks', 'Content-Length: 4\r\nTransfer-Encoding: chunked', `0\r\n\r\n${INNER}`],
  ['chunks beside a length', 'Transfer-Encoding: chunked\r\nContent-Length: 4', `0\r\n\r\n${INNER}`],
  ['two lengths that differ', 'Content-Length: 0\r\nContent-Length: 60', INNER],
  ['two lengths that agree', 'Content-Length: 5\r\nContent-Length: 5', 'abcde'],
  ['two lengths in one line', 'Content-Length: 5, 5', 'abcde'],
  ['a length with a sign', 'Content-Length: +5', 'abcde'],
  ['a length below zero', 'Content-Length: -1', INNER],
  ['a length in hexadecimal', 'Content-Length: 0x5', 'abcde'],
  ['a length with a fraction', 'Content-Length: 5.0', 'abcde'],
  ['a length past 2^64', 'Content-Length: 18446744073709551621', 'abcde'],
  ['a length that is empty', 'Content-Length:', INNER],
  ['another coding', 'Transfer-Encoding: gzip', INNER],
  ['chunked and then another coding', 'Transfer-Encoding: chunked, gzip', `0\r\n\r\n${INNER}`],
  ['another coding before chunked', 'Transfer-Encoding: gzip, chunked', `0\r\n\r\n${INNER}`],
  ['chunked twice', 'Transfer-Encoding: chunked, chunked', `0\r\n\r\n${INNER}`],
  [
    'two codings in two lines',
    'Transfer-Encoding: identity\r\nTransfer-Encoding: chunked',
    `0\r\n\r\n${INNER}`,
  ],
  ['a coding behind a control character', 'Transfer-Encoding: \x0bchunked', `0\r\n\r\n${INNER}`],
  ['a coding in quotes', 'Transfer-Encoding: "chunked"', `0\r\n\r\n${INNER}`],
  ['a coding that is misspelt', 'Transfer-Encoding: xchunked', `0\r\n\r\n${INNER}`],
  ['a blank before the colon', 'Transfer-Encoding : chunked', `0\r\n\r\n${INNER}`],
  ['a tab before the colon', 'Content-Length\t: 5', 'abcde'],
  ['a folded header', 'X-Folded: a\r\n b', ''],
  ['a folded coding', 'Transfer-Encoding:\r\n chunked', `0\r\n\r\n${INNER}`],
  ['a line that begins with a blank', ' Content-Length: 5', 'abcde'],
  ['a header without a colon', 'X-Nothing', ''],
  ['a header without a name', ': nothing', ''],
  ['a carriage return alone', 'X-A: b\rAuthorization: stolen', ''],
  ['a NUL in a value', 'X-A: b\0c', ''],
  ['a NUL in a name', 'X-A\0B: c', ''],
  ['a control character in a name', 'X-A\x01: c', ''],
  ['a chunk size with a sign', 'Transfer-Encoding: chunked', `+5\r\nabcde\r\n0\r\n\r\n`],
  ['a chunk size with a prefix', 'Transfer-Encoding: chunked', `0x5\r\nabcde\r\n0\r\n\r\n`],
  ['a chunk size past 2^64', 'Transfer-Encoding: chunked', `10000000000000005\r\nabcde\r\n0\r\n\r\n`],
  ['a chunk that is longer than it says', 'Transfer-Encoding: chunked', `3\r\nabcde\r\n0\r\n\r\n${INNER}`],
  ['chunks that end in a line feed alone', 'Transfer-Encoding: chunked', `5\nabcde\n0\n\n${INNER}`],
  ['a length in a trailer', 'Transfer-Encoding: chunked', `0\r\nContent-Length: 9\r\n\r\n${INNER}`],
  ['a trailer that is folded', 'Transfer-Encoding: chunked', `0\r\nX-T: a\r\n b\r\n\r\n${INNER}`],
]

describe('a request that could be read as two', () => {
  test.each(REFUSED)('by %s is refused', async (_what, lines, body) => {
    const answer = await exchangeRaw(broker.url, `${head}${lines}\r\n\r\n${body}`, { half: true })
    expect(statusOf(answer), answer).toBe(400)
    // What follows is not read as a request either.
    expect(answer.match(/HTTP\/1\.1 \d/g)).toHaveLength(1)
    expectNothingSmuggled()
    expect(upstream.arrivals).toEqual([])
  })

  test.each([
    ['line feeds alone', () => `${head}X-A: b\n\n${INNER}`],
    [
      'a line feed alone between headers',
      () => `${head}X-A: b\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n${INNER}`,
    ],
    ['an HTTP version of its own', () => `${head.replace('HTTP/1.1', 'HTTP/1.9')}\r\n`],
    ['no HTTP version', () => `${head.replace(' HTTP/1.1', '')}\r\n`],
    ['blanks within the target', () => `${head.replace('/ok ', '/ok /evil ')}\r\n`],
    ['a line break within the target', () => `${head.replace('/ok ', '/ok\r\nX: y ')}\r\n`],
    ['no host', () => `${head.replace('Host: b\r\n', '')}\r\n`],
    [
      'an absolute target',
      () => `${head.replace('POST /', 'POST http://127.0.0.1/')}Connection: close\r\n\r\n`,
    ],
    ['the target of a tunnel', () => `CONNECT 127.0.0.1:${upstream.port} HTTP/1.1\r\nHost: b\r\n\r\n`],
    ['a preface of HTTP/2', () => 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'],
  ])('by %s is refused', async (_what, bytes) => {
    const answer = await exchangeRaw(broker.url, bytes(), { half: true })
    expect([0, 400, 404, 405, 505], answer).toContain(statusOf(answer))
    expectNothingSmuggled()
    expect(upstream.arrivals).toEqual([])
  })

  test('by extensions and trailers of chunks loses these on the way', async () => {
    const body = `5;a=b;c="d"\r\nabcde\r\n0;x\r\nAuthorization: ${STOLEN}\r\nBursar-Key: x\r\n\r\n`
    const lines = 'Transfer-Encoding: chunked\r\nTrailer: Authorization\r\nConnection: close\r\n\r\n'
    const answer = await exchangeRaw(broker.url, head + lines + body)
    expect(statusOf(answer)).toBe(200)
    expectNothingSmuggled()
    expect(upstream.arrivals.map((arrival) => arrival.body)).toEqual(['abcde'])
  })

  test('by what Connection nominates keeps the token that was injected', async () => {
    const lines =
      'Connection: close, Authorization, Host, Content-Length, Bursar-Key, X-A\r\nX-A: 1\r\nContent-Length: 3\r\n\r\n'
    expect(statusOf(await exchangeRaw(broker.url, `${head}${lines}abc`))).toBe(200)
    expectNothingSmuggled()
    expect(upstream.arrivals.map((arrival) => [arrival.body, valuesOf(arrival, 'x-a')])).toEqual([
      ['abc', []],
    ])
  })

  test.each([
    'authorization',
    'AUTHORIZATION',
    'Proxy-Authorization',
    'proxy-authorization',
    'BURSAR-KEY',
    'bursar-x',
  ])('a header %s of the caller does not pass', async (name) => {
    const own = name.toLowerCase() === 'bursar-key' ? head.replace(/Bursar-Key: .*\r\n/, '') : head
    const value = name.toLowerCase() === 'bursar-key' ? broker.api.key : STOLEN
    await exchangeRaw(broker.url, `${own}${name}: ${value}\r\nConnection: close\r\n\r\n`)
    expectNothingSmuggled()
  })

  test('a head of more than 32 kB is refused, in many headers as in one', async () => {
    const long = `X-A: ${'a'.repeat(40_000)}\r\n`
    const many = Array.from({ length: 3_000 }, (_, nth) => `X-${nth}: ${'a'.repeat(8)}\r\n`).join('')
    for (const lines of [long, many]) {
      const answer = await exchangeRaw(broker.url, `${head}${lines}\r\n`)
      expect([400, 431], answer).toContain(statusOf(answer))
    }
    expect(upstream.arrivals).toEqual([])
  })

  test('by bytes behind a handshake that was declined is not read on', async () => {
    const opening = `${head.replace('POST', 'GET')}${WEBSOCKET.join('\r\n')}\r\n\r\n`
    const answer = await exchangeRaw(broker.url, opening + INNER, { half: true })
    expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expectNothingSmuggled()
  })
})

test('an Authorization of the caller does not pass where the token stands in another header', async () => {
  const body = staticToken('elsewhere', [`http://127.0.0.1:${upstream.port}/ok`])
  await broker.api.create({ ...body, recipe: { grant: 'static_token', injection: { header: 'X-Api-Key' } } })
  const own = `Authorization: ${STOLEN}\r\nx-api-key: of-the-caller\r\nConnection: close\r\n\r\n`
  expect(statusOf(await exchangeRaw(broker.url, head.replace('/framed/', '/elsewhere/') + own))).toBe(200)
  const [arrival] = upstream.arrivals
  expect([valuesOf(arrival!, 'authorization'), valuesOf(arrival!, 'x-api-key')]).toEqual([[], [TOKEN]])
})

describe('bytes that are no request', () => {
  test('behind a request whose answer is under way do not become a part of that answer', async () => {
    const { promise, resolve } = Promise.withResolvers<string>()
    upstream.answer = () => 'HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nthe beginning'
    const socket = connect(Number(new URL(broker.url).port), '127.0.0.1')
    let received = ''
    socket.on('data', (chunk) => {
      if (received === '') socket.write('no request\r\n\r\n')
      received += chunk
    })
    socket.on('error', () => undefined).on('close', () => resolve(received))
    socket.write(`${head}\r\n`)
    expect(await promise).toMatch(/the beginning$/)
    upstream.answer = () => OK
  })

  test('do not keep a connection open', async () => {
    for (const bytes of [
      'no request\r\n\r\n',
      `GET /healthz HTTP/1.1\r\nHost: b\r\n\r\nno request\r\n\r\n`,
    ]) {
      const answer = await exchangeRaw(broker.url, bytes)
      expect(answer).toMatch(/^HTTP\/1\.1 (400|200) /)
    }
  })
})

/** Mostly as it should be: with more than one fault in a message the first hides the others. */
const mostly = (usual: string, ...odd: string[]) =>
  fc.oneof({ weight: 12, arbitrary: fc.constant(usual) }, { weight: 1, arbitrary: fc.constantFrom(...odd) })
const eol = mostly('\r\n', '\n', '\r', '\r\n ', '\r\n\t', '\r\r\n', '\0\r\n')
const framing = fc.constantFrom(
  ...Array<string>(6).fill('Transfer-Encoding: chunked'),
  ...Array<string>(3).fill('Content-Length: 5'),
  'transfer-encoding: CHUNKED',
  'Transfer-Encoding:chunked',
  'Transfer-Encoding: chunked ',
  'Transfer-Encoding: identity',
  'Transfer-Encoding: gzip, chunked',
  'Transfer-Encoding: chunked, identity',
  'Transfer-Encoding:\tchunked',
  'Transfer_Encoding: chunked',
  'Transfer-Encoding : chunked',
  'Content-Length: 05',
  'Content-Length: +5',
  'Content-Length: 0',
  'Content-Length: 999',
  'Content-Length : 5',
  'Content_Length: 5',
)
const other = fc.constantFrom(
  'X-A: b',
  'X-A:',
  'Connection: keep-alive',
  'Connection: close, Transfer-Encoding',
  'Connection: Content-Length, Host',
  'Connection: Upgrade, HTTP2-Settings',
  'Upgrade: h2c',
  'Upgrade: websocket',
  'Expect: 100-continue',
  'Expect: 200-ok',
  'TE: trailers, chunked',
  'Trailer: Authorization',
  'Host: evil',
  `Authorization: ${STOLEN}`,
  `authorization: ${STOLEN}`,
  `Proxy-Authorization: ${STOLEN}`,
  `X-A: b\rAuthorization: ${STOLEN}`,
  'X-A : b',
  ':',
)
const lines = fc
  .tuple(
    fc.option(framing, { freq: 5 }),
    fc.oneof({ weight: 7, arbitrary: fc.constant(null) }, { weight: 1, arbitrary: framing }),
    fc.array(other, { maxLength: 2 }),
    fc.array(eol, { minLength: 4, maxLength: 4 }),
  )
  .map(([first, second, others, ends]) =>
    [...others, first, second]
      .flatMap((line, nth) => (line === null ? [] : [line + ends[nth % 4]!]))
      .join(''),
  )
const bodyPart = fc.constantFrom(
  '5\r\nabcde\r\n',
  '5;x=y\r\nabcde\r\n',
  '5\nabcde\r\n',
  '5 \r\nabcde\r\n',
  '5\r\nabcdef\r\n',
  '+5\r\nabcde\r\n',
  '0\r\n\r\n',
  '0\r\n',
  '0\r\nX-T: 1\r\n\r\n',
  `0\r\nAuthorization: ${STOLEN}\r\n\r\n`,
  '\r\n',
  'abcde',
  'ffffffffffffffff\r\n',
  '-1\r\n',
  INNER,
  INNER,
)

const body = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('5\r\nabcde\r\n0\r\n\r\n', `5\r\nabcde\r\n0\r\n\r\n${INNER}`) },
  { weight: 3, arbitrary: fc.constantFrom('abcde', `abcde${INNER}`, '') },
  { weight: 5, arbitrary: fc.array(bodyPart, { maxLength: 4 }).map((parts) => parts.join('')) },
)

test('headers and bodies put together at random never make a second request, nor carry what must stay', async () => {
  const message = fc.tuple(lines, mostly('\r\n', '\n', ''), body)
  const seen = { sent: 0, refused: 0 }
  await fc.assert(
    fc.asyncProperty(message, async ([fields, end, content]) => {
      upstream.arrivals.length = 0
      upstream.unfinished.length = 0
      const answer = await exchangeRaw(broker.url, head + fields + end + content, {
        half: true,
      })
      expectNothingSmuggled()
      expect(answer).not.toContain(TOKEN)
      seen[upstream.arrivals.length > 0 ? 'sent' : 'refused'] += 1
    }),
    runs(600),
  )
  expect(Math.min(seen.sent, seen.refused), JSON.stringify(seen)).toBeGreaterThan(30)
})
