import { once } from 'node:events'
import { connect } from 'node:net'
import { afterAll, beforeAll, expect, onTestFinished, test, vi } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { staticToken } from './credentials.ts'
import { type Recorder, startRecorder } from './recorder.ts'

let broker: TestBroker
let upstream: Recorder

// Before anything is asked: bodies that come share one timer.
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  upstream = await startRecorder()
  broker = await startTestBroker()
  await broker.api.create(staticToken('half', [`http://127.0.0.1:${upstream.port}/ok`]))
})
afterAll(async () => {
  vi.useRealTimers()
  await broker?.close()
  await upstream?.close()
})

const post = (target: string, framing: string, type = 'application/json'): string =>
  `POST ${target} HTTP/1.1\r\nHost: b\r\nAuthorization: Bearer ${broker.api.key}\r\n` +
  `Bursar-Key: ${broker.api.key}\r\nContent-Type: ${type}\r\n${framing}\r\n\r\n`

/** Sends it on a connection of its own. */
async function begin(bytes: string) {
  const socket = connect(Number(new URL(broker.url).port), '127.0.0.1')
  onTestFinished(() => void socket.destroy())
  const seen = { received: '', ended: false }
  socket.on('error', () => undefined)
  socket.on('data', (chunk) => {
    seen.received += chunk.toString('latin1')
  })
  socket.on('close', () => {
    seen.ended = true
  })
  await once(socket, 'connect')
  socket.write(bytes)
  return { socket, seen }
}

/** Twenty seconds of Bursar's, in steps between which both sides get to read. */
async function pass(): Promise<void> {
  for (let second = 0; second < 20; second += 1) {
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    vi.advanceTimersByTime(1_000)
  }
}

const JSON_BODIES = [
  ['/v1/credentials', 'Content-Length: 100', '{"name":'],
  ['/v1/credentials', 'Transfer-Encoding: chunked', '8\r\n{"name":\r\n'],
  ['/v1/explain', 'Content-Length: 100', ''],
  ['/reactor/companies', 'Content-Length: 100', '{"data":'],
  [`/reactor/edge/EN${'0'.repeat(32)}/events`, 'Content-Length: 100', '{'],
  ['/marketing-cloud/activities', 'Content-Length: 100', '{'],
  ['/data/core/activation/authoring/destinations', 'Content-Length: 100', '{'],
] as const

test.each(JSON_BODIES)(
  'a body that does not come to %s (%s) ends the connection',
  async (target, framing, body) => {
    const { seen } = await begin(post(target, framing) + body)
    await pass()
    await expect.poll(() => seen.ended).toBe(true)
  },
)

test('a body that comes in time is read, however slowly', async () => {
  const { socket, seen } = await begin(post('/v1/explain', 'Content-Length: 12\r\nConnection: close'))
  for (const byte of '{"nothing":0') {
    socket.write(byte)
    for (let turn = 0; turn < 5; turn += 1) await new Promise(setImmediate)
    vi.advanceTimersByTime(500)
  }
  await expect.poll(() => seen.ended).toBe(true)
  expect(seen.received).toMatch(/^HTTP\/1\.1 400 .*request\.malformed_json/s)
})

test('an upload through the proxy takes as long as it takes', async () => {
  const target = `/proxy/half/http://127.0.0.1:${upstream.port}/ok`
  const { socket, seen } = await begin(post(target, 'Content-Length: 8\r\nConnection: close', 'text/plain'))
  for (const byte of 'uploaded') {
    socket.write(byte)
    await pass()
  }
  await expect.poll(() => seen.ended).toBe(true)
  expect(seen.received).toMatch(/^HTTP\/1\.1 200 /)
  expect(upstream.arrivals.map(({ body }) => body)).toEqual(['uploaded'])
})

test('contacts of a journey come for as long as it lasts', async () => {
  const execute = { url: `http://127.0.0.1:${upstream.port}/execute` }
  const config = { workflowApiVersion: '1.1', type: 'REST', arguments: { execute } }
  const made = await broker.api.call('POST', '/marketing-cloud/activities', { key: 'slow', config })
  expect(made.status).toBe(201)
  await broker.api.call('POST', '/marketing-cloud/activities/slow/publish')
  const head = post(
    '/marketing-cloud/activities/slow/execute',
    'Transfer-Encoding: chunked\r\nConnection: close',
    'application/x-ndjson',
  )
  const { socket, seen } = await begin(head)
  for (const key of ['c-1', 'c-2', 'c-3']) {
    const line = `{"key":"${key}"}\n`
    socket.write(`${line.length.toString(16)}\r\n${line}\r\n`)
    await expect.poll(() => upstream.arrivals.some(({ body }) => body.includes(key))).toBe(true)
    await pass()
  }
  socket.write('0\r\n\r\n')
  await expect.poll(() => seen.ended).toBe(true)
  expect(seen.received).toContain('"status":"finished"')
})
