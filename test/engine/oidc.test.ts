import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { signInAt } from '../browser.ts'
import type { HttpServer } from '../http-server.ts'
import { ODD_SECRET, type OidcServer, PLAIN_SECRET, startOidcServer, startResource } from '../oidc.ts'

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

const credential = (name: string, recipe: Record<string, unknown>, secrets: Record<string, string>) => ({
  name,
  recipe,
  secrets,
  destinations: [`${resource.url}/`],
})

/** The proof that a token is one: an API that asks its issuer takes it. */
async function expectWorks(name: string, client: string): Promise<void> {
  const answer = await broker.api.proxy(name, `${resource.url}/me`)
  expect([answer.status, answer.text]).toEqual([200, expect.stringContaining(`"client":"${client}"`)])
}

const FIELDS = [
  { name: 'clientId', title: 'Client ID', required: true },
  { name: 'clientSecret', title: 'Client Secret', required: true, secret: true },
]

const VALIDATIONS = [
  {
    name: 'access_token validation',
    actual: { template: '{{response.body.access_token is empty }}' },
    expected: { template: 'false' },
  },
  { name: 'response status', actual: { template: '{{ response.status }}' }, expected: { template: '200' } },
]

const FORM =
  "{{ formUrlEncode('grant_type', 'client_credentials', 'client_id', authData.clientId, 'client_secret', authData.clientSecret) | raw }}"

const BASIC = { template: "Basic {{ (authData.clientId ~ ':' ~ authData.clientSecret) | base64encode }}" }

describe('at a real authorization server', () => {
  test('D23, D28, D34, D38: a written client-credentials request gets tokens, the first and the next', async () => {
    const name = 'written'
    const { body, text } = await broker.api.create(
      credential(
        name,
        {
          grant: 'client_credentials',
          fields: FIELDS,
          field_values: { clientId: 'odd-post' },
          token_request: { url: oidc.tokenUrl, body: { template: FORM } },
          response: {
            access_token: { template: '{{ response.body.access_token }}' },
            expires_in: { template: '{{ response.body.expires_in }}' },
          },
          validations: VALIDATIONS,
        },
        { clientSecret: ODD_SECRET },
      ),
    )
    expect(body.status, text).toBe('active')
    await expectWorks(name, 'odd-post')
    const before = (await broker.api.token(name)).body.access_token
    expect((await broker.api.exchange(name)).body.kind).toBe('token')
    expect((await broker.api.token(name)).body.access_token).not.toBe(before)
    await expectWorks(name, 'odd-post')
  })

  test('D15: id and secret go into a header where the recipe says so', async () => {
    const recipe = {
      grant: 'client_credentials',
      token_url: oidc.tokenUrl,
      client_id: 'basic',
      token_request: {
        headers: { Authorization: BASIC },
        body: 'grant_type=client_credentials',
      },
    }
    await broker.api.create(credential('in-header', recipe, { client_secret: PLAIN_SECRET }))
    await expectWorks('in-header', 'basic')
  })

  test('D8, D11, D12, D38: a written request swaps the code, and refreshes with tokens that rotate', async () => {
    const name = 'written-code'
    const body =
      "{% if authData.code is empty %}{{ formUrlEncode('grant_type', 'refresh_token', 'refresh_token', authData.refreshToken) | raw }}" +
      "{% else %}{{ formUrlEncode('grant_type', 'authorization_code', 'code', authData.code, 'code_verifier', authData.codeVerifier, 'redirect_uri', authData.redirectUri) | raw }}{% endif %}"
    const made = await broker.api.create(
      credential(
        name,
        {
          grant: 'authorization_code',
          authorization_url: oidc.authorizationUrl,
          fields: FIELDS,
          field_values: { clientId: 'web' },
          scope: ['openid', 'offline_access'],
          extra_authorization_params: { prompt: 'consent' },
          token_request: { url: oidc.tokenUrl, headers: { Authorization: BASIC }, body: { template: body } },
          validations: VALIDATIONS,
        },
        { clientSecret: PLAIN_SECRET },
      ),
    )
    expect(made.body.status, made.text).toBe('needs_sign_in')
    const { body: authorization } = await broker.api.call('POST', `/v1/credentials/${name}/authorize`)
    await signInAt(authorization.authorization_url)
    await expectWorks(name, 'web')
    for (let round = 0; round < 3; round += 1) {
      const { body: record, text } = await broker.api.exchange(name)
      expect(record.kind, text).toBe('token')
    }
    await expectWorks(name, 'web')
  })

  test('D34: a validation that fails loses neither token nor refresh token', async () => {
    const name = 'written-code'
    const patch = (recipe: Record<string, unknown>) =>
      broker.api.call(
        'PATCH',
        `/v1/credentials/${name}`,
        { recipe },
        { headers: { 'Content-Type': 'application/merge-patch+json' } },
      )
    const impossible = [{ name: 'never', actual: { template: '{{ response.status }}' }, expected: '204' }]
    await patch({ validations: impossible })
    const { body, text } = await broker.api.exchange(name)
    expect(body.error?.code, text).toBe('validation_failed')
    await expectWorks(name, 'web')
    await patch({ validations: VALIDATIONS })
    const mended = await broker.api.exchange(name)
    expect(mended.body.kind, mended.text).toBe('token')
    await expectWorks(name, 'web')
  })
})
