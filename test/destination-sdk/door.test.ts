import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBroker } from '../broker.ts'
import { changed, DESTINATIONS, type Door, HEADERS, LIST, openDoor, startDoorBroker } from './door.ts'
import { type Configuration, entryOf, example } from './examples.ts'

const HOST = 'http://127.0.0.1:9'
const AT = `${LIST}/0`
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/
const MICROSECONDS = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z$/

let broker: TestBroker
let door: Door

beforeAll(async () => {
  broker = await startDoorBroker()
  door = openDoor(broker)
})
afterAll(() => broker?.close())

const code = () => example('code', HOST)
const withFields = (...fields: unknown[]) => changed(code(), { authenticationDataFields: fields })
const templated = (change: (request: Configuration) => void): Configuration => {
  const configuration = example('customerClient', HOST)
  change(entryOf(configuration).accessTokenRequest)
  return configuration
}
const recipeOf = async (configuration: Configuration): Promise<Configuration> =>
  (await broker.api.call('GET', `/v1/providers/${await door.provider(configuration)}`)).body.recipe

describe('a configuration', () => {
  test('D44: is created, read, listed, updated and deleted, each with 200, an id and dates', async () => {
    const created = await door.create({ name: 'Moviestar', ...code() })
    expect(created.status).toBe(200)
    const { instanceId, createdDate, lastModifiedDate } = created.body
    expect([instanceId, createdDate, lastModifiedDate]).toEqual([
      expect.stringMatching(UUID),
      expect.stringMatching(MICROSECONDS),
      createdDate,
    ])
    expect((await door.call('GET', instanceId)).body).toEqual(created.body)
    expect((await door.call('GET', '')).body.items).toContainEqual(created.body)

    broker.clock.advance(5)
    const updated = await door.call('PUT', instanceId, { name: 'Moviestar 2', ...code() })
    expect([updated.status, updated.body.name, updated.body.instanceId]).toEqual([
      200,
      'Moviestar 2',
      instanceId,
    ])
    expect(updated.body.createdDate).toBe(createdDate)
    expect(updated.body.lastModifiedDate > lastModifiedDate).toBe(true)

    const deleted = await door.call('DELETE', instanceId)
    expect([deleted.status, deleted.body]).toEqual([
      200,
      { instanceId, createdDate, lastModifiedDate: expect.stringMatching(MICROSECONDS) },
    ])
    expect((await door.call('GET', instanceId)).status).toBe(404)
    const { body } = await broker.api.call('GET', '/v1/providers')
    expect(body.items.filter(({ name }) => name.includes(instanceId))).toEqual([])
  })

  test('D44: what is malformed, not allowed or not there is refused with 400, 401, 403 and 404', async () => {
    const raw = await broker.api.call('POST', DESTINATIONS, undefined, { raw: '{"a": ' })
    expect([raw.status, raw.body.code]).toEqual([400, 'request.malformed_json'])
    expect((await door.create([])).status).toBe(400)
    expect((await broker.api.call('GET', DESTINATIONS, undefined, { key: 'bsr_nobody' })).status).toBe(401)
    const { body: reader } = await broker.api.call('POST', '/v1/callers', {
      name: 'reader',
      scopes: ['credentials:read'],
    })
    const asReader = (method: string, body?: unknown) =>
      broker.api.call(method, DESTINATIONS, body, { key: reader.key, headers: HEADERS })
    expect([(await asReader('GET')).status, (await asReader('POST', code())).status]).toEqual([200, 403])
    const { body: other } = await broker.api.call('POST', '/v1/callers', {
      name: 'none',
      scopes: ['audit:read'],
    })
    expect((await broker.api.call('GET', DESTINATIONS, undefined, { key: other.key })).status).toBe(403)
    const unknown = '00000000-0000-4000-8000-000000000000'
    for (const [method, body] of [['GET'], ['PUT', code()], ['DELETE']] as const) {
      expect([method, (await door.call(method, unknown, body)).status]).toEqual([method, 404])
    }
    expect((await broker.api.call('PATCH', DESTINATIONS)).status).toBe(405)
  })

  test('is given back as it was sent, members that mean nothing here included', async () => {
    const sent = {
      name: 'Moviestar',
      description: 'Everything else of a destination',
      status: 'TEST',
      uiAttributes: { documentationLink: 'https://example.com/doc', category: 'mobile', isBeta: 'true' },
      destinationDelivery: [{ authenticationRule: 'CUSTOMER_AUTHENTICATION', destinationServerId: '9c77' }],
      aggregation: null,
      numbers: [1, 2.5, -0, 1e3],
      ...changed(code(), { unheardOf: { deep: ['ü', true] } }),
    }
    const { body } = await door.create(sent)
    const { instanceId, createdDate, lastModifiedDate, ...given } = body
    const expected = structuredClone(sent)
    delete (entryOf(expected) as Configuration).clientSecret
    expect(JSON.stringify(given)).toBe(JSON.stringify(expected))
  })

  test('D19, D42: gives no secret back, shows none, and keeps them sealed', async () => {
    const request = structuredClone(entryOf(example('customerClient', HOST)).accessTokenRequest)
    request.httpTemplate.headers = [
      { header: 'Authorization', value: { templatingStrategy: 'NONE', value: 'Basic canary-header-81c2' } },
    ]
    const configuration = changed(code(), {
      clientSecret: 'canary-client-81c2',
      accessTokenRequest: request,
      authenticationDataFields: [
        { name: 'apiKey', value: 'canary-field-81c2', format: 'password', source: 'PARTNER' },
        { name: 'refreshToken', value: 'canary-refresh-81c2' },
      ],
    })
    const { status, text, body } = await door.create(configuration)
    expect(status).toBe(200)
    const provider = `destination-${body.instanceId}-0`
    const shown = await Promise.all([
      door.call('GET', body.instanceId),
      door.call('GET', ''),
      broker.api.call('GET', `/v1/providers/${provider}`),
      broker.api.call('GET', '/v1/audit'),
    ])
    expect([text, ...shown.map((answer) => answer.text)].join() + broker.log.join()).not.toContain('canary-')
    const { secrets } = shown[2]!.body
    expect(Object.keys(secrets).sort()).toEqual([
      'apiKey',
      'client_secret',
      'header_authorization',
      'refreshToken',
    ])
    for (const file of ['bursar.db', 'bursar.db-wal']) {
      expect(readOrNothing(join(broker.dataDir, file))).not.toContain('canary-')
    }
  })

  test('D42: an update that leaves a secret out keeps it, unless it speaks for another client', async () => {
    const { body } = await door.create(code())
    const { body: read } = await door.call('GET', body.instanceId)
    expect(entryOf(read).clientSecret).toBeUndefined()
    expect((await door.call('PUT', body.instanceId, read)).status).toBe(200)
    const other = changed(read, { clientId: 'somebody-else' })
    const refused = await door.call('PUT', body.instanceId, other)
    expect([refused.status, refused.body.errors[0]?.path]).toEqual([400, `${AT}/clientSecret`])
  })

  test('an update is a version of its provider; one with accounts is not deleted', async () => {
    const { body } = await door.create(example('clientCredentials', HOST))
    const provider = `destination-${body.instanceId}-0`
    await broker.api.call('POST', '/v1/credentials', { name: 'holder', provider })
    const scoped = changed(example('clientCredentials', HOST), { scope: ['all'] })
    expect((await door.call('PUT', body.instanceId, scoped)).status).toBe(200)
    const { body: now } = await broker.api.call('GET', `/v1/providers/${provider}`)
    expect([now.version, now.recipe.scope]).toEqual([2, ['all']])
    expect((await broker.api.credential('holder')).provider).toEqual({ name: provider, version: 1 })
    const refused = await door.call('DELETE', body.instanceId)
    expect([refused.status, refused.body.code]).toEqual([409, 'provider.in_use'])
    const without = { ...example('clientCredentials', HOST), customerAuthenticationConfigurations: [] }
    expect((await door.call('PUT', body.instanceId, without)).status).toBe(409)
    await broker.api.call('DELETE', '/v1/credentials/holder')
    expect((await door.call('DELETE', body.instanceId)).status).toBe(200)
  })

  test('an account refers to the secrets of its partner', async () => {
    const { body } = await door.create(example('clientCredentials', HOST))
    const provider = `destination-${body.instanceId}-0`
    await broker.api.call('POST', '/v1/credentials', { name: 'sharing', provider })
    const { secrets } = await broker.api.credential('sharing')
    expect(secrets.client_secret?.reference).toEqual({ from: 'provider', provider, name: 'client_secret' })
  })
})

describe('an entry', () => {
  test('D1: stands in a list and names its type exactly', async () => {
    expect(await door.refusal({})).toEqual({ [LIST]: 'field.missing' })
    expect(await door.refusal({ customerAuthenticationConfigurations: {} })).toEqual({
      [LIST]: 'field.invalid',
    })
    expect(await door.refusal({ customerAuthenticationConfigurations: ['OAUTH2'] })).toEqual({
      [AT]: 'field.invalid',
    })
    for (const authType of ['oauth2', 'OAuth2', 'OAUTH3', 2]) {
      expect(await door.refusal(changed(code(), { authType }))).toEqual({
        [`${AT}/authType`]: 'field.invalid',
      })
    }
    expect(await door.refusal(changed(code(), { authType: undefined }))).toEqual({
      [`${AT}/authType`]: 'field.missing',
    })
  })

  test('D2: has one of the three grants', async () => {
    for (const grant of ['AUTHORIZATION_CODE', 'oauth2_password', 'OAUTH2_IMPLICIT', '']) {
      expect(await door.refusal(changed(code(), { grant }))).toEqual({ [`${AT}/grant`]: 'field.invalid' })
    }
    expect(await door.refusal(changed(code(), { grant: undefined }))).toEqual({
      [`${AT}/grant`]: 'field.missing',
    })
  })

  test('D3: a code configuration needs all four, each named by its pointer', async () => {
    for (const member of ['clientId', 'clientSecret', 'authorizationUrl', 'accessTokenUrl']) {
      const without = changed(code(), { [member]: undefined })
      expect(await door.refusal(without)).toEqual({
        [`${AT}/${member}`]: 'field.missing',
      })
    }
  })

  test('D4, D5: the other two grants need client and token endpoint', async () => {
    for (const name of ['password', 'clientCredentials'] as const) {
      const missing = { clientId: undefined, clientSecret: undefined, accessTokenUrl: undefined }
      expect(await door.refusal(changed(example(name, HOST), missing))).toEqual({
        [`${AT}/clientId`]: 'field.missing',
        [`${AT}/clientSecret`]: 'field.missing',
        [`${AT}/accessTokenUrl`]: 'field.missing',
      })
    }
  })

  test('D6: scope is a list of texts, by either of its names', async () => {
    expect(await door.refusal(changed(code(), { scope: 'read write' }))).toEqual({
      [`${AT}/scope`]: 'field.invalid',
    })
    expect(await door.refusal(changed(code(), { scope: ['read', 7] }))).toEqual({
      [`${AT}/scope/1`]: 'field.invalid',
    })
    const named = changed(code(), { scope: undefined, scopes: ['a', 'b'] })
    expect((await recipeOf(named)).scope).toEqual(['a', 'b'])
    const agreeing = changed(code(), { scope: ['a', 'b'], scopes: ['b', 'a'] })
    expect((await recipeOf(agreeing)).scope).toEqual(['a', 'b'])
    expect(await door.refusal(changed(code(), { scope: ['a'], scopes: ['a', 'b'] }))).toEqual({
      [`${AT}/scopes`]: 'field.invalid',
    })
  })

  test('D41: names and values are case sensitive, and the refusal says so', async () => {
    const { body } = await door.create(changed(code(), { clientId: undefined, ClientId: 'x' }))
    expect(body.errors.map(({ path, hint }: Configuration) => [path, hint])).toEqual([
      [`${AT}/clientId`, 'Names are case sensitive: "ClientId" is not "clientId".'],
      [`${AT}/ClientId`, 'Write clientId.'],
    ])
    expect((await door.create({ CustomerAuthenticationConfigurations: [] })).body.errors[0]?.hint).toMatch(
      /case/,
    )
  })

  test('D3, D7: addresses are addresses, and the callback is the registered one', async () => {
    expect(await door.refusal(changed(code(), { authorizationUrl: '/dialog' }))).toEqual({
      [`${AT}/authorizationUrl`]: 'field.invalid',
    })
    expect(await recipeOf(code())).toMatchObject({
      grant: 'authorization_code',
      callback_path: '/data/core/activation/oauth/api/v1/callback',
    })
    expect((await recipeOf(example('password', HOST))).callback_path).toBeUndefined()
  })

  test('D14: says where its answers keep the outputs', async () => {
    const paths = {
      accessTokenResponsePath: 'data.token',
      refreshTokenResponsePath: 'data.refresh[0]',
      expiresInResponsePath: 'data.life',
    }
    expect((await recipeOf(changed(code(), paths))).response).toEqual({
      access_token: 'data.token',
      refresh_token: 'data.refresh[0]',
      expires_in: 'data.life',
    })
    expect(await door.refusal(changed(code(), { accessTokenResponsePath: 'a..b' }))).toEqual({
      [`${AT}/accessTokenResponsePath`]: 'field.invalid',
    })
  })

  test('D32: the headers of the request are what templates see as the user context', async () => {
    expect((await recipeOf(code())).user_context).toEqual({
      imsOrgId: 'AB12@AdobeOrg',
      sandboxName: 'prod',
      client: 'the-api-key',
    })
  })

  test('D43: of another type needs nothing; its customer is asked for the values', async () => {
    const types = ['BEARER', 'BASIC', 'S3', 'GOOGLE_CLOUD_STORAGE', 'SFTP_WITH_PASSWORD', 'SFTP_WITH_SSH_KEY']
    const azure = ['AZURE_CONNECTION_STRING', 'AZURE_SERVICE_PRINCIPAL', 'OAUTH1']
    const customerAuthenticationConfigurations = [...types, ...azure].map((authType) => ({ authType }))
    const { status, body } = await door.create({ customerAuthenticationConfigurations })
    expect([status, body.customerAuthenticationConfigurations]).toEqual([
      200,
      customerAuthenticationConfigurations,
    ])
    const basic = await broker.api.create({
      name: 'd43-basic',
      provider: `destination-${body.instanceId}-1`,
      recipe: { field_values: { username: 'ada' } },
      secrets: { password: 'lovelace' },
    })
    expect([basic.status, basic.body.status]).toEqual([201, 'active'])
    expect((await broker.api.token('d43-basic')).body).toMatchObject({
      token_type: 'Basic',
      access_token: btoa('ada:lovelace'),
    })
    const sftp = (await broker.api.call('GET', `/v1/providers/destination-${body.instanceId}-4`)).body.recipe
    expect((sftp.fields as Configuration[]).map(({ name, default: preset }) => [name, preset])).toEqual([
      ['domain', undefined],
      ['username', undefined],
      ['port', 22],
      ['token', undefined],
    ])
    const { body: missing } = await broker.api.create({
      name: 'd43-none',
      provider: `destination-${body.instanceId}-0`,
    })
    expect(missing.errors.map(({ path }) => path)).toEqual(['/secrets/token'])
  })
})

describe('a field', () => {
  test('D16: keeps its words, type, need and source', async () => {
    const field = {
      name: 'accountId',
      title: 'Account',
      description: 'As on your invoice',
      type: 'string',
      isRequired: true,
      source: 'CUSTOMER',
      pattern: '[0-9]+',
      enum: ['1', '2'],
      default: '1',
    }
    expect((await recipeOf(withFields(field))).fields).toEqual([
      {
        name: 'accountId',
        title: 'Account',
        description: 'As on your invoice',
        type: 'string',
        required: true,
        supplied_by: 'customer',
        pattern: '[0-9]+',
        enum: ['1', '2'],
        default: '1',
      },
    ])
  })

  test('D17: is a string, a boolean or an integer, and its value fits', async () => {
    const field = `${AT}/authenticationDataFields/0`
    for (const [type, value] of [
      ['integer', '3600'],
      ['integer', 1.5],
      ['boolean', 'true'],
      ['string', 7],
    ]) {
      expect(await door.refusal(withFields({ name: 'x', type, value }))).toEqual({
        [`${field}/value`]: 'field.invalid',
      })
    }
    for (const type of ['object', 'String', 'number']) {
      expect(await door.refusal(withFields({ name: 'x', type, value: 'y' }))).toEqual({
        [`${field}/type`]: 'field.invalid',
      })
    }
    const untyped = await recipeOf(
      withFields({ name: 'expiresIn', value: 3600 }, { name: 'on', value: true }),
    )
    expect((untyped.fields as Configuration[]).slice(0, 2).map(({ type }) => type)).toEqual([
      'integer',
      'boolean',
    ])
  })

  test('D18: that its customer has to give is asked for before anything is sent', async () => {
    const provider = await door.provider(example('customerClient', HOST))
    const { status, body } = await broker.api.create({ name: 'd18', provider })
    expect(status).toBe(422)
    expect(body.errors.map(({ path }) => path).sort()).toEqual([
      '/recipe/field_values/clientId',
      '/recipe/field_values/moviestarId',
      '/secrets/clientSecret',
    ])
  })

  test('D20: says by source or by fieldType who gives it, and not both ways', async () => {
    const both = await recipeOf(
      withFields(
        { name: 'a', source: 'CUSTOMER' },
        { name: 'b', fieldType: 'CUSTOMER' },
        { name: 'c', source: 'PARTNER', value: 'v' },
        { name: 'd', fieldType: 'PARTNER', value: 'w' },
      ),
    )
    expect((both.fields as Configuration[]).slice(0, 4).map(({ supplied_by }) => supplied_by)).toEqual([
      'customer',
      'customer',
      'partner',
      'partner',
    ])
    const field = `${AT}/authenticationDataFields/0`
    expect(
      await door.refusal(withFields({ name: 'a', source: 'CUSTOMER', fieldType: 'PARTNER', value: 'x' })),
    ).toEqual({
      [`${field}/fieldType`]: 'field.invalid',
      [`${field}/value`]: 'field.invalid',
    })
    expect(await door.refusal(withFields({ name: 'a', source: 'customer' }))).toEqual({
      [`${field}/source`]: 'field.invalid',
    })
    expect(await door.refusal(withFields({ name: 'a', source: 'PARTNER' }))).toEqual({
      [`${field}/value`]: 'field.missing',
    })
  })

  test('D19: that is a secret has no default', async () => {
    for (const secret of [{ name: 'pin', format: 'password' }, { name: 'refreshToken' }]) {
      expect(await door.refusal(withFields({ ...secret, type: 'string', default: 'canary' }))).toEqual({
        [`${AT}/authenticationDataFields/0/default`]: 'field.invalid',
      })
      expect((await door.create(withFields({ ...secret, default: null }))).status).toBe(200)
    }
  })

  test('D16: twice, without a name or with one that no template can read is refused', async () => {
    expect(await door.refusal(withFields({ name: 'a' }, { name: 'a' }))).toEqual({
      [`${AT}/authenticationDataFields/1/name`]: 'field.invalid',
    })
    expect(await door.refusal(withFields({ title: 'a' }))).toEqual({
      [`${AT}/authenticationDataFields/0/name`]: 'field.missing',
    })
    expect(await door.refusal(withFields({ name: 'a-b' }))).toEqual({
      [`${AT}/authenticationDataFields/0/name`]: 'field.invalid',
    })
  })
})

describe('accessTokenRequest', () => {
  const request = `${AT}/accessTokenRequest`

  test('D24: goes to a URL and nowhere else', async () => {
    const elsewhere = templated((one) => {
      one.destinationServerType = 'FILE_BASED_S3'
    })
    expect(await door.refusal(elsewhere)).toEqual({ [`${request}/destinationServerType`]: 'field.invalid' })
    const nowhere = templated((one) => {
      delete one.urlBasedDestination
    })
    expect(await door.refusal(nowhere)).toEqual({ [`${request}/urlBasedDestination`]: 'field.missing' })
  })

  test('D25: a text is a template or a constant, by its strategy', async () => {
    const constant = templated((one) => {
      one.httpTemplate.requestBody = { templatingStrategy: 'NONE', value: '{{ not.rendered }}' }
    })
    expect((await recipeOf(constant)).token_request).toMatchObject({ body: '{{ not.rendered }}' })
    const misspelt = templated((one) => {
      one.httpTemplate.requestBody.templatingStrategy = 'PEBBLE'
    })
    expect(await door.refusal(misspelt)).toEqual({
      [`${request}/httpTemplate/requestBody/templatingStrategy`]: 'field.invalid',
    })
  })

  test('D26, D27: method, content type, query and headers go with it', async () => {
    const full = templated(({ httpTemplate }) => {
      httpTemplate.httpMethod = 'PUT'
      httpTemplate.contentType = 'application/json'
      httpTemplate.queryParameters = { templatingStrategy: 'NONE', value: 'v=1' }
      httpTemplate.headers = [{ header: 'X-Env', value: { templatingStrategy: 'NONE', value: 'prod' } }]
    })
    expect((await recipeOf(full)).token_request).toMatchObject({
      method: 'PUT',
      content_type: 'application/json',
      query: 'v=1',
      headers: { 'X-Env': 'prod' },
    })
    const none = templated(({ httpTemplate }) => {
      httpTemplate.headers = []
    })
    expect((await recipeOf(none)).token_request).toMatchObject({ headers: {} })
    const text = templated(({ httpTemplate }) => {
      httpTemplate.headers = 'X-Env: prod'
      httpTemplate.httpMethod = 'post'
    })
    expect(await door.refusal(text)).toEqual({
      [`${request}/httpTemplate/headers`]: 'field.invalid',
      [`${request}/httpTemplate/httpMethod`]: 'field.invalid',
    })
  })

  test('D39, D40: a template that does not compile is refused at its place, with line and column', async () => {
    const broken = templated((one) => {
      one.httpTemplate.requestBody.value = 'a\n{{ authData. }}'
      one.responseFields[0].value = '{% include "x" %}'
      one.validations = [
        {
          name: 'range',
          actualValue: { templatingStrategy: 'PEBBLE_V1', value: '{{ range(1, 3) }}' },
          expectedValue: { templatingStrategy: 'NONE', value: '1' },
        },
      ]
    })
    const { body } = await door.create(broken)
    expect(body.errors.map(({ path, code, line }: Configuration) => [path, code, line])).toEqual(
      expect.arrayContaining([
        [`${request}/httpTemplate/requestBody/value`, 'template.invalid', 2],
        [`${request}/responseFields/0/value`, 'template.invalid', 1],
        [`${request}/validations/0/actualValue/value`, 'template.invalid', 1],
      ]),
    )
  })

  test('D26: a header is refused at its name or at its value, whichever is wrong', async () => {
    const headers = templated(({ httpTemplate }) => {
      httpTemplate.headers = [
        { header: 'X-Template', value: { templatingStrategy: 'PEBBLE_V1', value: '{{ x' } },
        { header: 'X-Lines', value: { templatingStrategy: 'NONE', value: 'a\nb' } },
        { header: 'X Name', value: { templatingStrategy: 'NONE', value: 'prod' } },
      ]
    })
    expect(await door.refusal(headers)).toEqual({
      [`${request}/httpTemplate/headers/0/value/value`]: 'template.invalid',
      [`${request}/httpTemplate/headers/1/value/value`]: 'field.invalid',
      [`${request}/httpTemplate/headers/2/header`]: 'field.invalid',
    })
  })

  test('D33: custom fields are fields that answers fill', async () => {
    const custom = templated((one) => {
      one.responseFields.push({
        name: 'instanceUrl',
        templatingStrategy: 'PEBBLE_V1',
        value: '{{ response.body.instance_url }}',
      })
    })
    const fields = (await recipeOf(custom)).fields as Configuration[]
    expect(fields.find(({ name }) => name === 'instanceUrl')).toEqual({
      name: 'instanceUrl',
      title: 'Instance URL',
      type: 'string',
      from_response: { template: '{{ response.body.instance_url }}' },
    })
  })
})

function readOrNothing(path: string): string {
  try {
    return readFileSync(path, 'latin1')
  } catch {
    return ''
  }
}
