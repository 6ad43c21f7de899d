import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { clientCredentials, deviceCode, staticToken, TOKEN } from './credentials.ts'
import { type Recorder, startRecorder, valuesOf } from './recorder.ts'

let broker: TestBroker
let here: Recorder
/** Listed in `outbound.allow` and open to connections: only that nobody follows keeps it clean. */
let elsewhere: Recorder

beforeAll(async () => {
  here = await startRecorder()
  elsewhere = await startRecorder()
  broker = await startTestBroker()
})
afterAll(async () => {
  await broker?.close()
  await here?.close()
  await elsewhere?.close()
})
beforeEach(() => {
  here.arrivals.length = 0
})

const STATUSES = [300, 301, 302, 303, 305, 307, 308]
const locations = () => [
  `http://127.0.0.1:${elsewhere.port}/stolen`,
  `//127.0.0.1:${elsewhere.port}/stolen`,
  `http://user@127.0.0.1:${elsewhere.port}/stolen`,
  '/elsewhere',
]
const url = (path: string) => `http://127.0.0.1:${here.port}${path}`

function redirect(status: number, location: string): void {
  here.answer = () =>
    `HTTP/1.1 ${status} Moved\r\nLocation: ${location}\r\nRefresh: 0; url=${location}\r\nContent-Length: 0\r\n\r\n`
}

describe.each(STATUSES)('an answer of %i', (status) => {
  test('to a token request, a trial or a device sign-in is not followed', async () => {
    for (const [nth, location] of locations().entries()) {
      redirect(status, location)
      const name = `r${status}-${nth}`
      const body = clientCredentials(name, { token_url: url('/token') })
      const made = await broker.api.create(body)
      expect(made.body.reason?.code).toBe('provider.unreadable')
      expect((await broker.api.call('POST', '/v1/validate', body)).body.kind).toBe('unreadable')
      await broker.api.create(deviceCode(`${name}-device`, url('/device'), url('/token')))
      const begun = await broker.api.call('POST', `/v1/credentials/${name}-device/authorize`)
      expect(begun.status).toBe(502)
    }
    expect(elsewhere.total()).toBe(0)
    expect(new Set(here.arrivals.map(({ target }) => target))).toEqual(new Set(['/token', '/device']))
  })

  test('to a revocation is not followed, and not taken for a success', async () => {
    const token = JSON.stringify({ access_token: TOKEN, expires_in: 3600 })
    here.answer = () => `HTTP/1.1 200 OK\r\nContent-Length: ${token.length}\r\n\r\n${token}`
    const name = `v${status}`
    await broker.api.create(
      clientCredentials(name, { token_url: url('/token'), revocation_url: url('/revoke') }),
    )
    redirect(status, locations()[0]!)
    const deleted = await broker.api.call('DELETE', `/v1/credentials/${name}`)
    expect(deleted.body.revocation).toEqual({
      outcome: 'failed',
      detail: `The provider answered ${status}.`,
    })
    expect(elsewhere.total()).toBe(0)
  })

  test('of a destination is passed back as it is, and its token goes nowhere else', async () => {
    const name = `p${status}`
    await broker.api.create(staticToken(name, [url('/')]))
    for (const location of locations()) {
      for (const method of ['GET', 'POST', 'HEAD', 'DELETE']) {
        redirect(status, location)
        const answer = await broker.api.proxy(name, url('/start'), { method })
        expect([answer.status, answer.headers.get('location')]).toEqual([status, location])
      }
    }
    expect(elsewhere.total()).toBe(0)
    // Beside these only token requests come, which are asked again by themselves.
    const carried = here.arrivals.filter(({ target }) => target !== '/token')
    expect(new Set(carried.map(({ target }) => target))).toEqual(new Set(['/start']))
    for (const arrival of carried) expect(valuesOf(arrival, 'authorization')).toEqual([`Bearer ${TOKEN}`])
  })
})

test('a caller that follows by itself needs a rule for the new place', async () => {
  await broker.api.create(staticToken('follower', [url('/')]))
  const next = await broker.api.proxy('follower', `http://127.0.0.1:${elsewhere.port}/stolen`)
  expect([next.status, next.body.code, elsewhere.total()]).toEqual([403, 'destination.refused', 0])
})
