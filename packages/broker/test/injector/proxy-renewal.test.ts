import { describe, expect, test } from 'vitest'
import {
  answerRaw,
  dial,
  handout,
  KEY,
  readUntil,
  rule,
  startPlane,
  startRawUpstream,
  startUpstream,
  type TestPlane,
} from './plane.ts'

/** A destination that takes only one token and remembers what it was sent. */
async function startChecking(good: string, status = 401) {
  const seen: Array<{ method: string; token: string; body: string }> = []
  const upstream = await startUpstream(async (req, res) => {
    let body = ''
    for await (const chunk of req) body += chunk
    const token = String(req.headers.authorization).replace('Bearer ', '')
    seen.push({ method: req.method!, token, body })
    if (token === good) res.end(`done ${body.length}`)
    else res.writeHead(status, { 'www-authenticate': 'Bearer error="invalid_token"' }).end('no')
  })
  return { upstream, seen }
}

const newer = (origin: string, changes: Parameters<typeof handout>[0] = {}) =>
  handout({ token: 'new', version: 2, destinations: [rule(`${origin}/`)], ...changes })

const send = (plane: TestPlane, origin: string, init: RequestInit = {}) =>
  fetch(`${plane.url}/proxy/crm/${origin}/`, { ...init, headers: { 'bursar-key': KEY, ...init.headers } })

describe('a 401 of the destination', () => {
  test.each([
    ['GET', undefined],
    ['HEAD', undefined],
    ['POST', 'x'.repeat(100)],
    ['POST', 'x'.repeat(65_536)],
    ['PUT', ''],
  ])('%s: one exchange, then the same request with the new token', async (method, body) => {
    const { upstream, seen } = await startChecking('new')
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.renewals.push(newer(upstream.origin))
    const answer = await send(plane, upstream.origin, { method, ...(body !== undefined && { body }) })
    expect([answer.status, await answer.text()]).toEqual([
      200,
      method === 'HEAD' ? '' : `done ${body?.length ?? 0}`,
    ])
    expect(plane.operations.rejected).toEqual([1])
    expect(seen.map(({ token }) => token)).toEqual(['canary-token-7f3a', 'new'])
    expect(seen[1]!.body).toBe(body ?? '')
  })

  test('a body that came in pieces is sent again whole', async () => {
    const { upstream, seen } = await startChecking('new')
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.renewals.push(newer(upstream.origin))
    const caller = dial(plane.port)
    caller.write(
      `POST /proxy/crm/${upstream.origin}/ HTTP/1.1\r\nHost: b\r\nBursar-Key: ${KEY}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
    )
    while (upstream.requests.length === 0) await new Promise(setImmediate)
    const answer = readUntil(caller, 'done 6')
    caller.write('3\r\ndef\r\n0\r\n\r\n')
    await answer
    expect(seen.map(({ body }) => body)).toEqual(['abcdef', 'abcdef'])
  })

  test('that comes before the body has ended: what is still to come goes to the second attempt', async () => {
    const bodies: string[] = []
    const asked = Promise.withResolvers<void>()
    const upstream = await startRawUpstream((socket, nth) => {
      if (nth === 1) void answerRaw(socket, 'HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n', 'abc')
      else
        void answerRaw(socket, 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\ndone', 'def').then((all) =>
          bodies.push(all),
        )
    })
    const plane = await startPlane([`${upstream.origin}/`])
    const { operations } = plane
    const renewed = Promise.withResolvers<void>()
    operations.renewRejected = async () => {
      asked.resolve()
      await renewed.promise
      return newer(upstream.origin)
    }
    const caller = dial(plane.port)
    caller.write(
      `POST /proxy/crm/${upstream.origin}/ HTTP/1.1\r\nHost: b\r\nBursar-Key: ${KEY}\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n`,
    )
    await asked.promise
    renewed.resolve()
    const answer = readUntil(caller, 'done')
    caller.write('3\r\ndef\r\n0\r\n\r\n')
    await answer
    expect(bodies[0]).toMatch(/\r\n\r\n(?:3\r\n)?abc(?:\r\n3\r\n)?def/)
    expect(bodies[0]).toContain('Authorization: Bearer new')
  })

  test('of a body too large to keep: passed back, and the token is renewed for the next request', async () => {
    const { upstream, seen } = await startChecking('new')
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.renewals.push(newer(upstream.origin))
    const answer = await send(plane, upstream.origin, { method: 'POST', body: 'x'.repeat(65_537) })
    expect([answer.status, await answer.text()]).toEqual([401, 'no'])
    expect(answer.headers.get('www-authenticate')).toBe('Bearer error="invalid_token"')
    expect(plane.operations.rejected).toEqual([1])
    expect(seen).toHaveLength(1)
  })

  test('without a newer token: passed back as it came', async () => {
    const { upstream, seen } = await startChecking('new')
    const plane = await startPlane([`${upstream.origin}/`])
    const answer = await send(plane, upstream.origin)
    expect([answer.status, await answer.text()]).toEqual([401, 'no'])
    expect(answer.headers.get('bursar-error')).toBeNull()
    expect(seen).toHaveLength(1)
  })

  test('when the exchange fails: passed back as well', async () => {
    const { upstream } = await startChecking('new')
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.renewRejected = async () => {
      throw new Error('the provider is down')
    }
    const answer = await send(plane, upstream.origin, { method: 'POST', body: 'abc' })
    expect([answer.status, await answer.text()]).toEqual([401, 'no'])
  })

  test('to the new token too: passed back, without a second exchange', async () => {
    const { upstream, seen } = await startChecking('never')
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.renewals.push(newer(upstream.origin), newer(upstream.origin, { version: 3 }))
    const answer = await send(plane, upstream.origin)
    expect([answer.status, await answer.text()]).toEqual([401, 'no'])
    expect(plane.operations.rejected).toEqual([1])
    expect(seen.map(({ token }) => token)).toEqual(['canary-token-7f3a', 'new'])
  })

  test('whose rules were changed meanwhile: the new token is not sent', async () => {
    const { upstream, seen } = await startChecking('new')
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.renewals.push(newer(upstream.origin, { destinations: [rule('https://other.example/')] }))
    const answer = await send(plane, upstream.origin)
    expect([answer.status, answer.headers.get('bursar-error')]).toEqual([403, 'destination.refused'])
    expect(seen).toHaveLength(1)
  })

  test('a 403 is not a 401', async () => {
    const { upstream } = await startChecking('new', 403)
    const plane = await startPlane([`${upstream.origin}/`])
    expect((await send(plane, upstream.origin)).status).toBe(403)
    expect(plane.operations.rejected).toEqual([])
  })
})
