import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
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

const SECRET = 'q&a secret/of the client'

interface Trial {
  valid: boolean
  kind: string
  hints: string[]
  request: { url: string; body: unknown }
  response_fields: Array<{ name: string; from?: string; value?: string; error?: string }>
  validations: Array<{ name: string; passed: boolean; actual?: string; expected?: string; error?: string }>
}

async function trial(
  recipe: Record<string, unknown>,
  secrets: Record<string, string> = { client_secret: SECRET },
) {
  const { body, text } = await broker.api.call('POST', '/v1/validate', {
    recipe: { grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'c', ...recipe },
    secrets,
  })
  expect(text).not.toContain(SECRET)
  return { ...(body as unknown as Trial), text }
}

const written = (template: string, more: Record<string, unknown> = {}) => ({
  token_request: { body: { template }, ...more },
})
const FORM =
  "{{ formUrlEncode('client_id', authData.clientId, 'client_secret', authData.clientSecret) | raw }}"

describe('a trial', () => {
  test('shows what would be sent, and each mapping and validation with what it made, without secrets', async () => {
    provider.answer(counting({ expires_in: 3600, scope: 'read', echo: SECRET }))
    const { valid, request, response_fields, validations, text } = await trial({
      ...written(FORM),
      fields: [{ name: 'echo', from_response: 'echo' }],
      response: {
        expires_in: { template: '{{ response.body.expires_in }}' },
        scope: { template: "{{ 'x' | merge([1]) }}" },
        outputs: { instance: 'nowhere' },
      },
      validations: [
        { name: 'kind', actual: { template: '{{ response.body.token_type }}' }, expected: 'Bearer' },
        { name: 'echo', actual: { template: '{{ response.body.echo | raw }}' }, expected: 'nothing' },
      ],
    })
    expect(valid).toBe(false)
    expect(request).toMatchObject({ url: provider.tokenUrl, body: { client_id: 'c' } })
    const shown = Object.fromEntries(response_fields.map(({ name, ...rest }) => [name, rest]))
    expect(shown).toMatchObject({
      access_token: { from: 'access_token', value: '[redacted, 7 characters]' },
      expires_in: { from: '{{ response.body.expires_in }}', value: '3600' },
      token_type: { value: 'Bearer' },
      scope: { error: expect.stringContaining('line 1') },
      echo: { from: 'echo', value: expect.stringContaining('redacted') },
    })
    expect(shown.instance).toEqual({ from: 'nowhere' })
    expect(validations).toEqual([
      { name: 'kind', passed: true, actual: 'Bearer', expected: 'Bearer' },
      { name: 'echo', passed: false, actual: expect.stringContaining('redacted'), expected: 'nothing' },
    ])
    expect(text).not.toContain('token-1')
  })

  test.each<[string, Record<string, unknown>, () => { body: unknown }, RegExp]>([
    [
      'that 200 came with an error',
      written(FORM),
      () => ({ body: { errcode: 40013, errmsg: 'invalid appid' } }),
      /answered 200 with an error: set an error path.*errcode/,
    ],
    [
      'that a secret needs form-encoding',
      written('client_id=c&client_secret={{ authData.clientSecret | raw }}'),
      counting(),
      /authData\.clientSecret needs form-encoding/,
    ],
    ['that HTML escapes were sent', written(FORM.replace(' | raw', '')), counting(), /\| raw/],
    [
      'that a JSON body is none',
      written('{"a": "{{ authData.clientId }}', { content_type: 'application/json' }),
      counting(),
      /body is none/,
    ],
    [
      'that the life is in milliseconds',
      written(FORM),
      counting({ expires_in: 3_600_000 }),
      /looks like milliseconds.*expires_in_unit/,
    ],
    ['that the life is a time', written(FORM), counting({ expires_in: 1_900_000_000 }), /looks like a time/],
    [
      'that the refresh token is absent',
      { refresh_url: 'https://login.example.com/refresh', client_auth: 'client_secret_post' },
      counting(),
      /refresh token is absent/,
    ],
  ])('says %s', async (_what, recipe, reply, hint) => {
    provider.answer(reply)
    const { hints } = await trial(recipe)
    expect(hints.join('\n')).toMatch(hint)
  })

  test('says nothing where nothing is odd', async () => {
    provider.answer(counting({ expires_in: 7_776_000 }))
    expect((await trial(written(FORM))).hints).toEqual([])
  })

  test('shows where a template of the request failed, and asks nobody', async () => {
    const { kind, text } = await trial(written("line one\n{{ 'x' | merge([1]) }}"))
    expect(kind).toBe('unrendered')
    expect(JSON.parse(text).error).toMatchObject({
      path: '/token_request/body',
      line: 2,
      excerpt: expect.any(String),
    })
    expect(provider.seen).toEqual([])
  })
})

describe('POST /v1/templates/render', () => {
  const render = (body: unknown) => broker.api.call('POST', '/v1/templates/render', body)

  test('answers the text that the template makes', async () => {
    const { status, text } = await render({
      template: "{{ formUrlEncode('a', authData.b) | raw }}&{{ '&' }}{{ authData.x }}",
      context: { authData: { b: 'c d', x: '<' } },
    })
    expect([status, JSON.parse(text)]).toEqual([200, { output: 'a=c+d&&&lt;' }])
  })

  test.each([
    ['does not compile', 'fine\n  {{ formUrlEncode( }}', 2],
    ['fails', "{{ 'x' | merge([1]) }}", 1],
    [
      'uses too much',
      '{% for a in l %}{% for b in l %}{% for c in l %}x{% endfor %}{% endfor %}{% endfor %}',
      1,
    ],
  ])('says where a template %s', async (_what, template, line) => {
    const { status, headers, body } = await render({ template, context: { l: Array(40).fill(1) } })
    expect([status, headers.get('content-type'), body.code]).toEqual([
      422,
      'application/problem+json',
      'template.failed',
    ])
    expect(body.errors).toEqual([
      {
        path: '/template',
        code: 'template.invalid',
        detail: expect.any(String),
        line,
        column: expect.any(Number),
        excerpt: expect.stringContaining('^'),
      },
    ])
  })

  test('knows the profile: recipes have less than the whole language', async () => {
    const template = '{{ range(1, 3) | join }}'
    expect((await render({ template })).status).toBe(422)
    expect((await render({ template, profile: 'standard' })).text).toBe('{"output":"123"}')
    expect((await render({ template, profile: 'none' })).body.errors[0]).toMatchObject({ path: '/profile' })
  })

  test('reaches nothing but the context', async () => {
    const template = '{{ process.env }}{{ constructor }}{{ authData.constructor }}{{ authData.__proto__ }}'
    expect((await render({ template, context: { authData: {} } })).text).toBe('{"output":""}')
  })
})

describe('fields', () => {
  const make = (
    fields: unknown[],
    values: Record<string, unknown> = {},
    secrets: Record<string, string> = {},
  ) =>
    broker.api.call('POST', '/v1/validate', {
      recipe: {
        grant: 'client_credentials',
        token_request: { url: provider.tokenUrl, body: 'x' },
        fields,
        field_values: values,
      },
      secrets,
    })
  const wrong = async (...args: Parameters<typeof make>) => {
    const { body } = await make(...args)
    return (body.errors ?? []).map(({ path, code }) => `${path} ${code}`)
  }

  test('D17: have values of their type', async () => {
    expect(
      await wrong(
        [
          { name: 'a', type: 'integer', value: 'one' },
          { name: 'b', type: 'boolean', default: 1 },
          { name: 'c', type: 'date' },
          { name: 'd', type: 'string', enum: ['x', 1] },
        ],
        {},
      ),
    ).toEqual(['/recipe/fields/2/type field.invalid'])
    expect(
      await wrong(
        [
          { name: 'a', type: 'integer', value: 'one' },
          { name: 'b', type: 'boolean', default: 1 },
          { name: 'd', type: 'string', enum: ['x', 1] },
          { name: 'e', type: 'integer' },
        ],
        { e: '1' },
      ),
    ).toEqual([
      '/recipe/fields/0/value field.invalid',
      '/recipe/fields/1/default field.invalid',
      '/recipe/fields/2/enum/1 field.invalid',
      '/recipe/field_values/e field.invalid',
    ])
  })

  test('D18: that are required are missed by name', async () => {
    const fields = [
      { name: 'account', required: true },
      { name: 'pin', required: true, secret: true },
    ]
    expect(await wrong(fields)).toEqual([
      '/recipe/field_values/account field.missing',
      '/secrets/pin secret.missing',
    ])
    expect(await wrong(fields, { account: 'a' }, { pin: '1' })).toEqual([])
  })

  test('D19: that are secret stand in no recipe and no answer', async () => {
    const fields = [{ name: 'pin', secret: true, value: '1234' }]
    expect(await wrong(fields)).toEqual(['/recipe/fields/0/value secret.misplaced'])
    expect(await wrong([{ name: 'pin', secret: true }], { pin: '1234' })).toEqual([
      '/recipe/field_values/pin secret.misplaced',
    ])
    expect(await wrong([{ name: 'clientSecret' }])).toEqual(['/recipe/fields/0/secret field.invalid'])
  })

  test('D20: of the partner are not for credentials to set', async () => {
    expect(await wrong([{ name: 'region', value: 'eu' }], { region: 'us' })).toEqual([
      '/recipe/field_values/region field.invalid',
    ])
  })

  test('have values of their pattern and their list, and names that are known', async () => {
    const fields = [
      { name: 'shop', pattern: '[a-z]+' },
      { name: 'region', enum: ['eu', 'us'] },
      { name: 'pin', secret: true, pattern: '[0-9]{4}' },
    ]
    expect(await wrong(fields, { shop: 'x/y', region: 'eu' }, { pin: '12345' })).toEqual([
      '/recipe/field_values/shop field.invalid',
      '/secrets/pin field.invalid',
    ])
    expect(await wrong(fields, { region: 'cn', shp: 'x' }, { pim: 'x' })).toEqual([
      '/recipe/field_values/region field.invalid',
      '/recipe/field_values/shp field.unknown',
      '/secrets/pim field.unknown',
    ])
    expect(await wrong([{ name: 'a', pattern: '(?=x)' }])).toEqual(['/recipe/fields/0/pattern field.invalid'])
  })

  test('that are asked for come from a provider, and their values from each credential', async () => {
    const recipe = {
      grant: 'client_credentials',
      token_request: {
        url: provider.tokenUrl,
        body: { template: '{{ authData.account }}:{{ authData.pin }}' },
      },
      fields: [
        { name: 'account', required: true },
        { name: 'pin', required: true, secret: true },
      ],
    }
    const made = await broker.api.call('POST', '/v1/providers', { name: 'partner', recipe })
    expect(made.status, made.text).toBe(201)
    for (const account of ['one', 'two']) {
      const { body, text } = await broker.api.create({
        name: `of-${account}`,
        provider: 'partner',
        recipe: { field_values: { account } },
        secrets: { pin: `pin of ${account}` },
        destinations: [],
      })
      expect(body.status, text).toBe('active')
      expect(provider.last().body).toBe(`${account}:pin of ${account}`)
      expect(body.secrets).toEqual({ pin: { set: true, updated_at: expect.any(String) } })
      expect(text).not.toContain('pin of')
    }
  })

  test('a secret of a request that is written down is no constant', async () => {
    const { body } = await broker.api.call('POST', '/v1/validate', {
      recipe: {
        grant: 'client_credentials',
        token_request: {
          url: provider.tokenUrl,
          method: 'GET',
          body: 'x',
          headers: { Authorization: 'Bearer x' },
        },
      },
    })
    expect(body.errors.map(({ path, code }) => `${path} ${code}`)).toEqual([
      '/recipe/token_request/headers/Authorization secret.misplaced',
      '/recipe/token_request/body field.invalid',
    ])
  })
})
