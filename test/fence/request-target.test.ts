import {
  type DestinationRule,
  decideDestination,
  parseDestinationRule,
} from '@bursar/domain/destination-rule.ts'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { staticToken, TOKEN } from './credentials.ts'
import { type Arrival, type Recorder, startRecorder, valuesOf } from './recorder.ts'
import { runs } from './runs.ts'
import { exchangeRaw, rawRequest, statusOf } from './wire.ts'

let broker: TestBroker
/** What the rules name, and a place that no rule names, on one address. */
let ruled: Recorder
let unruled: Recorder
let rules: DestinationRule[]

beforeAll(async () => {
  ruled = await startRecorder()
  unruled = await startRecorder()
  broker = await startTestBroker({ lookup: async () => [{ address: '127.0.0.1', family: 4 }] })
  const origin = `http://127.0.0.1:${ruled.port}`
  const written = [
    `${origin}/api/v1/`,
    { url: `${origin}/exact`, methods: ['GET', 'PUT'] },
    `http://localhost:${ruled.port}/l`,
  ]
  rules = written.map((rule) => {
    const parsed = parseDestinationRule(rule)
    if ('problem' in parsed) throw new Error(parsed.problem.detail)
    return parsed.rule
  })
  await broker.api.create(staticToken('fuzz', written))
})
afterAll(async () => {
  await broker?.close()
  await ruled?.close()
  await unruled?.close()
})

/** Pieces that one program takes for a separator, an escape or nothing, and another does not. */
const PIECES = (
  '/ // /. /.. /./ /../ . .. ... ; ..; .;x ? ?? # @ : :80 & = + * ! $ ( ) , ~ _ - \' " < > [ ] { } | ^ ` \\ \\\\ ' +
  '% %% %zz %2 %2e %2E %2e%2e .%2e %2e. %2f %2F %5c %5C %252e %252f %25252e %00 %01 %09 %0a %0d%0a %1f %20 %23 %3f %3b ' +
  '%40 %7f %80 %ff %c0%ae %c0%af %e0%80%ae %ed%a0%80 %e2%80%a5 %e2%84%80 %ef%bc%8e%ef%bc%8e %ef%bc%8f %ef%bc%bc ' +
  '%u002e %26 %2B a z 0 9 api v1 API V1 exact l api/v1 x?y=/../.. http:// https:// //evil.test/ \\evil.test ' +
  '\x80 \xa0 \xad \xff \xc0\xae \xe2\x80\xae \t \x01 \x7f'
).split(' ')
/** What may well be sent: without these hardly anything would get through. */
const HARMLESS =
  'a z 0 9 - ~ _ . / /x /b/c ?q=1 ? & + = @ : ! $ ( ) * , ; %20 %C3%A9 %2B %26 %3D ?a=%2f%2e%00 ?../.. ...'.split(
    ' ',
  )
const piece = fc.oneof(
  { weight: 14, arbitrary: fc.constantFrom(...HARMLESS) },
  { weight: 6, arbitrary: fc.constantFrom(...PIECES) },
  {
    weight: 1,
    arbitrary: fc.integer({ min: 0, max: 255 }).map((byte) => `%${byte.toString(16).padStart(2, '0')}`),
  },
  // All of Latin-1 but line breaks, which end the request line: those are in framing.test.ts.
  {
    weight: 1,
    arbitrary: fc
      .integer({ min: 1, max: 255 })
      .map((byte) => (byte === 10 || byte === 13 ? 'a' : String.fromCharCode(byte))),
  },
)
const start = fc.constantFrom(
  '/api/v1/',
  '/api/v1/',
  '/api/v1/',
  '/api/v1',
  '/exact',
  '/exact/',
  '/l',
  '/l/',
  '/',
  '',
  '/other/',
)
const path = fc.tuple(start, fc.array(piece, { maxLength: 5 })).map(([first, rest]) => first + rest.join(''))
const authority = (own: string, other: string) => {
  const plain = [
    own,
    own,
    own,
    own,
    own,
    own,
    own.replace('127.0.0.1', 'localhost'),
    own.replace('127.0.0.1', 'LOCALHOST'),
  ]
  const tricks = [
    other,
    `user@${own}`,
    `${own}@${other}`,
    `${other}@${own}`,
    `${own}#@${other}`,
    `${other}\\@${own}`,
    own.replace('127.0.0.1', '127.0.0.1.'),
    own.replace('127.0.0.1', '127.1'),
    own.replace('127.0.0.1', '0x7f.1'),
    own.replace('127.0.0.1', '[::ffff:127.0.0.1]'),
    own.replace('127.0.0.1', 'localhost.'),
    own.replace(':', ':0'),
    own.replace(':', '::'),
    `${own}:80`,
    own.replace('.', '%2e'),
    own.split(':')[0]!,
    '',
  ]
  return fc.constantFrom(...plain, ...plain, ...plain, ...plain, ...plain, ...tricks)
}
const scheme = fc.constantFrom(
  ...Array<string>(40).fill('http://'),
  'HTTP://',
  'ws://',
  'https://',
  'http:/',
  'http:',
  '//',
  '',
  'ftp://',
  'http:\\\\',
)
const method = fc.constantFrom(
  'GET',
  'GET',
  'GET',
  'POST',
  'PUT',
  'DELETE',
  'PATCH',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PROPFIND',
  'get',
)

/** How a server could read a path that decodes, folds and tidies as much as any known one does. */
function laxest(path: string): string {
  let text = path
  for (let round = 0; round < 4; round++) {
    text = text.replace(/(?:%[0-9a-f]{2})+/gi, (run) =>
      Buffer.from(run.replaceAll('%', ''), 'hex').toString(),
    )
    text = text.normalize('NFKC').replaceAll('\\', '/').replaceAll('\0', '')
  }
  const kept: string[] = []
  for (const segment of text.split('/').map((each) => each.split(';', 1)[0]!)) {
    if (segment === '..') kept.pop()
    else if (segment !== '.' && segment !== '') kept.push(segment)
  }
  return `/${kept.join('/')}`
}

/** Where a URL goes, taken apart in the dullest way there is. */
function takeApart(url: string): { host: string; path: string } {
  const rest = url.slice(url.indexOf('://') + 3)
  const end = rest.search(/[/?]/)
  const tail = end === -1 ? '' : rest.slice(end)
  return {
    host: (end === -1 ? rest : rest.slice(0, end)).toLowerCase(),
    path: tail.startsWith('/') ? tail : `/${tail}`,
  }
}

function expectCarried(arrival: Arrival, url: string, verb: string): void {
  const { host, path: sent } = takeApart(url)
  // Byte for byte what was judged, with our token, and nothing of one hop.
  expect([arrival.method, arrival.target]).toEqual([verb, sent])
  expect(valuesOf(arrival, 'host').map((value) => value.toLowerCase())).toEqual([host])
  expect(valuesOf(arrival, 'authorization')).toEqual([`Bearer ${TOKEN}`])
  expect(valuesOf(arrival, 'x-mine')).toEqual(['kept', 'twice'])
  for (const gone of ['bursar-key', 'bursar-other', 'proxy-authorization', 'x-hop', 'te', 'keep-alive'])
    expect(valuesOf(arrival, gone)).toEqual([])
  // Whatever the server behind does with the path, it stays below what a rule names.
  const read = laxest(sent.split('?', 1)[0]!)
  expect(read).toMatch(host.startsWith('localhost') ? /^\/l(\/|$)/ : /^\/(api\/v1(\/|$)|exact(\/|$))/)
}

test('what is matched is what is sent, byte for byte, and nothing else is', async () => {
  const seen = { sent: 0, refused: 0, unread: 0 }
  const url = fc
    .tuple(scheme, authority(`127.0.0.1:${ruled.port}`, `127.0.0.1:${unruled.port}`), path)
    .map((parts) => parts.join(''))
  await fc.assert(
    fc.asyncProperty(url, method, async (target, verb) => {
      ruled.arrivals.length = 0
      const request = rawRequest(verb, `/proxy/fuzz/${target}`, [
        `Bursar-Key: ${broker.api.key}`,
        'Bursar-Other: 1',
        'Authorization: Bearer of-the-caller',
        'Proxy-Authorization: Basic b2Y6dGhlLWNhbGxlcg==',
        'X-Mine: kept',
        'x-mine: twice',
        'TE: trailers',
        'X-Hop: 1',
        'Connection: close, X-Hop, TE',
      ])
      const answer = await exchangeRaw(broker.url, request)
      const decision = decideDestination(rules, withPath(target), verb)
      expect(ruled.faults).toEqual([])
      expect(unruled.total()).toBe(0)
      expect(answer).not.toContain(TOKEN)
      if (ruled.arrivals.length === 0) {
        expect(statusOf(answer), answer).toBeGreaterThanOrEqual(400)
        const read = answer.includes('\r\nBursar-Error: ')
        // Not even read: the line is not HTTP. Else the rules must have said no.
        if (read) expect(decision.allowed, answer).toBe(false)
        seen[read ? 'refused' : 'unread'] += 1
      } else {
        expect(ruled.arrivals).toHaveLength(1)
        expect(decision.allowed).toBe(true)
        expectCarried(ruled.arrivals[0]!, target, verb)
        seen.sent += 1
      }
    }),
    runs(1500),
  )
  // Each way was taken often enough to mean something.
  expect(Math.min(seen.sent, seen.refused, seen.unread), JSON.stringify(seen)).toBeGreaterThan(50)
})

/** An empty path is sent as `/`. */
function withPath(url: string): string {
  const { path } = takeApart(url)
  const authorityEnd = url.indexOf('://') === -1 ? -1 : url.slice(url.indexOf('://') + 3).search(/[/?]/)
  if (authorityEnd === -1) return url.includes('://') ? `${url}/` : url
  const head = url.slice(0, url.indexOf('://') + 3 + authorityEnd)
  return head + path
}

test('proxy, forward-auth and explain decide alike', async () => {
  const url = fc
    .tuple(scheme, authority(`127.0.0.1:${ruled.port}`, `127.0.0.1:${unruled.port}`), path)
    .map((parts) => parts.join(''))
    // What can stand in a header line; blanks around a value belong to HTTP.
    .filter((text) => /^[\x21-\x7e]+$/.test(text))
  await fc.assert(
    fc.asyncProperty(url, async (target) => {
      const key = `Bursar-Key: ${broker.api.key}`
      const headers = [key, `X-Original-URL: ${target}`, 'X-Original-Method: GET', 'Connection: close']
      const [explained, authorized] = await Promise.all([
        broker.api.call('POST', '/v1/explain', { credential: 'fuzz', url: target, method: 'GET' }),
        exchangeRaw(broker.url, rawRequest('GET', '/forward-auth/fuzz', headers)),
      ])
      const { allowed } = decideDestination(rules, target, 'GET')
      expect(explained.body.allowed).toBe(allowed)
      expect(statusOf(authorized) === 200).toBe(allowed)
      expect(authorized.includes(`Authorization: Bearer ${TOKEN}`)).toBe(allowed)
    }),
    runs(300),
  )
})

/** Something at every door, and what it answers to `admin`. */
const AT_THE_DOORS = [
  ['GET', '/healthz', 200],
  ['GET', '/v1/credentials?limit=1', 200],
  ['GET', '/v1/credentials/fuzz/token', 200],
  ['GET', '/v1/credentials/nobody/token', 404],
  ['GET', '/forward-auth/fuzz', 200],
  ['GET', '/.well-known/jwks.json', 200],
  ['POST', '/apps/nobody/token', 404],
  ['GET', '/connect/nobody', 404],
  ['GET', '/reactor/companies', 200],
  ['POST', `/reactor/edge/EN${'0'.repeat(32)}/events`, 404],
  ['GET', '/console/', 200],
] as const

test.each(AT_THE_DOORS)('%s %s asks for the same in absolute form', async (verb, target, status) => {
  const headers = [
    `Authorization: Bearer ${broker.api.key}`,
    `Bursar-Key: ${broker.api.key}`,
    `X-Original-URL: http://127.0.0.1:${ruled.port}/exact`,
    'X-Original-Method: GET',
    'Content-Type: application/json',
    ...(verb === 'POST' ? ['Content-Length: 2'] : []),
    'Connection: close',
  ]
  const body = verb === 'POST' ? '{}' : ''
  for (const base of ['', 'http://bursar.test', 'HTTP://elsewhere.test:8787', 'https://[::1]:1']) {
    const answer = await exchangeRaw(broker.url, rawRequest(verb, base + target, headers, body))
    expect([base, statusOf(answer)], answer).toEqual([base, status])
  }
})

test('the host is the one in the target, whatever the Host field says', async () => {
  const [name, origin] = ['Cookie: bursar_session_8787=made-up', 'Origin: http://bursar.test:8787']
  const request = (target: string) => rawRequest('GET', target, [name, origin, 'Connection: close'])
  // The origin of a page is held against the host before its session is looked up.
  const foreign = await exchangeRaw(broker.url, request('http://elsewhere.test:8787/v1/credentials'))
  expect(foreign).toContain('session.foreign_request')
  const own = await exchangeRaw(broker.url, request('http://bursar.test:8787/v1/credentials'))
  expect(own).not.toContain('session.foreign_request')
  expect(statusOf(own)).toBe(401)
})

test('the proxy takes no target in absolute form: two URLs in one can be read in more than one way', async () => {
  ruled.arrivals.length = 0
  const target = `http://bursar.test/proxy/fuzz/http://127.0.0.1:${ruled.port}/exact`
  const answer = await exchangeRaw(broker.url, rawRequest('GET', target, [`Bursar-Key: ${broker.api.key}`]))
  expect(statusOf(answer)).toBe(400)
  expect(answer).toContain('Bursar-Error: destination.ambiguous_url')
  expect(ruled.arrivals).toEqual([])
})
