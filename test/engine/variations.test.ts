import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Doc } from '../api.ts'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { counting, type OddProvider, startOddProvider } from './odd-provider.ts'

let broker: TestBroker
let provider: OddProvider

beforeAll(async () => {
  broker = await startTestBroker()
  provider = await startOddProvider()
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
})
beforeEach(() => {
  provider.seen.length = 0
  provider.answer(counting())
})

// A degraded credential is tried again by itself, and would be heard in the next test.
afterEach(async () => {
  const { items } = (await broker.api.call('GET', '/v1/credentials?limit=100')).body
  for (const { name } of items) await broker.api.call('DELETE', `/v1/credentials/${name}`)
})

const FORM =
  "{{ formUrlEncode('grant_type', 'client_credentials', 'client_id', authData.clientId, 'client_secret', authData.clientSecret) | raw }}"

const CUSTOMER_FIELDS = [
  { name: 'clientId', title: 'Client ID', required: true },
  { name: 'clientSecret', title: 'Client Secret', required: true, secret: true },
  { name: 'moviestarId', title: 'Moviestar ID', required: true },
]

/** The third example of the founding document: each customer enters id, secret and account. */
const customerEntered = (name: string, recipe: Record<string, unknown> = {}) => ({
  name,
  recipe: {
    grant: 'client_credentials',
    fields: CUSTOMER_FIELDS,
    field_values: { clientId: 'id of a customer', moviestarId: 'acme' },
    token_request: {
      url: { template: `${provider.url}/{{ authData.moviestarId }}/identity/oauth/token` },
      body: { template: FORM },
      content_type: 'application/x-www-form-urlencoded',
    },
    response: {
      access_token: { template: '{{ response.body.access_token }}' },
      scope: { template: '{{ response.body.scope }}' },
      token_type: { template: '{{ response.body.token_type }}' },
      expires_in: { template: '{{ response.body.expires_in }}' },
    },
    ...recipe,
  },
  secrets: { clientSecret: 'a/secret&of=the customer' },
  destinations: [`${provider.url}/api/`],
})

/** Milliseconds from issue to end. */
const lifeOf = (token: Doc['token']) =>
  Date.parse(token?.expires_at ?? '') - Date.parse(token?.issued_at ?? '')

let count = 0
const named = (what: string) => `${what}-${++count}`

async function created(body: { name: string }) {
  const { status, body: credential, text } = await broker.api.create(body as never)
  expect([status, credential.status], text).toEqual([201, 'active'])
  return credential
}

describe('a request that the recipe writes down', () => {
  test('D23, D28, D30: is made of what the customer entered, form-encoded, in the URL too', async () => {
    const name = named('d23')
    await created(customerEntered(name))
    expect(provider.last()).toMatchObject({ method: 'POST', url: '/acme/identity/oauth/token' })
    expect(Object.fromEntries(new URLSearchParams(provider.last().body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'id of a customer',
      client_secret: 'a/secret&of=the customer',
    })
    expect((await broker.api.token(name)).body).toMatchObject({
      access_token: 'token-1',
      token_type: 'Bearer',
    })
  })

  test('D23: fields of standard names stand for the members of the request that the grant makes', async () => {
    const name = named('d23')
    const body = customerEntered(name, { token_url: provider.tokenUrl, client_auth: 'client_secret_post' })
    const { token_request: _written, ...recipe } = body.recipe as Record<string, unknown>
    await created({ ...body, recipe } as never)
    expect(Object.fromEntries(new URLSearchParams(provider.last().body))).toEqual({
      grant_type: 'client_credentials',
      client_id: 'id of a customer',
      client_secret: 'a/secret&of=the customer',
    })
  })

  test('D25, D26, D27: constants are sent as they are, with method, query, content type and headers', async () => {
    const request = {
      url: provider.tokenUrl,
      method: 'PUT',
      content_type: 'application/json',
      query: 'v=1',
      headers: { 'X-Env': 'prod', 'X-Account': { template: '{{ authData.moviestarId }}' } },
      body: '{"constant":"{{ authData.moviestarId }}"}',
    }
    await created(customerEntered(named('d25'), { token_request: request }))
    expect(provider.last()).toMatchObject({
      method: 'PUT',
      url: '/token?v=1',
      body: '{"constant":"{{ authData.moviestarId }}"}',
      headers: { 'content-type': 'application/json', 'x-env': 'prod', 'x-account': 'acme' },
    })
  })

  test('D29: without raw an ampersand is escaped, and a trial says so', async () => {
    const body = customerEntered(named('d29'), {
      token_request: { url: provider.tokenUrl, body: { template: FORM.replace(' | raw', '') } },
    })
    const { body: record } = await broker.api.call('POST', '/v1/validate', body)
    expect(provider.last().body).toContain('client_credentials&amp;client_id=')
    expect(record.hints.join('\n')).toContain('| raw')
  })

  test('D32, D40: sees the user context, and unknown variables as nothing', async () => {
    const template = '[{{ userContext.sandboxName }}|{{ userContext.client }}|{{ authData.nobody.knows }}]'
    await created(
      customerEntered(named('d32'), {
        user_context: { sandboxName: 'prod' },
        token_request: { url: provider.tokenUrl, body: { template } },
      }),
    )
    expect(provider.last().body).toBe('[prod|bursar|]')
  })

  test('D38: drives the refresh too, with the refresh token of the last answer', async () => {
    const name = named('d38')
    provider.answer(counting({ expires_in: 3600, refresh_token: 'r/1' }))
    const template =
      "{% if authData.refreshToken is empty %}first{% else %}{{ formUrlEncode('refresh_token', authData.refreshToken) | raw }}{% endif %}"
    await created(customerEntered(name, { token_request: { url: provider.tokenUrl, body: { template } } }))
    expect(provider.last().body).toBe('first')
    await broker.api.exchange(name)
    expect(provider.last().body).toBe('refresh_token=r%2F1')
    expect((await broker.api.token(name)).body.access_token).toBe('token-2')
  })

  test('D38: without a refresh token the same request is sent again', async () => {
    const name = named('d38')
    await created(customerEntered(name))
    await broker.api.exchange(name)
    expect(provider.seen.map(({ url, body }) => url + body)).toEqual(
      Array(2).fill(provider.seen[0]!.url + provider.seen[0]!.body),
    )
    expect((await broker.api.token(name)).body.access_token).toBe('token-2')
  })

  test('D13: has an address of its own for refresh tokens', async () => {
    const name = named('d13')
    provider.answer(counting({ expires_in: 3600, refresh_token: 'r1' }))
    const body = customerEntered(name, {
      token_url: provider.tokenUrl,
      refresh_url: `${provider.url}/refresh`,
      token_request: undefined,
    })
    await created(body)
    await broker.api.exchange(name)
    expect(provider.seen.map(({ url }) => url)).toEqual(['/token', '/refresh'])
    expect(new URLSearchParams(provider.last().body).get('grant_type')).toBe('refresh_token')
  })
})

describe('a refresh token', () => {
  test('that is refused gives way to the first request, and is not tried again', async () => {
    const name = named('refused')
    provider.answer(counting({ expires_in: 3600, refresh_token: 'r1' }))
    await created(
      customerEntered(name, {
        token_url: provider.tokenUrl,
        refresh_url: `${provider.url}/refresh`,
        token_request: undefined,
      }),
    )
    const again = counting()
    provider.answer((request) =>
      request.url === '/refresh' ? { status: 400, body: { error: 'invalid_grant' } } : again(),
    )
    expect((await broker.api.exchange(name)).body.kind).toBe('token')
    await broker.api.exchange(name)
    expect(provider.seen.map(({ url }) => url)).toEqual(['/token', '/refresh', '/token', '/token'])
  })

  test('D4, D38: of a password grant is used by the written request, else the password', async () => {
    const name = named('d4')
    provider.answer(counting({ expires_in: 3600, refresh_token: 'r1' }))
    const template =
      "{% if authData.refreshToken is empty %}{{ formUrlEncode('u', authData.username, 'p', authData.password) | raw }}" +
      "{% else %}{{ formUrlEncode('r', authData.refreshToken) | raw }}{% endif %}"
    await created({
      name,
      recipe: {
        grant: 'password',
        fields: [
          { name: 'username', title: 'User name', required: true },
          { name: 'password', title: 'Password', required: true, secret: true },
        ],
        field_values: { username: 'ada' },
        token_request: { url: provider.tokenUrl, body: { template } },
      },
      secrets: { password: 'p&w' },
      destinations: [],
    } as never)
    await broker.api.exchange(name)
    const again = counting()
    provider.answer(({ body }) =>
      body === 'r=r1' ? { status: 400, body: { error: 'invalid_grant' } } : again(),
    )
    expect((await broker.api.exchange(name)).body.kind).toBe('token')
    expect(provider.seen.map(({ body }) => body)).toEqual(['u=ada&p=p%26w', 'r=r1', 'r=r1', 'u=ada&p=p%26w'])
  })
})

describe('what a value could do', () => {
  const tricked = (values: Record<string, string>, request: Record<string, unknown>) =>
    customerEntered(named('value'), {
      field_values: { clientId: 'c', moviestarId: 'acme', ...values },
      token_request: request,
    })

  test.each(['evil.example/', 'evil.example?', 'evil.example#', 'evil.example\\', 'a@evil.example/', ''])(
    'a host that the template ends is not left by the value "%s"',
    async (moviestarId) => {
      const url = { template: 'https://{{ authData.moviestarId }}.example.com/token' }
      const { body, text } = await broker.api.call(
        'POST',
        '/v1/validate',
        tricked(moviestarId === '' ? { moviestarId: ' ' } : { moviestarId }, { url, body: 'x' }),
      )
      expect([body.kind, (body.error as { path?: string })?.path], text).toEqual([
        'unrendered',
        '/token_request/url',
      ])
      expect(provider.seen).toEqual([])
    },
  )

  test('a header takes no line break from a value', async () => {
    const { body } = await broker.api.call(
      'POST',
      '/v1/validate',
      tricked(
        { moviestarId: 'acme\r\nX-Injected: yes' },
        { url: provider.tokenUrl, headers: { 'X-A': { template: '{{ authData.moviestarId | raw }}' } } },
      ),
    )
    expect(body).toMatchObject({ kind: 'unrendered', error: { path: '/token_request/headers/X-A' } })
    expect(provider.seen).toEqual([])
  })

  test('a host inside the network is fenced off as everywhere', async () => {
    const { body } = await broker.api.call(
      'POST',
      '/v1/validate',
      tricked(
        { moviestarId: '169.254.169.254' },
        { url: { template: 'https://{{ authData.moviestarId }}/t' } },
      ),
    )
    expect(body).toMatchObject({ kind: 'no_answer', error: { code: 'outbound.blocked' } })
  })
})

describe('an answer', () => {
  test('D14, D33: is mapped by path, by template and by constant', async () => {
    const name = named('d33')
    provider.answer(() => ({
      headers: { 'X-Tier': 'gold' },
      body: { data: { tokens: [{ value: 'deep', ttl: 7200 }] }, instance: 'eu-1' },
    }))
    await created(
      customerEntered(name, {
        fields: [
          ...CUSTOMER_FIELDS,
          { name: 'tier', from_response: { template: "{{ response.headers['x-tier'][0] }}" } },
          { name: 'instance', from_response: 'instance' },
        ],
        response: {
          access_token: 'data.tokens[0].value',
          expires_in: { template: '{{ response.body.data.tokens[0].ttl }}' },
          token_type: { value: 'Token' },
        },
      }),
    )
    const { body } = await broker.api.token(name)
    expect(body).toMatchObject({
      access_token: 'deep',
      token_type: 'Token',
      outputs: { tier: 'gold', instance: 'eu-1' },
    })
    const { token } = await broker.api.credential(name)
    expect(lifeOf(token)).toBe(7_200_000)
  })

  test('D21: tells a field, which later templates see and answers without it leave', async () => {
    const name = named('d21')
    provider.answer(counting({ expires_in: 3600, refresh_token_expires_in: 5184000 }))
    await created(
      customerEntered(name, {
        fields: [
          ...CUSTOMER_FIELDS,
          { name: 'refreshTokenExpiration', from_response: 'refresh_token_expires_in' },
        ],
        token_request: {
          url: provider.tokenUrl,
          body: { template: 'known={{ authData.refreshTokenExpiration }}' },
        },
      }),
    )
    expect(provider.last().body).toBe('known=')
    provider.answer(counting())
    await broker.api.exchange(name)
    await broker.api.exchange(name)
    expect(provider.last().body).toBe('known=5184000')
    expect((await broker.api.token(name)).body.outputs).toEqual({ refreshTokenExpiration: '5184000' })
  })

  test('D22: is completed by fields of the names of outputs', async () => {
    const name = named('d22')
    provider.answer(counting({ expires_in: 60, refresh_token: 'of-the-answer' }))
    const body = customerEntered(name, {
      fields: [
        ...CUSTOMER_FIELDS,
        { name: 'refreshToken', secret: true },
        { name: 'expiresIn', type: 'integer', value: 3600 },
      ],
      token_url: provider.tokenUrl,
      token_request: undefined,
      refresh_url: `${provider.url}/refresh`,
    })
    const secrets = { ...body.secrets, refreshToken: 'special_refresh_token' }
    const { token } = await created({ ...body, secrets } as never)
    expect(lifeOf(token)).toBe(3_600_000)
    await broker.api.exchange(name)
    expect(new URLSearchParams(provider.last().body).get('refresh_token')).toBe('special_refresh_token')
  })

  test('with a token that no header takes is refused, and the earlier token lives', async () => {
    const name = named('unsafe')
    await created(customerEntered(name))
    provider.answer(() => ({ body: { access_token: 'two\nlines' } }))
    const { body } = await broker.api.exchange(name)
    expect(body).toMatchObject({
      kind: 'unreadable',
      error: { detail: expect.stringContaining('header safe') },
    })
    expect((await broker.api.token(name)).body.access_token).toBe('token-1')
  })
})

const VALIDATIONS = [
  {
    name: 'access_token validation',
    actual: { template: '{{response.body.access_token is empty }}' },
    expected: { template: 'false' },
  },
  { name: 'response status', actual: { template: '{{ response.status }}' }, expected: { template: '200' } },
]

describe('a validation', () => {
  test('D34, D36, D37: lets an answer pass that says what is expected', async () => {
    await created(customerEntered(named('d34'), { validations: VALIDATIONS }))
  })

  test('D34: fails the exchange, saves nothing, keeps the earlier token, and is named', async () => {
    const name = named('d34')
    await created(customerEntered(name, { validations: VALIDATIONS }))
    provider.answer(() => ({ status: 201, body: { access_token: 'never', expires_in: 3600 } }))
    const { body, text } = await broker.api.exchange(name)
    expect(body.error).toMatchObject({
      code: 'validation_failed',
      detail: 'The validation "response status" failed: the answer says "201", expected is "200".',
    })
    expect(text).not.toContain('never')
    expect((await broker.api.token(name)).body).toMatchObject({ access_token: 'token-1', version: 1 })
    expect(await broker.api.credential(name)).toMatchObject({
      status: 'degraded',
      reason: { code: 'provider.validation_failed' },
    })
  })

  test.each([
    ['a token', '{{ response.body.access_token }}'],
    ['a secret', '{{ authData.clientSecret | raw }}'],
    ['a secret, escaped', '{{ authData.clientSecret }}'],
  ])('D34: does not show %s that it was made of', async (_what, template) => {
    const name = named('d34')
    provider.answer(() => ({ body: { access_token: 'shh-token', expires_in: 3600 } }))
    const validations = [{ name: 'leaky', actual: { template: `is ${template}` }, expected: 'x' }]
    const { body } = await broker.api.create(customerEntered(name, { validations }) as never)
    const { items } = (await broker.api.call('GET', `/v1/credentials/${name}/exchanges`)).body
    const shown = JSON.stringify([body, items, broker.log])
    expect(shown).toContain('validation_failed')
    expect(shown).not.toMatch(/shh-token|a\/secret&of=the customer|a\/secret&amp;of/)
  })

  test('D35: takes the expected text as an RE2 expression over the whole, in linear time', async () => {
    const validations = [
      { name: 'kind', actual: { template: '{{ response.body.token_type }}' }, expected: 'Bear(er|ings)' },
      { name: 'evil', actual: { template: '{{ response.body.filler }}' }, expected: '(a+)+b?' },
    ]
    const filler = 'a'.repeat(50_000)
    provider.answer(counting({ expires_in: 3600, filler }))
    const name = named('d35')
    await created(customerEntered(name, { validations }))
    provider.answer(counting({ expires_in: 3600, filler: `${filler}!` }))
    expect((await broker.api.exchange(name)).body.error).toMatchObject({ code: 'validation_failed' })
  })
})

describe('a template that fails', () => {
  test('when it renders ends that exchange with line and column, and the token lives', async () => {
    const name = named('fails')
    const template =
      "{% if authData.accessToken is empty %}first{% else %}\n{{ 'x' | merge([1]) }}{% endif %}"
    await created(customerEntered(name, { token_request: { url: provider.tokenUrl, body: { template } } }))
    const { body } = await broker.api.exchange(name)
    expect(body).toMatchObject({
      kind: 'unrendered',
      error: { code: 'template_failed', path: '/token_request/body', line: 2 },
    })
    expect(provider.seen).toHaveLength(1)
    expect((await broker.api.token(name)).body.access_token).toBe('token-1')
    expect(await broker.api.credential(name)).toMatchObject({
      status: 'degraded',
      reason: { code: 'template.failed' },
    })
  })

  test('when it reads the answer ends that exchange with line and column, and the token lives', async () => {
    const name = named('fails')
    const mapping = {
      template: "{% if response.body.bad %}{{ 'x' | merge([1]) }}{% endif %}{{ response.body.access_token }}",
    }
    await created(customerEntered(name, { response: { access_token: mapping } }))
    provider.answer(counting({ bad: true }))
    const { body } = await broker.api.exchange(name)
    expect(body.error).toMatchObject({ code: 'template_failed', line: 1, column: expect.any(Number) })
    expect((await broker.api.token(name)).body).toMatchObject({ access_token: 'token-1', version: 1 })
  })

  test('D40: to compile is refused when it is saved, with pointer, line, column and excerpt', async () => {
    const body = customerEntered(named('d40'), {
      token_request: { url: provider.tokenUrl, body: { template: 'fine\n{{ formUrlEncode( }}' } },
      response: { scope: { template: '{% if %}' } },
      validations: [{ name: 'v', actual: { template: '{{' }, expected: 'x' }],
    })
    const { status, body: answer } = await broker.api.create(body as never)
    expect(status).toBe(422)
    const errors = answer.errors as unknown as Array<Record<'path' | 'code' | 'line' | 'excerpt', string>>
    expect(errors.map(({ path, code, line }) => `${path} ${code} ${line}`).sort()).toEqual([
      '/recipe/response/scope/template template.invalid 1',
      '/recipe/token_request/body/template template.invalid 2',
      '/recipe/validations/0/actual/template template.invalid 1',
    ])
    for (const { excerpt } of errors) expect(excerpt).toMatch(/ \| .*\n +\^$/)
  })

  test('D39: to keep to the profile is refused when it is saved', async () => {
    for (const template of ['{{ range(1, 3) }}', '{% include "x" %}', '{% macro m() %}{% endmacro %}']) {
      const body = customerEntered(named('d39'), {
        token_request: { url: provider.tokenUrl, body: { template } },
      })
      expect((await broker.api.create(body as never)).body.errors[0]).toMatchObject({
        code: 'template.invalid',
      })
    }
  })
})

describe('a rotated refresh token', () => {
  const rotating = (name: string, recipe: Record<string, unknown>) => ({
    name,
    recipe: {
      grant: 'refresh_token',
      token_url: provider.tokenUrl,
      client_id: 'c',
      client_auth: 'none',
      ...recipe,
    },
    secrets: { refresh_token: 'r0' },
    destinations: [`${provider.url}/api/`],
  })
  const spent = () => new URLSearchParams(provider.last().body).get('refresh_token')

  test.each([
    [
      'validation',
      { validations: [{ name: 'v', actual: { template: '{{ response.body.ok2 }}' }, expected: 'yes' }] },
    ],
    [
      'mapping',
      {
        response: {
          expires_in: { template: "{% if response.body.ok2 != 'yes' %}{{ 'x' | merge([1]) }}{% endif %}60" },
        },
      },
    ],
  ])('survives a %s that fails', async (_what, recipe) => {
    const name = named('rotates')
    provider.answer(() => ({
      body: { access_token: 'a1', refresh_token: 'r1', expires_in: 3600, ok2: 'yes' },
    }))
    await created(rotating(name, recipe))
    provider.answer(() => ({ body: { access_token: 'a2', refresh_token: 'r2', expires_in: 3600 } }))
    expect((await broker.api.exchange(name)).body.kind).toBe('unreadable')
    expect((await broker.api.token(name)).body.access_token).toBe('a1')
    provider.answer(() => ({
      body: { access_token: 'a3', refresh_token: 'r3', expires_in: 3600, ok2: 'yes' },
    }))
    expect((await broker.api.exchange(name)).body.kind).toBe('token')
    expect(spent()).toBe('r2')
  })

  test('that only the recipe hides is read once the recipe is mended', async () => {
    const name = named('rotates')
    const good = { access_token: 'a1', refresh_token: 'r1', expires_in: 3600 }
    provider.answer(() => ({ body: good }))
    await created(rotating(name, {}))
    const broken = { template: "{{ 'x' | merge([1]) }}" }
    const patch = (response: Record<string, unknown>) =>
      broker.api.call(
        'PATCH',
        `/v1/credentials/${name}`,
        { recipe: { response } },
        { headers: { 'Content-Type': 'application/merge-patch+json' } },
      )
    provider.answer(() => ({ body: { nested: { token: 'a2' }, refresh_token: 'r2', expires_in: 3600 } }))
    // A change of the recipe makes a new token due.
    await patch({ access_token: 'nested.token', refresh_token: broken })
    await awaitUntil('the answer could not be read', async () =>
      (await broker.api.credential(name)).reason?.code === 'provider.template_failed' ? true : undefined,
    )
    expect((await broker.api.token(name)).body.access_token).toBe('a1')
    await patch({ refresh_token: null })
    await awaitUntil('the kept answer is read', async () =>
      (await broker.api.token(name)).body.access_token === 'a2' ? true : undefined,
    )
    expect(provider.seen).toHaveLength(2)
  })
})
