import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import { startTestBroker, type TestBroker } from './broker.ts'
import {
  type Behaviour,
  clientCredentials,
  countingTokens,
  type Provider,
  startProvider,
} from './provider.ts'

let broker: TestBroker
let provider: Provider
let count = 0

beforeAll(async () => {
  broker = await startTestBroker()
  provider = await startProvider((call, response) =>
    clients.get(call.form.get('client_id'))?.(call, response),
  )
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
})
beforeEach(() => {
  provider.accepted = null
  provider.apiCalls.length = 0
})

/** A new credential, a client of its own, to which the provider answers these members beside the token. */
async function made(members: Record<string, unknown>, recipe: Record<string, unknown> = {}) {
  count += 1
  const name = `life-${count}`
  clients.set(name, countingTokens(members))
  const own = { client_id: name, client_auth: 'client_secret_post', ...recipe }
  const { body } = await broker.api.create(clientCredentials(provider, name, own))
  return body
}

const clients = new Map<string | null, Behaviour>()
const callsOf = (name: string) => provider.calls.filter(({ form }) => form.get('client_id') === name).length

const jwt = (claims: Record<string, unknown>) =>
  ['{"alg":"none"}', JSON.stringify(claims), 'signature']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.')

const lifeOf = (body: { token: { issued_at: string; expires_at: string | null } | null }) =>
  body.token?.expires_at == null
    ? null
    : (Date.parse(body.token.expires_at) - Date.parse(body.token.issued_at)) / 1000

describe('the end of a token', () => {
  test.each<[string, Record<string, unknown>, number | null, string]>([
    ['a number', { expires_in: 1800 }, 1800, 'response'],
    ['a numeric string', { expires_in: '1800' }, 1800, 'response'],
    ['a fraction', { expires_in: 1799.9 }, 1799, 'response'],
    ['absent', {}, null, 'none'],
    ['null', { expires_in: null }, null, 'none'],
    ['zero', { expires_in: 0 }, null, 'none'],
    ['negative', { expires_in: -1 }, null, 'none'],
    ['huge', { expires_in: 1e15 }, null, 'none'],
    ['a word', { expires_in: 'soon' }, null, 'none'],
  ])('is right when expires_in is %s', async (_what, members, life, from) => {
    const body = await made(members)
    expect(body).toMatchObject({ status: 'active', token: { expires_from: from } })
    expect(lifeOf(body)).toBe(life)
    expect((await broker.api.token(body.name)).status).toBe(200)
  })

  test.each<[string, Record<string, unknown>, unknown]>([
    ['milliseconds', { expires_in: 1_800_000 }, 'milliseconds'],
    ['milliseconds as a string', { expires_in: '1800000' }, 'milliseconds'],
  ])('is right in %s', async (_what, members, unit) => {
    const body = await made(members, { lifetime: { expires_in_unit: unit } })
    expect(lifeOf(body)).toBe(1800)
  })

  test('is that of the JWT when the answer does not say', async () => {
    const exp = broker.clock.now() + 900
    const body = await made({ access_token: jwt({ exp, iat: exp - 900 }) })
    expect(body.token?.expires_from).toBe('jwt')
    expect(lifeOf(body)).toBeGreaterThan(890)
  })

  test('is the default of the recipe when nobody else says', async () => {
    const body = await made({}, { lifetime: { default_expires_in: 300 } })
    expect([body.token?.expires_from, lifeOf(body)]).toEqual(['default', 300])
  })

  test('that is nearer than the recipe demands makes no token', async () => {
    const body = await made({ expires_in: 30 }, { lifetime: { minimum_expires_in: 60 } })
    expect([body.status, body.token, body.reason?.code]).toEqual(['broken', null, 'provider.token_too_short'])
  })
})

describe('the remaining life that a caller asks for', () => {
  test('is served as it is when it is there, else by one exchange, else refused', async () => {
    const { name } = await made({ expires_in: 1000 }, { lifetime: { refresh_before_seconds: 10 } })
    expect((await broker.api.token(name, '?min_ttl=900')).body.version).toBe(1)
    broker.clock.advance(200)
    expect((await broker.api.token(name, '?min_ttl=900')).body.version).toBe(2)
    const never = await broker.api.token(name, '?min_ttl=2000')
    expect([never.status, never.body.code]).toEqual([503, 'token.too_short'])
    expect((await broker.api.token(name)).body.version).toBe(2)
  })
})

describe('a token that the destination rejects', () => {
  test('is replaced once and the request is sent again with the body it had', async () => {
    const { name } = await made({})
    provider.accepted = new Set(['token-2'])
    const answer = await broker.api.proxy(name, `${provider.apiUrl}orders`, { method: 'POST', body: 'once' })
    expect([answer.status, JSON.parse(answer.text).body]).toEqual([200, 'once'])
    expect(provider.apiCalls.map(({ headers }) => headers.authorization)).toEqual([
      'Bearer token-1',
      'Bearer token-2',
    ])
    expect((await broker.api.token(name)).body.access_token).toBe('token-2')
  })

  test('by many requests at once is replaced once, and all of them go through', async () => {
    const { name } = await made({})
    provider.accepted = new Set(['token-2'])
    const answers = await Promise.all(
      Array.from({ length: 12 }, () => broker.api.proxy(name, `${provider.apiUrl}me`)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(12).fill(200))
    expect(callsOf(name)).toBe(2)
  })

  test('for good does not make a loop: the 401 is passed on and no more tokens are asked for', async () => {
    const { name } = await made({ expires_in: 3600 })
    provider.accepted = new Set()
    for (let round = 0; round < 5; round += 1) {
      const answer = await broker.api.proxy(name, `${provider.apiUrl}me`)
      expect([answer.status, answer.headers.get('bursar-error')]).toEqual([401, null])
    }
    expect(callsOf(name)).toBe(2)
  })

  test('now and then over a day is replaced each time', async () => {
    const { name } = await made({ expires_in: 86_400 })
    for (let version = 2; version <= 8; version += 1) {
      provider.accepted = new Set([`token-${version}`])
      broker.clock.advance(1800)
      expect((await broker.api.proxy(name, `${provider.apiUrl}me`)).status).toBe(200)
    }
  })

  test('teaches how long such tokens live when nobody says it', async () => {
    const { name } = await made({})
    broker.clock.advance(600)
    provider.accepted = new Set(['token-2'])
    expect((await broker.api.proxy(name, `${provider.apiUrl}me`)).status).toBe(200)
    const learned = await broker.api.credential(name)
    expect(learned.token?.expires_from).toBe('learned')
    expect(lifeOf(learned)).toBeGreaterThanOrEqual(600)
    expect(lifeOf(learned)).toBeLessThan(620)
    provider.accepted = null
    broker.clock.advance(500)
    await awaitUntil('it is replaced in good time from now on', async () => {
      return (await broker.api.credential(name)).token?.version === 3
    })
  })

  /** The credential once it has its next token, after so many seconds. */
  const nextAfter = async (seconds: number, name: string, version: number) => {
    broker.clock.advance(seconds)
    return awaitUntil(`token ${version} is there`, async () => {
      const body = await broker.api.credential(name)
      return body.token?.version === version ? body : null
    })
  }
  /** What is left once a token was rejected and replaced through the proxy. */
  const rejected = async (seconds: number, name: string, version: number) => {
    broker.clock.advance(seconds)
    provider.accepted = new Set([`token-${version}`])
    expect((await broker.api.proxy(name, `${provider.apiUrl}me`)).status).toBe(200)
    provider.accepted = null
    return broker.api.credential(name)
  }

  test('once is forgotten as tokens outlive what it taught', async () => {
    const { name } = await made({})
    expect(lifeOf(await rejected(600, name, 2))).toBe(600)
    expect(lifeOf(await nextAfter(550, name, 3))).toBe(1_200)
    expect(lifeOf(await nextAfter(1_100, name, 4))).toBe(2_400)
    expect(lifeOf(await nextAfter(2_200, name, 5))).toBe(4_800)
  })

  test('once is forgotten up to the life that the recipe says', async () => {
    const { name } = await made({}, { lifetime: { default_expires_in: 1_500 } })
    expect(lifeOf(await rejected(600, name, 2))).toBe(600)
    expect(lifeOf(await nextAfter(550, name, 3))).toBe(1_200)
    const forgotten = await nextAfter(1_100, name, 4)
    expect([lifeOf(forgotten), forgotten.token?.expires_from]).toEqual([1_500, 'default'])
    expect(lifeOf(await nextAfter(1_400, name, 5))).toBe(1_500)
  })

  test('at the same age again teaches for good', async () => {
    const { name } = await made({})
    expect(lifeOf(await rejected(600, name, 2))).toBe(600)
    expect(lifeOf(await nextAfter(550, name, 3))).toBe(1_200)
    expect(lifeOf(await rejected(610, name, 4))).toBe(600)
    expect(lifeOf(await nextAfter(550, name, 5))).toBe(600)
    expect(lifeOf(await nextAfter(550, name, 6))).toBe(600)
  })

  test('right after it came teaches nothing about its life', async () => {
    const { name } = await made({})
    provider.accepted = new Set(['token-2'])
    expect((await broker.api.proxy(name, `${provider.apiUrl}me`)).status).toBe(200)
    expect((await broker.api.credential(name)).token?.expires_from).toBe('none')
  })
})

describe('a token that is due', () => {
  test('is replaced before it ends, and those made together are spread', async () => {
    clients.set('spread', countingTokens({ expires_in: 10_000 }))
    const own = { client_id: 'spread', client_auth: 'client_secret_post' }
    const names = Array.from({ length: 20 }, (_, index) => `spread-${index}`)
    const due = await Promise.all(
      names.map(async (name) => {
        const { body } = await broker.api.create(clientCredentials(provider, name, own))
        return Date.parse(body.token?.refresh_due_at ?? '')
      }),
    )
    expect(new Set(due).size).toBeGreaterThan(10)
    broker.clock.advance(8300)
    await awaitUntil('all of them are replaced', async () => {
      const { body } = await broker.api.call('GET', '/v1/credentials?q=spread-&limit=100')
      return body.items.every(({ token }) => (token?.version ?? 0) >= 2)
    })
  })
})
