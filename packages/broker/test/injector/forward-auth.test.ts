import { Secret } from '@bursar/domain/secret.ts'
import { describe, expect, test } from 'vitest'
import { exchangeRaw, handout, KEY, rule, startPlane, TOKEN } from './plane.ts'

const FORWARDED = {
  'X-Forwarded-Method': 'GET',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'api.example.com',
  'X-Forwarded-Uri': '/v1/me?x=1',
}
const ORIGINAL = { 'X-Original-Method': 'GET', 'X-Original-URL': 'https://api.example.com/v1/me?x=1' }
const DESTINATIONS = ['https://api.example.com/v1/']

const ask = async (
  fields: Record<string, string>,
  options: { method?: string; key?: Record<string, string> } = {},
) => {
  const plane = await startPlane(DESTINATIONS)
  const { method = 'GET', key = { 'bursar-key': KEY } } = options
  const answer = await fetch(`${plane.url}/forward-auth/crm`, { method, headers: { ...key, ...fields } })
  return { plane, answer }
}

describe('forward-auth', () => {
  test.each([
    ['Traefik and Caddy', FORWARDED],
    ['nginx', ORIGINAL],
  ])('answers the header to send (%s)', async (_gateway, fields) => {
    const { plane, answer } = await ask(fields)
    expect([answer.status, await answer.text()]).toEqual([200, ''])
    expect(answer.headers.get('authorization')).toBe(`Bearer ${TOKEN}`)
    expect(answer.headers.get('bursar-token-header')).toBe('Authorization')
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(plane.served).toEqual(['forward_auth ok'])
  })

  test('needs the permission to see the token, which the proxy’s is not', async () => {
    const { plane } = await ask(ORIGINAL)
    expect(plane.operations.uses).toEqual([{ name: 'crm', delivery: 'token', minTtlSeconds: 0 }])
  })

  test.each([
    ['Proxy-Authorization', { 'Proxy-Authorization': `Bearer ${KEY}` }],
    ['Authorization, when it is a key of ours', { authorization: `Bearer ${KEY}` }],
  ])('takes the key in %s', async (_where, key) => {
    const fields = Object.entries({ ...ORIGINAL, ...key }).map(([name, value]) => `${name}: ${value}`)
    const plane = await startPlane(DESTINATIONS)
    const head = ['GET /forward-auth/crm HTTP/1.1', 'Host: b', 'Connection: close', ...fields, '', ''].join(
      '\r\n',
    )
    expect(await exchangeRaw(plane.port, head)).toMatch(/^HTTP\/1\.1 200 /)
  })

  test('somebody else’s Authorization is not a key', async () => {
    const { answer } = await ask(ORIGINAL, { key: { authorization: 'Bearer theirs' } })
    expect([answer.status, answer.headers.get('bursar-error')]).toEqual([401, 'caller.unauthenticated'])
  })

  test('answers the recipe’s own header', async () => {
    const plane = await startPlane()
    const header = { name: 'X-Api-Key', value: new Secret('k') }
    plane.operations.handouts.set(
      'crm',
      handout({ header, destinations: DESTINATIONS.map((url) => rule(url)) }),
    )
    const answer = await fetch(`${plane.url}/forward-auth/crm`, {
      headers: { 'bursar-key': KEY, ...ORIGINAL },
    })
    expect([answer.headers.get('x-api-key'), answer.headers.get('authorization')]).toEqual(['k', null])
    expect(answer.headers.get('bursar-token-header')).toBe('X-Api-Key')
  })

  test.each([
    ['another path', { 'X-Forwarded-Uri': '/v2/' }, 403, 'destination.refused'],
    ['another host', { 'X-Forwarded-Host': 'evil.example' }, 403, 'destination.refused'],
    [
      'two hosts in one',
      { 'X-Forwarded-Host': 'api.example.com, evil.example' },
      400,
      'destination.ambiguous_url',
    ],
    ['a user name', { 'X-Forwarded-Host': 'api.example.com@evil.example' }, 400, 'destination.ambiguous_url'],
    [
      'a host that swallows the path',
      { 'X-Forwarded-Host': 'evil.example/?' },
      400,
      'destination.ambiguous_url',
    ],
    ['plain http', { 'X-Forwarded-Proto': 'http' }, 403, 'destination.refused'],
    ['dot segments', { 'X-Forwarded-Uri': '/v1/../v2' }, 400, 'destination.ambiguous_url'],
    [
      'a path without its slash',
      { 'X-Forwarded-Uri': '.evil.example/v1/' },
      400,
      'destination.ambiguous_url',
    ],
    ['TRACE', { 'X-Forwarded-Method': 'TRACE' }, 403, 'destination.refused'],
  ])('%s: refused without a token', async (_what, changed, status, code) => {
    const { plane, answer } = await ask({ ...FORWARDED, ...changed })
    expect([answer.status, answer.headers.get('bursar-error')]).toEqual([status, code])
    expect(JSON.stringify([...answer.headers]) + (await answer.text())).not.toContain(TOKEN)
    expect(plane.served).toEqual([`forward_auth ${code}`])
  })

  test('names every header that is missing', async () => {
    const { answer } = await ask({ 'X-Forwarded-Proto': 'https' })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toMatchObject({
      errors: [
        { path: '/header/X-Forwarded-Method', code: 'header.missing' },
        { path: '/header/X-Forwarded-Host', code: 'header.missing' },
        { path: '/header/X-Forwarded-Uri', code: 'header.missing' },
      ],
    })
  })

  test('what somebody slipped past the gateway does not decide', async () => {
    const { answer } = await ask({ ...FORWARDED, 'X-Forwarded-Uri': '/v2/', ...ORIGINAL })
    expect(answer.status).toBe(400)
    expect(answer.headers.get('authorization')).toBeNull()
  })

  test('a header that came twice is refused', async () => {
    const plane = await startPlane(DESTINATIONS)
    const fields = Object.entries(ORIGINAL).map(([name, value]) => `${name}: ${value}`)
    const head = [
      'GET /forward-auth/crm HTTP/1.1',
      'Host: b',
      'Connection: close',
      `Bursar-Key: ${KEY}`,
      ...fields,
    ]
    const answer = await exchangeRaw(
      plane.port,
      [...head, 'x-original-url: https://evil.example/', '', ''].join('\r\n'),
    )
    expect(answer).toMatch(/^HTTP\/1\.1 400 /)
    expect(answer).toContain('header.repeated')
  })
})
