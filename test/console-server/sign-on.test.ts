import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker, temporaryFolder } from '../broker.ts'
import { signInAt } from '../browser.ts'
import { clientCredentials, startProvider, type Provider as TokenProvider } from '../provider.ts'
import { consoleClient } from './browser-client.ts'
import { type IdentityProvider, startIdentityProvider } from './identity-provider.ts'

let idp: IdentityProvider
let broker: TestBroker
let tokens: TokenProvider
beforeAll(async () => {
  idp = await startIdentityProvider()
  broker = await startTestBroker({ env: { ...idp.env, BURSAR_CONSOLE_DIR: await temporaryFolder() } })
  idp.register(broker.url)
  tokens = await startProvider()
  await broker.api.create(clientCredentials(tokens, 'crm'))
})
afterAll(async () => {
  await broker?.close()
  await tokens?.close()
  idp?.close()
})

/** Somebody who goes to the identity provider and comes back. */
async function signOn(login: string, path = '/console/sso') {
  const cookies = new Map<string, Map<string, string>>()
  const end = await signInAt(broker.url + path, { login, cookies })
  const jar = cookies.get(broker.url) ?? new Map<string, string>()
  return { end, jar, client: consoleClient(broker.url, jar) }
}

const sessionIn = (jar: Map<string, string>) =>
  [...jar.keys()].filter((name) => name.startsWith('bursar_session'))

describe('single sign-on', () => {
  test('is offered on the sign-in page', async () => {
    const { body } = await consoleClient(broker.url).call('GET', '/v1/session/options')
    expect(body.sso).toEqual({
      title: expect.stringMatching(/^127\.0\.0\.1:/),
      url: `${broker.url}/console/sso`,
    })
  })

  test.each([
    ['ada', ['admin', 'viewer'], [200, 200, 200, 200, 200]],
    ['eve', ['editor', 'viewer'], [200, 200, 200, 403, 403]],
    ['vic', ['viewer'], [200, 403, 403, 403, 403]],
    ['aud', ['auditor'], [200, 403, 403, 200, 403]],
  ])('%s comes back as %j and reaches what these roles may', async (login, roles, reached) => {
    const { client, end } = await signOn(login)
    expect(new URL(end.url).pathname).toBe('/console/')
    expect((await client.call('GET', '/v1/session')).body).toMatchObject({
      method: 'sso',
      caller: { id: `sso:${login}`, name: `${login}@acme.example` },
      roles,
    })
    const answers = [
      await client.call('GET', '/v1/credentials/crm'),
      await client.call('PATCH', '/v1/credentials/crm', { labels: { by: login } }),
      await client.call('GET', '/v1/credentials/crm/token'),
      await client.call('GET', '/v1/audit'),
      await client.call('GET', '/v1/callers'),
    ]
    expect(answers.map(({ status }) => status)).toEqual(reached)
  })

  test('leads back to the page where it began, and to no other site', async () => {
    const back = async (target: string) =>
      (await signOn('ada', `/console/sso?return=${encodeURIComponent(target)}`)).end.url
    expect(await back('/console/credentials/crm?tab=token')).toBe(
      `${broker.url}/console/credentials/crm?tab=token`,
    )
    for (const target of [
      'https://evil.example/console/',
      '//evil.example/console/',
      '/\\evil.example',
      '/v1/x',
    ])
      expect(await back(target), target).toBe(`${broker.url}/console/`)
  })

  test('turns away whom nothing gives a role, and the trail names them', async () => {
    const { end, jar } = await signOn('nobody')
    expect(end.url).toContain('/console/sign-in#error=sign_on.no_role')
    expect(sessionIn(jar)).toEqual([])
    const { items } = (await broker.api.call('GET', '/v1/audit?limit=5')).body
    expect(items).toContainEqual(expect.objectContaining({ action: 'session.refuse', subject: 'sso:nobody' }))
  })

  test('writes what somebody does under their name', async () => {
    const { client } = await signOn('ada')
    await client.call('POST', '/v1/credentials/crm/pause')
    await client.call('POST', '/v1/credentials/crm/resume')
    const { items } = (await broker.api.call('GET', '/v1/audit?limit=3')).body
    expect(items[0]).toMatchObject({ action: 'credential.resume', actor: 'sso:ada' })
  })
})

describe('what comes back to the callback', () => {
  const callback = (query: string, cookie = '') =>
    fetch(`${broker.url}/console/sso/callback${query}`, { redirect: 'manual', headers: { Cookie: cookie } })

  /** A sign-in that has begun: its cookie, and the state that the provider would send back. */
  async function begun() {
    const response = await fetch(`${broker.url}/console/sso`, { redirect: 'manual' })
    const target = new URL(response.headers.get('location')!)
    expect(Object.fromEntries(target.searchParams)).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      nonce: expect.stringMatching(/.{20}/),
      redirect_uri: `${broker.url}/console/sso/callback`,
    })
    const [set] = response.headers.getSetCookie()
    expect(set).toMatch(/^bursar_sso_\d+=[\w-]+; Path=\/; HttpOnly; SameSite=Lax; Max-Age=600$/)
    return { cookie: set!.split(';')[0]!, state: target.searchParams.get('state')!, target }
  }

  const errorOf = async (response: Response) => {
    expect(response.status).toBe(302)
    expect(response.headers.getSetCookie().filter((line) => line.startsWith('bursar_session'))).toEqual([])
    return new URLSearchParams(new URL(response.headers.get('location')!, broker.url).hash.slice(1)).get(
      'error',
    )
  }

  test('counts only in the browser where it began, with its state, and within ten minutes', async () => {
    const { cookie, state } = await begun()
    expect(await errorOf(await callback(`?code=x&state=${state}`))).toBe('sign_on.expired')
    expect(await errorOf(await callback(`?code=x&state=${state}`, 'bursar_sso_1=abc'))).toBe(
      'sign_on.expired',
    )
    expect(await errorOf(await callback('?code=x&state=another', cookie))).toBe('sign_on.failed')
    broker.clock.advance(601)
    expect(await errorOf(await callback(`?code=x&state=${state}`, cookie))).toBe('sign_on.expired')
  })

  test('is refused where the provider refused, or the code is not one of its', async () => {
    const { cookie, state, target } = await begun()
    const iss = encodeURIComponent(target.origin)
    const refused = await callback(`?error=access_denied&state=${state}&iss=${iss}`, cookie)
    expect(await errorOf(refused)).toBe('sign_on.refused')
    expect(await errorOf(await callback(`?code=made-up&state=${state}&iss=${iss}`, cookie))).toBe(
      'sign_on.failed',
    )
  })
})

test('an identity provider behind the fence is not asked', async () => {
  const fenced = await startTestBroker({
    env: {
      BURSAR_OUTBOUND_ALLOW: '',
      BURSAR_SSO_ISSUER: 'https://10.0.0.7',
      BURSAR_SSO_CLIENT_ID: 'console',
    },
  })
  const response = await fetch(`${fenced.url}/console/sso`, { redirect: 'manual' })
  expect(response.headers.get('location')).toContain('#error=sign_on.failed')
  expect(fenced.log.join('')).toContain('sign_on_failed')
  await fenced.close()
})

test('half of the settings is not enough', async () => {
  await expect(startTestBroker({ env: { BURSAR_SSO_ISSUER: 'https://login.example.com' } })).rejects.toThrow(
    /BURSAR_SSO_CLIENT_ID/,
  )
})
