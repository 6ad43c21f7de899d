import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from './broker.ts'
import { clientCredentials, type Provider, startProvider } from './provider.ts'

let broker: TestBroker
let provider: Provider

beforeAll(async () => {
  broker = await startTestBroker()
  provider = await startProvider()
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
})

/** The headers that reach the API when a request goes through the proxy. */
async function injected(body: Record<string, unknown>): Promise<Record<string, unknown>> {
  const made = await broker.api.create({ destinations: [provider.apiUrl], ...body })
  expect([made.status, made.body.status, made.body.reason]).toEqual([201, 'active', null])
  const answer = await broker.api.proxy(String(body.name), `${provider.apiUrl}me?x=1`)
  expect(answer.status).toBe(200)
  expect(provider.apiCalls.at(-1)?.url).toBe('/api/me?x=1')
  return provider.apiCalls.at(-1)!.headers
}

describe('what reaches the API', () => {
  test('of a token that was entered is that token, in the header that the recipe names', async () => {
    const secrets = { token: 'entered-token' }
    const plain = await injected({ name: 'static', recipe: { grant: 'static_token' }, secrets })
    expect(plain.authorization).toBe('Bearer entered-token')
    const recipe = { grant: 'static_token', injection: { header: 'X-Api-Key' } }
    const header = await injected({ name: 'api-key', recipe, secrets })
    expect([header['x-api-key'], header.authorization]).toEqual(['entered-token', undefined])
    const scheme = { grant: 'static_token', injection: { scheme: 'Token' } }
    expect((await injected({ name: 'scheme', recipe: scheme, secrets })).authorization).toBe(
      'Token entered-token',
    )
  })

  test('of user name and password is Basic authentication', async () => {
    const { authorization } = await injected({
      name: 'basic',
      recipe: { grant: 'http_basic', username: 'ada' },
      secrets: { password: 'pässwörd:with colon' },
    })
    expect(Buffer.from(String(authorization).replace('Basic ', ''), 'base64').toString()).toBe(
      'ada:pässwörd:with colon',
    )
  })

  test('of the password grant is the token that came for user name and password', async () => {
    provider.behave(({ form }) => ({ access_token: `for-${form.get('username')}-${form.get('password')}` }))
    const { authorization } = await injected({
      name: 'password',
      recipe: { grant: 'password', token_url: provider.tokenUrl, username: 'ada' },
      secrets: { password: 'open' },
    })
    expect(authorization).toBe('Bearer for-ada-open')
  })

  test('may be another output of the exchange', async () => {
    provider.behave(() => ({ access_token: 'user', data: { bot: { token: 'bot-token' } } }))
    const body = clientCredentials(provider, 'bot', {
      response: { outputs: { bot: 'data.bot.token' } },
      injection: { output: 'bot' },
    })
    expect((await injected(body)).authorization).toBe('Bearer bot-token')
    expect((await broker.api.token('bot')).body.outputs).toEqual({ bot: 'bot-token' })
  })

  test('is nothing when no rule allows it, however the URL is written', async () => {
    provider.behave(() => ({ access_token: 'guarded' }))
    const rule = `${provider.apiUrl}open/`
    await broker.api.create({ ...clientCredentials(provider, 'guarded'), destinations: [rule] })
    const sent = provider.apiCalls.length
    for (const path of ['closed/', 'open', 'open/%2e%2e/closed', 'open%2f..%2fclosed', 'OPEN/x']) {
      const answer = await broker.api.proxy('guarded', provider.apiUrl + path)
      expect([path, answer.headers.get('bursar-error')]).toEqual([
        path,
        expect.stringMatching(/^destination\./),
      ])
    }
    expect(provider.apiCalls.length).toBe(sent)
    expect((await broker.api.proxy('guarded', `${rule}x`)).status).toBe(200)
  })

  test('is nothing when a token was entered whose end has come', async () => {
    await injected({
      name: 'ending',
      recipe: { grant: 'static_token', lifetime: { default_expires_in: 60 } },
      secrets: { token: 'ending-token' },
    })
    broker.clock.advance(61)
    const answer = await broker.api.proxy('ending', `${provider.apiUrl}me`)
    expect([answer.status, answer.headers.get('bursar-error')]).toEqual([503, 'token.ended'])
  })
})

describe('a gateway that asks first', () => {
  test('gets the header to send for an allowed request and a reason for any other', async () => {
    await broker.api.create({
      name: 'gateway',
      recipe: { grant: 'static_token' },
      secrets: { token: 'for-the-gateway' },
      destinations: [{ url: 'https://api.example.com/v1/', methods: ['GET'] }],
    })
    const ask = (uri: string, method = 'GET') =>
      fetch(`${broker.url}/forward-auth/gateway`, {
        headers: {
          'Bursar-Key': broker.api.key,
          'X-Forwarded-Method': method,
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-Host': 'api.example.com',
          'X-Forwarded-Uri': uri,
        },
      })
    const allowed = await ask('/v1/me')
    expect([allowed.status, allowed.headers.get('authorization')]).toEqual([200, 'Bearer for-the-gateway'])
    for (const refused of [await ask('/v2/me'), await ask('/v1/me', 'POST')]) {
      expect([refused.status, refused.headers.get('authorization')]).toEqual([403, null])
      expect(await refused.json()).toMatchObject({ code: 'destination.refused' })
    }
  })
})
