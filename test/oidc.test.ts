import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import { startTestBroker, type TestBroker } from './broker.ts'
import { signInAt } from './browser.ts'
import type { HttpServer } from './http-server.ts'
import {
  type KeyName,
  ODD_SECRET,
  type OidcServer,
  PLAIN_SECRET,
  startOidcServer,
  startResource,
} from './oidc.ts'

let oidc: OidcServer
let resource: HttpServer
let broker: TestBroker

beforeAll(async () => {
  oidc = await startOidcServer()
  resource = await startResource(oidc)
  broker = await startTestBroker()
})
afterAll(async () => {
  await broker?.close()
  await resource?.close()
  await oidc?.close()
})

const credential = (
  name: string,
  recipe: Record<string, unknown>,
  secrets: Record<string, string> = {},
): Record<string, unknown> => ({
  name,
  recipe: { token_url: oidc.tokenUrl, ...recipe },
  secrets,
  destinations: [`${resource.url}/`],
})

/** The proof that a token is one: an API that asks its issuer takes it. */
async function expectWorks(name: string, client: string): Promise<void> {
  const answer = await broker.api.proxy(name, `${resource.url}/me`)
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining(`"client":"${client}"`)])
}

describe('client credentials', () => {
  test.each([
    ['basic', 'client_secret_basic', PLAIN_SECRET],
    ['post', 'client_secret_post', PLAIN_SECRET],
    ['odd-basic', 'client_secret_basic', ODD_SECRET],
    ['odd-post', 'client_secret_post', ODD_SECRET],
  ])('the client %s gets a token that works with %s', async (client, method, secret) => {
    const { status, body } = await broker.api.create(
      credential(
        `cc-${client}`,
        { grant: 'client_credentials', client_id: client, client_auth: method },
        { client_secret: secret },
      ),
    )
    expect([status, body.status, body.reason]).toEqual([201, 'active', null])
    expect(body.token).toMatchObject({ version: 1, type: 'Bearer', expires_from: 'response' })
    await expectWorks(`cc-${client}`, client)
  })

  test('a client proves itself with a JWT that its secret signs', async () => {
    const { body } = await broker.api.create(
      credential(
        'cc-secret-jwt',
        {
          grant: 'client_credentials',
          client_id: 'secret-jwt',
          client_auth: 'client_secret_jwt',
          client_assertion_audience: oidc.issuer,
        },
        { client_secret: PLAIN_SECRET },
      ),
    )
    expect([body.status, body.reason]).toEqual(['active', null])
    await expectWorks('cc-secret-jwt', 'secret-jwt')
  })

  test.each<KeyName>(['RS256', 'PS256', 'ES256', 'EdDSA'])(
    'a client proves itself with a JWT that its private key signs by %s',
    async (alg) => {
      const name = `cc-${alg.toLowerCase()}`
      const { body } = await broker.api.create(
        credential(
          name,
          {
            grant: 'client_credentials',
            client_id: `key-${alg}`,
            client_auth: 'private_key_jwt',
            client_assertion_audience: oidc.issuer,
            alg,
            key_id: `kid-${alg}`,
          },
          { private_key: oidc.pem[alg] },
        ),
      )
      expect([body.status, body.reason]).toEqual(['active', null])
      await expectWorks(name, `key-${alg}`)
    },
  )

  test('a wrong secret breaks the credential and says who can mend it', async () => {
    const { body } = await broker.api.create(
      credential(
        'cc-wrong',
        { grant: 'client_credentials', client_id: 'basic' },
        { client_secret: 'not-the-secret' },
      ),
    )
    expect(body.status).toBe('broken')
    expect(body.reason).toMatchObject({ code: 'provider.invalid_client', who: 'admin' })
    const { status, body: refusal } = await broker.api.token('cc-wrong')
    expect([status, refusal.code]).toEqual([502, 'credential.broken'])
    const mended = await broker.api.call('PATCH', '/v1/credentials/cc-wrong', {
      secrets: { client_secret: PLAIN_SECRET },
    })
    expect(mended.status).toBe(200)
    await awaitUntil('the right secret mends it', async () => {
      return (await broker.api.credential('cc-wrong')).status === 'active'
    })
    await expectWorks('cc-wrong', 'basic')
  })
})

describe('authorization code', () => {
  const web = (name: string) =>
    credential(
      name,
      {
        grant: 'authorization_code',
        authorization_url: oidc.authorizationUrl,
        client_id: 'web',
        scope: ['openid', 'offline_access'],
        extra_authorization_params: { prompt: 'consent' },
        lifetime: { refresh_before_seconds: 600 },
        revocation_url: oidc.revocationUrl,
      },
      { client_secret: PLAIN_SECRET },
    )

  async function signIn(name: string): Promise<string> {
    const { status, body } = await broker.api.call('POST', `/v1/credentials/${name}/authorize`)
    expect(status).toBe(200)
    const url = new URL(body.authorization_url)
    expect(url.searchParams.get('code_challenge_method')).toBe('S256')
    expect(url.searchParams.get('redirect_uri')).toBe(`${broker.url}/oauth/callback`)
    const end = await signInAt(body.authorization_url)
    expect([end.status, end.text]).toEqual([200, expect.stringContaining('The account is connected.')])
    return end.url
  }

  test('a person signs in, and the token works and is kept fresh by rotation', async () => {
    const { body } = await broker.api.create(web('code'))
    expect([body.status, body.reason?.code, body.token]).toEqual(['needs_sign_in', 'consent.missing', null])
    expect((await broker.api.token('code')).body.code).toBe('credential.needs_sign_in')

    const callback = await signIn('code')
    const signedIn = await broker.api.credential('code')
    expect([signedIn.status, signedIn.reason, signedIn.token?.version]).toEqual(['active', null, 1])
    const first = await broker.api.token('code')
    expect(first.body.outputs.id_token).toMatch(/^ey/)
    expect(first.text).not.toContain('refresh_token')
    await expectWorks('code', 'web')

    const again = await fetch(callback)
    expect([again.status, await again.text()]).toEqual([400, expect.stringContaining('used already')])

    const seen = new Set([first.body.access_token])
    for (let round = 2; round <= 5; round += 1) {
      const { status, body: record } = await broker.api.exchange('code')
      expect([status, record.kind, record.trigger]).toEqual([200, 'token', 'forced'])
      const token = (await broker.api.token('code')).body
      expect(token.version).toBe(round)
      seen.add(token.access_token)
      await expectWorks('code', 'web')
    }
    expect(seen.size).toBe(5)

    for (let round = 6; round <= 8; round += 1) {
      broker.clock.advance(3100)
      await awaitUntil('the refresher replaces the due token', async () => {
        return (await broker.api.credential('code')).token?.version === round
      })
      await expectWorks('code', 'web')
    }
    const records = (await broker.api.call('GET', '/v1/credentials/code/exchanges')).body.items
    expect(records.map((record) => record.trigger)).toEqual([
      ...Array(3).fill('due'),
      ...Array(4).fill('forced'),
      'consent',
    ])
  })

  test('a deleted credential is revoked at the authorization server', async () => {
    await broker.api.create(web('to-delete'))
    await signIn('to-delete')
    const token = (await broker.api.token('to-delete')).body.access_token
    expect(await oidc.introspect(token)).toMatchObject({ active: true })
    const { status, body } = await broker.api.call('DELETE', '/v1/credentials/to-delete')
    expect([status, body.revocation]).toEqual([200, { outcome: 'revoked', detail: expect.any(String) }])
    expect(await oidc.introspect(token)).toEqual({ active: false })
    expect((await broker.api.token('to-delete')).status).toBe(404)
  })

  test('a refresh token that the server revoked sends the person back to sign in, and that mends it', async () => {
    await broker.api.create(web('revoked'))
    await signIn('revoked')
    const token = (await broker.api.token('revoked')).body.access_token
    const grant = await oidc.provider.AccessToken.find(token)
    await oidc.provider.RefreshToken.revokeByGrantId(grant!.grantId)
    const { body: record } = await broker.api.exchange('revoked')
    expect([record.kind, record.error.code]).toEqual(['refused', 'invalid_grant'])
    expect(await broker.api.credential('revoked')).toMatchObject({
      status: 'degraded',
      reason: { code: 'provider.invalid_grant', who: 'person' },
    })
    expect((await broker.api.token('revoked')).body.access_token).toBe(token)
    broker.clock.advance(3700)
    await awaitUntil('a person is asked for', async () => {
      return (await broker.api.credential('revoked')).status === 'needs_sign_in'
    })
    expect((await broker.api.token('revoked')).body.code).toBe('credential.needs_sign_in')
    await signIn('revoked')
    await expectWorks('revoked', 'web')
  })

  test('a callback with an unknown state, an error or without a code changes nothing and tells the person', async () => {
    await broker.api.create(web('callbacks'))
    const before = await broker.api.credential('callbacks')
    const callback = async (query: Record<string, string>) => {
      const response = await fetch(`${broker.url}/oauth/callback?${new URLSearchParams(query)}`)
      return [response.status, await response.text()] as const
    }
    const state = async () => {
      const { body } = await broker.api.call('POST', '/v1/credentials/callbacks/authorize')
      return new URL(body.authorization_url).searchParams.get('state')!
    }
    expect((await callback({ state: 'made-up', code: 'x' }))[0]).toBe(400)
    expect((await callback({}))[0]).toBe(400)
    const [status, text] = await callback({
      state: await state(),
      error: 'access_denied',
      error_description: '<script>alert(1)</script>',
    })
    expect(status).toBe(400)
    expect(text).toContain('access_denied')
    expect(text).not.toContain('<script>')
    expect((await callback({ state: await state() }))[0]).toBe(400)
    const late = await state()
    broker.clock.advance(601)
    expect((await callback({ state: late, code: 'x' }))[0]).toBe(400)
    const after = await broker.api.credential('callbacks')
    expect([after.status, after.token]).toEqual([before.status, before.token])
  })
})

describe('device code', () => {
  test('a person confirms on another screen, and the token works and refreshes', async () => {
    const { body } = await broker.api.create(
      credential('device', {
        grant: 'device_code',
        device_authorization_url: oidc.deviceUrl,
        client_id: 'device',
        client_auth: 'none',
        scope: 'openid offline_access',
        extra_params: { prompt: 'consent' },
      }),
    )
    expect(body.status).toBe('needs_sign_in')
    const { status, body: device } = await broker.api.call('POST', '/v1/credentials/device/authorize')
    expect([status, device.user_code]).toEqual([200, expect.stringMatching(/\w{4}-\w{4}/)])
    broker.clock.advance(6)
    const end = await signInAt(device.authorization_url)
    expect(end.status).toBe(200)
    await awaitUntil('the device is signed in', async () => {
      broker.clock.advance(5)
      return (await broker.api.credential('device')).status === 'active'
    })
    await expectWorks('device', 'device')
    expect((await broker.api.exchange('device')).body.kind).toBe('token')
    await expectWorks('device', 'device')
  })
})

describe('assertions', () => {
  test('a JWT that we sign is a grant, and the server verifies it', async () => {
    const { body } = await broker.api.create(
      credential(
        'bearer',
        {
          grant: 'jwt_bearer',
          client_id: 'assertions',
          client_auth: 'client_secret_basic',
          issuer: 'https://issuer.example',
          subject: 'ada',
          alg: 'ES256',
          key_id: 'kid-ES256',
          claims: { tenant: 'north' },
        },
        { client_secret: PLAIN_SECRET, private_key: oidc.pem.ES256 },
      ),
    )
    expect([body.status, body.reason]).toEqual(['active', null])
    expect(oidc.assertions.at(-1)).toMatchObject({
      iss: 'https://issuer.example',
      sub: 'ada',
      aud: oidc.tokenUrl,
      tenant: 'north',
    })
    await expectWorks('bearer', 'assertions')
    await broker.api.exchange('bearer')
    const [first, second] = oidc.assertions.slice(-2)
    expect(first?.jti).not.toBe(second?.jti)
  })

  test('a JWT of another key is refused', async () => {
    const { body } = await broker.api.create(
      credential(
        'bearer-wrong',
        { grant: 'jwt_bearer', client_id: 'assertions', issuer: 'x', alg: 'RS256', key_id: 'kid-PS256' },
        { client_secret: PLAIN_SECRET, private_key: oidc.pem.RS256 },
      ),
    )
    expect([body.status, body.reason?.code]).toEqual(['broken', 'provider.invalid_grant'])
  })

  test('a token is exchanged for another', async () => {
    const subject = (await broker.api.token('cc-basic')).body.access_token
    const { body } = await broker.api.create(
      credential(
        'exchanged',
        { grant: 'token_exchange', client_id: 'exchanger' },
        { client_secret: PLAIN_SECRET, token: subject },
      ),
    )
    expect([body.status, body.reason]).toEqual(['active', null])
    await expectWorks('exchanged', 'exchanger')
  })

  test('a JWT that we sign is the token itself', async () => {
    const { body } = await broker.api.create({
      name: 'signed',
      recipe: { grant: 'signed_jwt', issuer: 'me', audience: 'you', alg: 'EdDSA', ttl_seconds: 120 },
      secrets: { private_key: oidc.pem.EdDSA },
      destinations: [`${resource.url}/`],
    })
    expect([body.status, body.reason]).toEqual(['active', null])
    const token = (await broker.api.token('signed')).body.access_token
    expect(JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString())).toMatchObject({
      iss: 'me',
      aud: 'you',
    })
  })
})
