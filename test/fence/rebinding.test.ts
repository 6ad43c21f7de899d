import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { CLIENT_SECRET, clientCredentials, deviceCode, staticToken, TOKEN } from './credentials.ts'
import { type Recorder, startRecorder } from './recorder.ts'
import { runs } from './runs.ts'
import { exchangeRaw, rawRequest, statusOf, WEBSOCKET } from './wire.ts'

const ALLOWED = '127.0.0.3'
/** What the system itself says of localhost: a second question to it would lead here. */
const FORBIDDEN = '127.0.0.1'

let broker: TestBroker
let recorder: Recorder
/** What the resolver says the next times it is asked; the last answer stays. */
let answers: string[][] = []
let asked = 0

beforeAll(async () => {
  recorder = await startRecorder([ALLOWED, FORBIDDEN, '::1'])
  broker = await startTestBroker({
    env: { BURSAR_OUTBOUND_ALLOW: `${ALLOWED}/32` },
    lookup: async () => {
      const answer = answers[Math.min(asked, answers.length - 1)] ?? []
      asked += 1
      return answer.map((address) => ({ address, family: address.includes(':') ? 6 : 4 }))
    },
  })
  resolveTo([ALLOWED])
  await broker.api.create(staticToken('rebound', [`http://localhost:${recorder.port}/`]))
})
afterAll(async () => {
  await broker?.close()
  await recorder?.close()
})
beforeEach(() => {
  recorder.connections.clear()
  recorder.arrivals.length = 0
  recorder.answer = () => 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok'
})

function resolveTo(...next: string[][]): void {
  answers = next
  asked = 0
}

const url = (path = '/x') => `http://localhost:${recorder.port}${path}`
const proxied = () => broker.api.proxy('rebound', url())
const answerJson = (body: unknown) => () => {
  const text = JSON.stringify(body)
  return `HTTP/1.1 200 OK\r\nContent-Length: ${text.length}\r\nConnection: close\r\n\r\n${text}`
}
/** Only the allowed address ever saw a connection. */
const expectOnlyAllowed = () => {
  expect([...recorder.connections.keys()].filter((address) => address !== ALLOWED)).toEqual([])
  expect(recorder.faults).toEqual([])
}

describe('a name that changes what it leads to', () => {
  test('between two requests is judged anew, and the second is not sent', async () => {
    resolveTo([ALLOWED], [FORBIDDEN], [ALLOWED])
    expect((await proxied()).status).toBe(200)
    const refused = await proxied()
    expect([refused.status, refused.body.code]).toEqual([403, 'outbound.blocked'])
    expect((await proxied()).status).toBe(200)
    expect(asked).toBe(3)
    expect(recorder.connections).toEqual(new Map([[ALLOWED, 2]]))
  })

  test('between judgement and connection is connected to where it was judged', async () => {
    resolveTo([ALLOWED], [FORBIDDEN])
    expect((await proxied()).status).toBe(200)
    expect([asked, recorder.connections]).toEqual([1, new Map([[ALLOWED, 1]])])
  })

  test('under a WebSocket that opens gets no second one', async () => {
    recorder.answer = () =>
      'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
    const open = (half: boolean) =>
      exchangeRaw(
        broker.url,
        rawRequest('GET', `/proxy/rebound/ws://localhost:${recorder.port}/x`, [
          `Bursar-Key: ${broker.api.key}`,
          ...WEBSOCKET,
        ]),
        { half },
      )
    resolveTo([ALLOWED], [FORBIDDEN])
    expect(statusOf(await open(true))).toBe(101)
    expect(statusOf(await open(false))).toBe(403)
    expect(recorder.connections).toEqual(new Map([[ALLOWED, 1]]))
  })

  test('gets no client secret at the place it then leads to', async () => {
    recorder.answer = answerJson({ access_token: TOKEN, expires_in: 3600 })
    resolveTo([ALLOWED], [FORBIDDEN])
    const made = await broker.api.create(
      clientCredentials('moved', { token_url: url('/token'), revocation_url: url('/revoke') }),
    )
    expect(made.body.status).toBe('active')
    const { body } = await broker.api.exchange('moved')
    expect(body).toMatchObject({ kind: 'no_answer', error: { code: 'outbound.blocked' } })
    // What lives is still served.
    expect((await broker.api.token('moved')).body.access_token).toBe(TOKEN)
    const deleted = await broker.api.call('DELETE', '/v1/credentials/moved')
    expect(deleted.body.revocation.outcome).toBe('failed')
    expectOnlyAllowed()
    expect(recorder.arrivals).toHaveLength(1)
  })

  test('does not lead a trial or a device sign-in astray', async () => {
    resolveTo([FORBIDDEN])
    const trial = await broker.api.call(
      'POST',
      '/v1/validate',
      clientCredentials('trial', { token_url: url('/token') }),
    )
    expect(trial.body).toMatchObject({ valid: false, error: { code: 'outbound.blocked' } })
    await broker.api.create(deviceCode('device', url('/device'), url('/token')))
    const begun = await broker.api.call('POST', '/v1/credentials/device/authorize')
    expect([begun.status, begun.body.code]).toEqual([502, 'exchange.unavailable'])
    expect(trial.text + begun.text).not.toContain(CLIENT_SECRET)
    expect(recorder.total()).toBe(0)
  })
})

test('of many addresses in any order only the allowed one is ever connected to', async () => {
  const foreign = [
    FORBIDDEN,
    '::1',
    '10.0.0.1',
    '169.254.169.254',
    '0.0.0.0',
    `::ffff:${FORBIDDEN}`,
    '::ffff:7f00:1',
    '64:ff9b::7f00:1',
    '::1%lo',
    'fe80::1%lo',
    'localhost',
    '127.1',
    '',
    `${ALLOWED} `,
    `${ALLOWED}\0`,
  ]
  const answer = fc.uniqueArray(fc.constantFrom(ALLOWED, ...foreign), { maxLength: 6 })
  await fc.assert(
    fc.asyncProperty(answer, async (addresses) => {
      resolveTo(addresses)
      const { status, body } = await proxied()
      if (addresses.includes(ALLOWED)) expect(status).toBe(200)
      else expect(['outbound.blocked', 'upstream.unreachable']).toContain(body.code)
      expectOnlyAllowed()
    }),
    runs(150),
  )
})

test('requests at the same time, each with an answer of its own, never reach another address', async () => {
  resolveTo(...Array.from({ length: 64 }, (_, nth) => [nth % 2 === 0 ? ALLOWED : FORBIDDEN]))
  const statuses = await Promise.all(Array.from({ length: 64 }, async () => (await proxied()).status))
  expect(new Set(statuses)).toEqual(new Set([200, 403]))
  expectOnlyAllowed()
})
