import { BursarError } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { describe, expect, test } from 'vitest'
import { handout, KEY, startPlane, TOKEN } from './plane.ts'

const bearer = { authorization: `Bearer ${KEY}` }

describe('the token API', () => {
  for (const fast of [true, false]) {
    test(`answers a token ${fast ? 'from memory' : 'that has to be fetched'}`, async () => {
      const plane = await startPlane()
      plane.operations.fast = fast
      const answer = await fetch(`${plane.url}/v1/credentials/crm/token`, { headers: bearer })
      expect(answer.status).toBe(200)
      expect(answer.headers.get('content-type')).toBe('application/json')
      expect(answer.headers.get('cache-control')).toBe('no-store')
      expect(await answer.json()).toEqual({
        access_token: TOKEN,
        token_type: 'Bearer',
        expires_at: '2030-03-17T17:46:40.000Z',
        version: 1,
      })
      expect(plane.served).toEqual(['api ok'])
    })
  }

  test('writes outputs, an unknown end and characters outside ASCII', async () => {
    const plane = await startPlane()
    const outputs = { instance: new Secret('https://ü.example/"\n€😀') }
    plane.operations.handouts.set('crm', handout({ expiresAt: null, outputs, token: 'tök\u0007en' }))
    const answer = await fetch(`${plane.url}/v1/credentials/crm/token`, { headers: bearer })
    expect(await answer.json()).toEqual({
      access_token: 'tök\u0007en',
      token_type: 'Bearer',
      expires_at: null,
      version: 1,
      outputs: { instance: 'https://ü.example/"\n€😀' },
    })
  })

  test('a newer token gives a newer answer', async () => {
    const plane = await startPlane()
    await (await fetch(`${plane.url}/v1/credentials/crm/token`, { headers: bearer })).json()
    plane.operations.handouts.set('crm', handout({ token: 'second', version: 2 }))
    const answer = await fetch(`${plane.url}/v1/credentials/crm/token`, { headers: bearer })
    expect(await answer.json()).toMatchObject({ access_token: 'second', version: 2 })
  })

  test('HEAD has the same head and no body', async () => {
    const plane = await startPlane()
    const answer = await fetch(`${plane.url}/v1/credentials/crm/token`, { method: 'HEAD', headers: bearer })
    expect(answer.status).toBe(200)
    expect(Number(answer.headers.get('content-length'))).toBeGreaterThan(50)
    expect(await answer.text()).toBe('')
  })

  test('passes min_ttl and the decoded name on', async () => {
    const plane = await startPlane()
    plane.operations.handouts.set('crm ä', handout())
    await fetch(`${plane.url}/v1/credentials/crm%20%C3%A4/token?min_ttl=60`, { headers: bearer })
    expect(plane.operations.uses).toEqual([{ name: 'crm ä', delivery: 'token', minTtlSeconds: 60 }])
  })

  test.each([
    'min_ttl=',
    'min_ttl=-1',
    'min_ttl=1.5',
    'min_ttl=1e3',
    'min_tll=60',
    'min_ttl=1&min_ttl=2',
    'x',
  ])('refuses the query %s', async (query) => {
    const plane = await startPlane()
    const answer = await fetch(`${plane.url}/v1/credentials/crm/token?${query}`, { headers: bearer })
    expect(answer.status).toBe(422)
    expect(await answer.json()).toMatchObject({
      code: 'request.invalid',
      errors: [{ path: '/query/min_ttl', hint: 'For example ?min_ttl=60.' }],
    })
    expect(plane.operations.uses).toEqual([])
  })

  test.each([
    ['no key', {}],
    ['a wrong key', { authorization: 'Bearer bsr_no_no' }],
    ['another scheme', { authorization: `Basic ${btoa(`x:${KEY}`)}` }],
    ['a key of the proxy', { 'bursar-key': KEY }],
  ])('refuses %s with a challenge', async (_what, headers) => {
    const plane = await startPlane()
    const answer = await fetch(`${plane.url}/v1/credentials/crm/token`, {
      headers: headers as Record<string, string>,
    })
    expect(answer.status).toBe(401)
    expect(answer.headers.get('www-authenticate')).toBe('Bearer realm="bursar"')
    expect(await answer.json()).toMatchObject({
      type: 'urn:bursar:error:caller.unauthenticated',
      code: 'caller.unauthenticated',
      status: 401,
      request_id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    })
  })

  test('says when to come again', async () => {
    const plane = await startPlane()
    plane.operations.refusal = new BursarError('token.unavailable', {
      detail: 'down',
      retryAfterSeconds: 2.1,
    })
    const answer = await fetch(`${plane.url}/v1/credentials/crm/token`, { headers: bearer })
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('3')
    expect(await answer.json()).toMatchObject({ code: 'token.unavailable', detail: 'down', errors: [] })
    expect(plane.served).toEqual(['api token.unavailable'])
  })

  test('a fault of ours is logged without its message and answered without anything', async () => {
    const plane = await startPlane()
    plane.operations.useTokenFast = () => {
      throw new TypeError(`cannot read ${TOKEN}`)
    }
    const answer = await fetch(`${plane.url}/v1/credentials/crm/token`, { headers: bearer })
    expect(answer.status).toBe(500)
    const body = await answer.text()
    expect(body).not.toContain(TOKEN)
    expect(JSON.parse(body)).toMatchObject({ code: 'internal' })
    expect(plane.logged).toHaveLength(1)
    expect(JSON.stringify(plane.logged)).toContain('TypeError')
    expect(JSON.stringify(plane.logged)).not.toContain(TOKEN)
  })

  test.each([
    ['POST', '/v1/credentials/crm/token'],
    ['GET', '/v1/credentials/crm'],
    ['GET', '/v1/credentials/a/b/token'],
    ['GET', '/v1/credentials//token'],
    ['GET', '/v1/credentials/token'],
    ['GET', '/v1/credentials/crm/token/'],
    ['GET', '/forward-auth/a/b'],
  ])('leaves %s %s to the router', async (method, path) => {
    const plane = await startPlane()
    const answer = await fetch(plane.url + path, { method, headers: bearer })
    expect(await answer.text()).toBe('router')
  })
})
