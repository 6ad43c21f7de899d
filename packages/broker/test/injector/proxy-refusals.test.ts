import { BursarError } from '@bursar/domain/error.ts'
import { describe, expect, test } from 'vitest'
import { exchangeRaw, handout, KEY, rule, startPlane, startUpstream, TOKEN } from './plane.ts'

const get = (target: string, ...fields: string[]): string =>
  [`GET ${target} HTTP/1.1`, 'Host: b', 'Connection: close', ...fields, '', ''].join('\r\n')

const json = (answer: string): Record<string, unknown> =>
  JSON.parse(answer.slice(answer.indexOf('\r\n\r\n') + 4))

describe('a URL that no rule allows', () => {
  test.each([
    ['another path', '/v2/users'],
    ['a longer name of the path', '/v1x'],
    ['the host only', ''],
  ])('%s: 403 with every reason, and nothing is sent', async (_what, path) => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane([`${upstream.origin}/v1/`, 'https://other.example/'])
    const answer = await exchangeRaw(
      plane.port,
      get(`/proxy/crm/${upstream.origin}${path}`, `Bursar-Key: ${KEY}`),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 403 [\s\S]*\r\nBursar-Error: destination\.refused\r\n/)
    expect(json(answer)).toMatchObject({
      code: 'destination.refused',
      errors: [{ code: 'rule.path' }, { code: 'rule.scheme' }],
    })
    expect(answer).not.toContain(TOKEN)
    expect(upstream.connections).toBe(0)
  })

  test('another method', async () => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane()
    plane.operations.handouts.set('crm', handout({ destinations: [rule(`${upstream.origin}/`, ['GET'])] }))
    const url = `${plane.url}/proxy/crm/${upstream.origin}/`
    const headers = { 'bursar-key': KEY }
    expect((await fetch(url, { method: 'POST', headers, body: 'x' })).status).toBe(403)
    expect(upstream.connections).toBe(0)
    expect((await fetch(url, { headers })).status).toBe(200)
  })

  test('plain http to another machine, whatever the rules say', async () => {
    const plane = await startPlane(['http://192.0.2.1/', 'https://10.0.0.1/'])
    const plain = await exchangeRaw(plane.port, get('/proxy/crm/http://192.0.2.1/', `Bursar-Key: ${KEY}`))
    expect(json(plain)).toMatchObject({ code: 'outbound.blocked', status: 403 })
    const fenced = await exchangeRaw(plane.port, get('/proxy/crm/https://10.0.0.1/', `Bursar-Key: ${KEY}`))
    expect(json(fenced)).toMatchObject({ code: 'outbound.blocked', status: 403 })
  })
})

describe('a URL that can be read in two ways', () => {
  // `{origin}` is the destination, which the rules allow as a whole.
  const tricks = [
    '{origin}/v1/../admin',
    '{origin}/v1/./x',
    '{origin}/v1/%2e%2e/admin',
    '{origin}/v1/%2E./admin',
    '{origin}/v1/..%2fadmin',
    '{origin}/v1/a%2Fb',
    '{origin}/v1/a%5cb',
    '{origin}/v1/a\\b',
    '{origin}/v1/..;/admin',
    '{origin}/v1/%252e%252e/admin',
    '{origin}/v1/%00',
    '{origin}/v1/%0d%0aX:y',
    '{origin}/v1/%zz',
    '{origin}/v1/%ff',
    '{origin}/v1#fragment',
    '{origin}//v1',
    '{origin}\\@evil.example/',
    '{origin}#@evil.example/',
    'http://user@127.0.0.1:{port}/',
    'http://127.0.0.1:{port}@evil.example/',
    'http://evil.example@127.0.0.1:{port}/',
    'http:/127.0.0.1:{port}/',
    'http:127.0.0.1:{port}/',
    'http:///127.0.0.1:{port}/',
    '//127.0.0.1:{port}/',
    '127.0.0.1:{port}/',
    'http%3A%2F%2F127.0.0.1:{port}%2F',
    'ftp://127.0.0.1:{port}/',
    'http://127.1:{port}/',
    'http://2130706433:{port}/',
    'http://0x7f.0.0.1:{port}/',
    'http://0177.0.0.1:{port}/',
    'http://127.0.0.1.:{port}/',
    'http://127.0.0.1:0{port}/',
    'http://127.0.0.1%2e:{port}/',
    'http://[::ffff:127.0.0.1%25lo]:{port}/',
    'http://127.0.0.1:{port},x/',
    'http://127.0.0.1:{port}:80/',
    '',
  ]
  for (const trick of tricks) {
    test(`${trick} is refused, not repaired`, async () => {
      const upstream = await startUpstream((_req, res) => res.end('reached'))
      const plane = await startPlane([`${upstream.origin}/`])
      const target = trick.replaceAll('{origin}', upstream.origin).replaceAll('{port}', String(upstream.port))
      const answer = await exchangeRaw(plane.port, get(`/proxy/crm/${target}`, `Bursar-Key: ${KEY}`))
      expect(answer).toMatch(/^HTTP\/1\.1 40[03] /)
      expect(answer).not.toContain('reached')
      expect(answer).not.toContain(TOKEN)
      expect(upstream.connections).toBe(0)
    })
  }

  test('two joined slashes get a hint of their own', async () => {
    const plane = await startPlane()
    const answer = await exchangeRaw(
      plane.port,
      get('/proxy/crm/https:/api.example.com/', `Bursar-Key: ${KEY}`),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 [\s\S]*\r\nBursar-Error: destination\.ambiguous_url\r\n/)
    expect(json(answer)).toMatchObject({ hint: expect.stringContaining('joined the two slashes') })
  })
})

describe('without a token nothing is sent', () => {
  test.each([
    ['no key', []],
    ['a wrong key', ['Bursar-Key: bsr_no_no']],
    ['two keys', [`Bursar-Key: ${KEY}`, `Bursar-Key: ${KEY}`]],
    ['a key in Authorization', [`Authorization: Bearer ${KEY}`]],
  ])('%s: 401', async (_what, fields) => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane([`${upstream.origin}/`])
    const answer = await exchangeRaw(plane.port, get(`/proxy/crm/${upstream.origin}/`, ...fields))
    expect(answer).toMatch(/^HTTP\/1\.1 401 [\s\S]*\r\nBursar-Error: caller\.unauthenticated\r\n/)
    expect(upstream.connections).toBe(0)
  })

  test('no token can be had', async () => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane([`${upstream.origin}/`])
    plane.operations.refusal = new BursarError('credential.broken', { detail: 'invalid_client' })
    const answer = await exchangeRaw(plane.port, get(`/proxy/crm/${upstream.origin}/`, `Bursar-Key: ${KEY}`))
    expect(json(answer)).toMatchObject({ code: 'credential.broken', detail: 'invalid_client' })
    expect(upstream.connections).toBe(0)
    expect(plane.served).toEqual(['proxy credential.broken'])
  })

  test('a destination that gives no answer is counted once, as what it is', async () => {
    const upstream = await startUpstream((req) => req.socket.destroy())
    const plane = await startPlane([`${upstream.origin}/`])
    const post = `POST /proxy/crm/${upstream.origin}/ HTTP/1.1\r\nHost: b\r\nConnection: close\r\nContent-Length: 0\r\n`
    const answer = await exchangeRaw(plane.port, `${post}Bursar-Key: ${KEY}\r\n\r\n`)
    expect(plane.served).toEqual([`proxy ${json(answer).code}`])
    const alive = await startUpstream((_req, res) => res.end())
    plane.operations.handouts.set('crm', handout({ destinations: [rule(`${alive.origin}/`)] }))
    await exchangeRaw(plane.port, get(`/proxy/crm/${alive.origin}/`, `Bursar-Key: ${KEY}`))
    expect(plane.served.slice(1)).toEqual(['proxy ok'])
  })

  test.each(['a\nb', 'a\r\nX-Injected: 1', 'a\0', 'caf\xe9', ' a', ''])('a token like %j', async (token) => {
    const upstream = await startUpstream((_req, res) => res.end())
    const plane = await startPlane()
    const unsafe = handout({ token })
    const value = token === '' ? unsafe.accessToken : unsafe.header.value
    plane.operations.handouts.set('crm', {
      ...unsafe,
      header: { name: 'Authorization', value: token === ' a' ? unsafe.accessToken : value },
      destinations: [rule(`${upstream.origin}/`)],
    })
    const answer = await exchangeRaw(plane.port, get(`/proxy/crm/${upstream.origin}/`, `Bursar-Key: ${KEY}`))
    expect(json(answer)).toMatchObject({ code: 'token.unsafe_header', status: 502 })
    expect(upstream.requests).toHaveLength(0)
  })
})
