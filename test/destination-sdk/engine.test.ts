import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { TestBroker } from '../broker.ts'
import { counting, type OddProvider, startOddProvider } from '../engine/odd-provider.ts'
import { changed, type Door, openDoor, startDoorBroker } from './door.ts'
import { type Configuration, entryOf, example } from './examples.ts'

let partner: OddProvider
let broker: TestBroker
let door: Door
let made = 0

beforeAll(async () => {
  partner = await startOddProvider()
  broker = await startDoorBroker()
  door = openDoor(broker)
})
afterAll(async () => {
  await broker?.close()
  await partner?.close()
})

const pebble = (value: string) => ({ templatingStrategy: 'PEBBLE_V1', value })
const constant = (value: string) => ({ templatingStrategy: 'NONE', value })

/** The client-credentials example with a request that a test bends. */
function bent(bend: (request: Configuration, entry: Configuration) => void): Configuration {
  const configuration = example('customerClient', partner.url)
  const entry = entryOf(configuration)
  bend(entry.accessTokenRequest, entry)
  return configuration
}

/** An account of this configuration; answers its name. */
async function account(configuration: Configuration): Promise<string> {
  const name = `engine-${++made}`
  await broker.api.create({
    name,
    provider: await door.provider(configuration),
    recipe: { field_values: { clientId: 'a&b', moviestarId: 'acme' } },
    secrets: { clientSecret: 'c d+e' },
  })
  return name
}

const tokenOf = async (name: string) => (await broker.api.token(name)).body

describe('templates of a configuration', () => {
  test('D28: formUrlEncode joins names and values by &, each form-encoded', async () => {
    partner.answer(counting())
    await account(bent(() => {}))
    expect(partner.last().body).toBe('grant_type=client_credentials&client_id=a%26b&client_secret=c+d%2Be')
  })

  test('D29: without raw an ampersand goes out as &amp;', async () => {
    partner.answer(counting())
    await account(
      bent((request) => {
        request.httpTemplate.requestBody = pebble("{{ formUrlEncode('a', '1', 'b', '2') }}")
      }),
    )
    expect(partner.last().body).toBe('a=1&amp;b=2')
  })

  test('D25, D26, D27, D32, D40: method, type, query and headers go out as they are written or rendered', async () => {
    partner.answer(counting())
    await account(
      bent(({ httpTemplate }) => {
        httpTemplate.httpMethod = 'PUT'
        httpTemplate.contentType = 'application/json'
        httpTemplate.requestBody = pebble(
          '{"org":"{{ userContext.imsOrgId }}","box":"{{ userContext.sandboxName }}","by":"{{ userContext.client }}","none":"{{ authData.nothing.at.all }}"}',
        )
        httpTemplate.queryParameters = constant('v={{1}}'.replace(/[{}]/g, ''))
        httpTemplate.headers = [
          { header: 'X-Env', value: constant('{{ as it is }}') },
          { header: 'X-Account', value: pebble('{{ authData.moviestarId | upper }}') },
          { header: 'Authorization', value: constant('Basic b2s6b2s=') },
        ]
      }),
    )
    expect(partner.last()).toMatchObject({
      method: 'PUT',
      url: '/identity/oauth/token?v=1',
      body: '{"org":"AB12@AdobeOrg","box":"prod","by":"the-api-key","none":""}',
      headers: {
        'content-type': 'application/json',
        'x-env': '{{ as it is }}',
        'x-account': 'ACME',
        authorization: 'Basic b2s6b2s=',
      },
    })
  })

  test('D9, D31, D33: outputs come from body, status and headers of the answer', async () => {
    partner.answer(() => ({
      status: 201,
      headers: { 'X-Life': '1800', 'X-Type': 'Token' },
      body: { deep: [{ token: 'the-token' }], renew: 'the-refresh', of: 'read' },
    }))
    const name = await account(
      bent((request) => {
        request.responseFields = [
          { name: 'accessToken', ...pebble('{{ response.body.deep[0].token }}') },
          { name: 'refreshToken', ...pebble('{{ response.body.renew }}') },
          { name: 'expiresIn', ...pebble('{{ response.headers["x-life"][0] }}') },
          { name: 'tokenType', ...pebble('{{ response.headers["x-type"][0] }}') },
          { name: 'scope', ...pebble('{{ response.body.of }}') },
          { name: 'answered', ...pebble('{{ response.status }}') },
        ]
      }),
    )
    expect(await tokenOf(name)).toMatchObject({
      access_token: 'the-token',
      token_type: 'Token',
      outputs: { answered: '201' },
    })
    const { token } = await broker.api.credential(name)
    expect(Date.parse(token!.expires_at!) - Date.parse(token!.issued_at)).toBe(1_800_000)
  })

  test('D10: any life will do, of half an hour or of ninety days', async () => {
    for (const seconds of [1800, 90 * 86_400]) {
      partner.answer(counting({ expires_in: seconds }))
      const { token } = await broker.api.credential(await account(bent(() => {})))
      expect((Date.parse(token!.expires_at!) - Date.parse(token!.issued_at)) / 1000).toBe(seconds)
    }
  })

  test('D14: answers without a template are read at the paths of the configuration', async () => {
    partner.answer(() => ({ body: { data: { token: 'deep-token', life: 600 } } }))
    const configuration = changed(example('clientCredentials', partner.url), {
      accessTokenResponsePath: 'data.token',
      expiresInResponsePath: 'data.life',
    })
    const name = await plainAccount(configuration)
    expect((await tokenOf(name)).access_token).toBe('deep-token')
  })
})

async function plainAccount(configuration: Configuration): Promise<string> {
  const name = `engine-${++made}`
  await broker.api.create({ name, provider: await door.provider(configuration) })
  return name
}

describe('nothing loses a token that is valid', () => {
  /** An account with a token, whose next answer is judged under other conditions. */
  async function afterBadAnswer(
    configuration: Configuration,
    body: unknown,
  ): Promise<{ name: string; kind: string }> {
    partner.answer(counting({ expires_in: 3600, ok: 'yes' }))
    const name = await account(configuration)
    expect((await tokenOf(name)).access_token).toBe('token-1')
    partner.answer(() => ({ body }))
    const { body: exchange } = await broker.api.exchange(name)
    return { name, kind: exchange.kind }
  }

  const validated = (expected: Configuration) =>
    bent((request) => {
      request.validations = [
        { name: 'it is well', actualValue: pebble('{{ response.body.ok }}'), expectedValue: expected },
      ]
    })

  test('D34: a validation that fails saves nothing, and is named with what was found and expected', async () => {
    const { name, kind } = await afterBadAnswer(validated(constant('yes')), {
      access_token: 'other',
      ok: 'no',
    })
    expect(kind).not.toBe('token')
    expect((await tokenOf(name)).access_token).toBe('token-1')
    const { status, reason } = await broker.api.credential(name)
    expect([status, reason?.detail]).toEqual(['degraded', expect.stringMatching(/it is well.*no.*yes/s)])
  })

  test('D35, D36, D37: what is expected may be an expression; emptiness and status print as text', async () => {
    const configuration = bent((request) => {
      request.validations = [
        { name: 'status', actualValue: pebble('{{ response.status }}'), expectedValue: pebble('200') },
        {
          name: 'empty',
          actualValue: pebble('{{ response.body.error is empty }}'),
          expectedValue: constant('true'),
        },
        {
          name: 'word',
          actualValue: pebble('{{ response.body.ok }}'),
          expectedValue: constant('y[aeiou]s|no+'),
        },
      ]
    })
    const { name, kind } = await afterBadAnswer(configuration, { access_token: 'second', ok: 'nooo' })
    expect([kind, (await tokenOf(name)).access_token]).toEqual(['token', 'second'])
    const bad = await afterBadAnswer(configuration, { access_token: 'third', ok: 'nope' })
    expect([bad.kind === 'token', (await tokenOf(bad.name)).access_token]).toEqual([false, 'token-1'])
  })

  test('D34: validations beside the request count as well', async () => {
    const configuration = bent((_request, entry) => {
      entry.validations = [
        { name: 'beside', actualValue: pebble('{{ response.body.ok }}'), expectedValue: constant('yes') },
      ]
    })
    const { name, kind } = await afterBadAnswer(configuration, { access_token: 'other', ok: 'no' })
    expect([kind === 'token', (await tokenOf(name)).access_token]).toEqual([false, 'token-1'])
  })

  test('a mapping that finds nothing keeps the token', async () => {
    const { name, kind } = await afterBadAnswer(
      bent(() => {}),
      { expires_in: 3600 },
    )
    expect([kind === 'token', (await tokenOf(name)).access_token]).toEqual([false, 'token-1'])
  })

  test('a template that fails while it is rendered keeps the token', async () => {
    const configuration = bent((request) => {
      request.responseFields[0] = {
        name: 'accessToken',
        ...pebble(
          '{{ response.body.access_token }}{{ (response.body.ok is empty ? "x" : "ok") | slice(0, 9) }}',
        ),
      }
    })
    partner.answer(counting({ expires_in: 3600, ok: 'yes' }))
    const name = await account(bent(() => {}))
    expect((await tokenOf(name)).access_token).toBe('token-1')
    const { body } = await broker.api.credential(name).then(async ({ provider }) => {
      const id = provider!.name.slice('destination-'.length, -2)
      await door.call('PUT', id, configuration)
      return broker.api.call('PATCH', `/v1/credentials/${name}`, { provider: provider!.name })
    })
    expect(body.provider?.version).toBe(2)
    expect((await broker.api.exchange(name)).body.kind).not.toBe('token')
    expect((await tokenOf(name)).access_token).toBe('token-1')
    const { reason } = await broker.api.credential(name)
    expect(reason?.detail).toMatch(/line 1, column \d+/)
  })

  test('a token that would break a header is refused, and the one before serves', async () => {
    const { name, kind } = await afterBadAnswer(
      bent(() => {}),
      { access_token: 'a\r\nX: 1', expires_in: 60 },
    )
    expect([kind === 'token', (await tokenOf(name)).access_token]).toEqual([false, 'token-1'])
  })
})
