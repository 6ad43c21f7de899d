import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { type PostgresServer, startPostgres } from '../postgres.ts'
import { startTokenServer, type TokenServer } from './token-server.ts'
import { change, create, idsOf, type Json, namesOf, type World, worldOf } from './world.ts'

let postgres: PostgresServer
beforeAll(async () => {
  postgres = await startPostgres()
})
afterAll(() => postgres?.stop())

const DATABASES: Record<string, () => Promise<Record<string, string>>> = {
  SQLite: async () => ({}),
  PostgreSQL: async () => ({ BURSAR_DATABASE_URL: await postgres.createDatabase() }),
}
const HOUR = 3_600
const FAILING = { status: 503, body: { error: 'temporarily_unavailable' } }

describe.each(Object.entries(DATABASES))('on %s', (_engine, database) => {
  let tokens: TokenServer
  let broker: TestBroker
  let world: World
  let property: string
  let environment: string

  beforeAll(async () => {
    tokens = await startTokenServer()
    broker = await startTestBroker({ env: await database() })
    broker.clock.hold()
    world = await worldOf(broker)
    property = await world.property()
    environment = await world.environment(property)
  })
  afterAll(async () => {
    await broker?.close()
    await tokens?.close()
  })
  beforeEach(() => {
    tokens.answer = {}
  })

  const credentials = (more: Json = {}) => ({
    type_of: 'oauth2-client_credentials',
    credentials: { client_id: 'c', client_secret: 's', token_url: `${tokens.url}/token`, ...more },
  })
  const get = async (id: string) => (await world.call('GET', `/secrets/${id}`)).body.data
  const nameOf = (id: string) => `reactor.${id.toLowerCase()}`
  const attemptsOf = async (id: string): Promise<Json[]> =>
    (await broker.api.call('GET', `/v1/credentials/${nameOf(id)}/exchanges?limit=100`)).body.items
  /** The clock goes on until then. */
  const until = (instant: string | number) => {
    const seconds = typeof instant === 'number' ? instant : Date.parse(instant) / 1000
    broker.clock.advance(seconds - broker.clock.now())
  }
  const attempted = (id: string, count: number) =>
    awaitUntil(`${count} exchanges of ${id}`, async () => (await attemptsOf(id)).length >= count)

  test('R42: what is retried is exchanged once, whoever comes to it first', async () => {
    tokens.answer = FAILING
    const { id } = await world.secret(property, credentials(), environment)
    const before = (await attemptsOf(id)).length
    for (let nth = 1; nth <= 20; nth += 1) {
      await world.call('PATCH', `/secrets/${id}`, change('secrets', id, { meta: { action: 'retry' } }))
      await attempted(id, before + nth)
    }
    // One that comes to it late waits for the lease: it would be through by the time of this.
    const other = await world.secret(property, credentials(), environment)
    await attempted(other.id, 1)
    expect(await attemptsOf(id)).toHaveLength(before + 20)
  })

  test('R33: only a succeeded secret with an environment is refreshed, and only if it is exchanged', async () => {
    const bound = await world.secret(property, credentials(), environment)
    const free = await world.secret(property, credentials())
    const simple = await world.secret(
      property,
      { type_of: 'token', credentials: { token: 'fixed' } },
      environment,
    )
    tokens.answer = { status: 401, body: { error: 'invalid_client' } }
    const failed = await world.secret(property, credentials(), environment)
    tokens.answer = {}
    expect(bound.attributes.refresh_at).toBe(free.attributes.refresh_at)
    until(bound.attributes.refresh_at)
    await attempted(bound.id, 2)
    await awaitUntil('it is refreshed', async () => (await get(bound.id)).meta.refresh_status)
    for (const { id } of [free, simple, failed]) expect(await attemptsOf(id)).toHaveLength(1)
    until(bound.attributes.expires_at)
    expect((await get(failed.id)).attributes.status).toBe('failed')
    for (const { id } of [free, simple, failed]) expect(await attemptsOf(id)).toHaveLength(1)
  })

  test('R34: a refresh renews all three instants, and says succeeded', async () => {
    const before = await world.secret(property, credentials(), environment)
    expect(before.meta).toEqual({})
    const token = await broker.api.token(nameOf(before.id))
    until(before.attributes.refresh_at)
    const after = await awaitUntil('the refresh has ended', async () => {
      const seen = await get(before.id)
      return seen.meta.refresh_status && seen
    })
    expect(after.meta).toEqual({ refresh_status: 'succeeded' })
    expect(after.attributes.status).toBe('succeeded')
    const [lived, since] = [20 * HOUR * 1000, (name: string) => Date.parse(before.attributes[name])]
    for (const name of ['expires_at', 'refresh_at', 'activated_at'])
      expect(Date.parse(after.attributes[name]) - since(name)).toBe(lived)
    expect((await broker.api.token(nameOf(before.id))).body.access_token).not.toBe(token.body.access_token)
  })

  /** Lets every attempt fail; answers when they were made, in seconds after the first. */
  async function failAll(secret: Json): Promise<{ first: number; after: number[] }> {
    tokens.answer = FAILING
    until(secret.attributes.refresh_at)
    const first = broker.clock.now()
    for (let attempt = 1; attempt <= 3; attempt += 1) {
      await attempted(secret.id, attempt + 1)
      const seen = await awaitUntil('the failure is seen', async () => {
        const now = await get(secret.id)
        return now.meta.refresh_status_details?.errors.length === attempt && now
      })
      expect(seen.meta.refresh_status).toBe('pending')
      expect(seen.attributes.status).toBe('succeeded')
      const { lastAt, left } = await planOf(secret.id)
      expect(left).toBe(4 - attempt)
      const step = Math.floor((lastAt - broker.clock.now()) / left)
      broker.clock.advance(step - 1)
      await broker.api.call('GET', '/v1/status')
      expect(await attemptsOf(secret.id)).toHaveLength(attempt + 1)
      broker.clock.advance(1)
    }
    await attempted(secret.id, 5)
    tokens.answer = {}
    const times = (await attemptsOf(secret.id))
      .filter(({ kind }) => kind !== 'token')
      .map(({ started_at }) => Date.parse(started_at) / 1000 - first)
    return { first, after: times.toReversed() }
  }
  /** The plan is the credential's own; this reads it where it is kept. */
  async function planOf(id: string): Promise<{ left: number; lastAt: number }> {
    const { reason } = (await broker.api.credential(nameOf(id))) as Json
    return { left: reason.retries.left, lastAt: Date.parse(reason.retries.last_at) / 1000 }
  }

  test('R35: a failed refresh is tried three times more, the last two hours before the end', async () => {
    const secret = await world.secret(property, credentials(), environment)
    // From 20 h to 22 h of 24 h: every 40 minutes.
    const { after } = await failAll(secret)
    expect(after).toEqual([0, 2_400, 4_800, 7_200])
    const failed = await awaitUntil('it has failed for good', async () => {
      const seen = await get(secret.id)
      return seen.meta.refresh_status === 'failed' && seen
    })
    expect(failed.attributes.status).toBe('succeeded')
    expect(failed.meta.refresh_status_details.errors).toHaveLength(4)
    expect(failed.meta.refresh_status_details.errors[0]).toMatchObject({
      code: 'secret-processing-error',
      detail: expect.stringMatching(/^Server responded with status: 503/),
      meta: { attempted_at: expect.any(String) },
    })
    // The token is served until it ends, and then no more; nobody asks again.
    expect((await broker.api.token(nameOf(secret.id))).body.access_token).toMatch(/^token-/)
    until(secret.attributes.expires_at)
    await awaitUntil(
      'it has ended',
      async () => (await broker.api.credential(nameOf(secret.id))).status === 'broken',
    )
    expect((await broker.api.token(nameOf(secret.id))).status).toBe(502)
    expect(await get(secret.id)).toMatchObject({
      attributes: { status: 'succeeded' },
      meta: { refresh_status: 'failed' },
    })
    expect(await attemptsOf(secret.id)).toHaveLength(5)
    // Tried again by hand, it lives again.
    tokens.answer = {}
    await world.call(
      'PATCH',
      `/secrets/${secret.id}`,
      change('secrets', secret.id, { meta: { action: 'retry' } }),
    )
    expect(await world.settled(secret.id)).toMatchObject({ attributes: { status: 'succeeded' }, meta: {} })
  })

  test('R35: with less than two and a half hours left the three go to nine tenths of that', async () => {
    const secret = await world.secret(property, credentials({ refresh_offset: 8_000 }), environment)
    expect((await failAll(secret)).after).toEqual([0, 2_400, 4_800, 7_200])
    const short = await world.secret(property, credentials({ refresh_offset: 1_000 }), environment)
    expect((await failAll(short)).after).toEqual([0, 300, 600, 900])
  })

  test('R35: a refresh that works again ends the attempts', async () => {
    const secret = await world.secret(property, credentials(), environment)
    tokens.answer = FAILING
    until(secret.attributes.refresh_at)
    await attempted(secret.id, 2)
    await awaitUntil('it is pending', async () => (await get(secret.id)).meta.refresh_status === 'pending')
    tokens.answer = {}
    broker.clock.advance(2_400)
    const after = await awaitUntil('it works again', async () => {
      const seen = await get(secret.id)
      return seen.meta.refresh_status === 'succeeded' && seen
    })
    expect(after.meta).toEqual({ refresh_status: 'succeeded' })
    expect(await attemptsOf(secret.id)).toHaveLength(3)
  })

  test('R46: secrets are found by what came of them, as they are shown', async () => {
    const own = await world.property()
    const staging = await world.environment(own, 'staging')
    const token = { type_of: 'token', credentials: { token: 'x' } }
    const made: Json[] = []
    for (const [name, attributes, bound] of [
      ['alpha', token, staging],
      ['beta', credentials(), undefined],
      ['gamma', credentials({ client_id: 'wrong' }), staging],
      ['Delta', token, undefined],
    ] as const) {
      tokens.answer = name === 'gamma' ? { status: 401, body: { error: 'invalid_client' } } : {}
      made.push(await world.secret(own, { name, ...attributes }, bound))
      broker.clock.advance(10)
    }
    const path = `/properties/${own}/secrets`
    const names = async (query: string) => {
      const { body } = await world.call('GET', `${path}?${query}`)
      return body.data.map(({ attributes }: Json) => attributes.name).join(' ')
    }
    expect(await names('')).toBe('alpha beta gamma Delta')
    expect(await names('filter[status]=EQ succeeded')).toBe('alpha beta Delta')
    expect(await names('filter[status]=NOT succeeded')).toBe('gamma')
    expect(await names('filter[status]=EQ failed,EQ pending')).toBe('gamma')
    expect(await names('filter[environment_id]=NOT null')).toBe('alpha gamma')
    expect(await names('filter[environment_id]=EQ null')).toBe('beta Delta')
    expect(await names(`filter[environment_id]=EQ ${staging}`)).toBe('alpha gamma')
    expect(await names('filter[type_of]=EQ token')).toBe('alpha Delta')
    expect(await names('filter[name]=CONTAINS eta,CONTAINS lph')).toBe('alpha beta')
    // In either case, by its older name too; everything else is taken as it is.
    expect(await names('filter[name]=CONTAINS dElta')).toBe('Delta')
    expect(await names('filter[name]=LIKE ALPHA')).toBe('alpha')
    expect(await names('filter[name]=EQ delta')).toBe('')
    expect(await names('filter[name]=EQ alpha,beta')).toBe('alpha beta')
    expect(await names('filter[name]=NOT alpha,beta')).toBe('gamma Delta')
    expect(await names('filter[name]=BETWEEN alpha,beta')).toBe('alpha beta')
    expect(await names('filter[name]=LT beta&filter[type_of]=EQ token')).toBe('alpha Delta')
    const at = (index: number) => made[index].attributes.created_at
    expect(await names(`filter[created_at]=GT ${at(1)}`)).toBe('gamma Delta')
    expect(await names(`filter[created_at]=LT ${at(1)}`)).toBe('alpha')
    expect(await names(`filter[created_at]=BETWEEN ${at(1)},${at(2)}`)).toBe('beta gamma')
    expect(await names(`filter[created_at]=EQ ${at(3)}`)).toBe('Delta')
    // Of two for one attribute the last counts; what is malformed is left out.
    expect(await names('filter[name]=EQ alpha&filter[name]=EQ beta')).toBe('beta')
    for (const malformed of ['alpha', 'MATCHES alpha', 'EQ', 'BETWEEN a', 'BETWEEN a,b,c', 'eq alpha', ''])
      expect([malformed, await names(`filter[name]=${malformed}`)]).toEqual([
        malformed,
        'alpha beta gamma Delta',
      ])
    expect(await names('filter[created_at]=GT yesterday')).toBe('alpha beta gamma Delta')
    expect(await names('filter[credentials]=EQ x&filter[__proto__]=EQ x')).toBe('alpha beta gamma Delta')
    expect(await names('sort=name')).toBe('Delta alpha beta gamma')
    expect(await names('sort=-name')).toBe('gamma beta alpha Delta')
    expect(await names('sort=%2Btype_of,-created_at')).toBe('gamma beta Delta alpha')
    expect(await names('sort=+type_of,-name')).toBe('gamma beta alpha Delta')
    expect(idsOf(await world.call('GET', `/environments/${staging}/secrets?sort=-name`))).toEqual([
      made[2].id,
      made[0].id,
    ])
    // What was made within one second has an order as well, forwards and backwards.
    broker.clock.hold()
    const together: string[] = []
    for (const name of ['one', 'two', 'three']) {
      const document = create('secrets', { name, ...token })
      together.push((await world.call('POST', path, document)).body.data.id)
    }
    broker.clock.release()
    const since = `${path}?filter[name]=EQ one,two,three`
    expect(idsOf(await world.call('GET', `${since}&sort=created_at`))).toEqual(together)
    expect(idsOf(await world.call('GET', `${since}&sort=-created_at`))).toEqual(together.toReversed())
  })

  test('R46: pages are of 25 unless asked, of 100 at most, and say where they stand', async () => {
    const own = await world.property()
    const path = `/properties/${own}/environments`
    for (let nth = 0; nth < 103; nth += 1)
      await world.call('POST', path, create('environments', { name: `dev ${nth}` }))
    const page = async (query: string) => {
      const { body } = await world.call('GET', `${path}?${query}`)
      return [body.data.length, ...Object.values(body.meta.pagination)]
    }
    expect((await world.call('GET', path)).body.meta.pagination).toEqual({
      current_page: 1,
      next_page: 2,
      prev_page: null,
      total_pages: 5,
      total_count: 103,
    })
    expect(await page('')).toEqual([25, 1, 2, null, 5, 103])
    expect(await page('page[number]=5')).toEqual([3, 5, null, 4, 5, 103])
    expect(await page('page[number]=6')).toEqual([0, 6, null, 5, 5, 103])
    expect(await page('page[size]=100')).toEqual([100, 1, 2, null, 2, 103])
    expect(await page('page[size]=999&page[number]=2')).toEqual([3, 2, null, 1, 2, 103])
    expect(await page('page[size]=1&filter[name]=EQ nothing')).toEqual([0, 1, null, null, 0, 0])
  })

  test('R46: a page links to the first, the one before, the next and the last of the same query', async () => {
    const own = await world.property()
    const path = `/properties/${own}/environments`
    for (const name of ['a & b', 'c', 'a & d', 'a & e', 'a & f', 'a & g'])
      await world.call('POST', path, create('environments', { name }))
    const below = `${broker.url}/reactor`
    const linksOf = async (query: string) => (await world.call('GET', `${path}?${query}`)).body.links
    const at = (rest: string, number: number) => `${below}${path}?${rest}page%5Bnumber%5D=${number}`
    expect(await linksOf('')).toEqual({ first: at('', 1), prev: null, next: null, last: at('', 1) })
    expect(await linksOf('page[size]=1&filter[name]=EQ nothing')).toMatchObject({ prev: null, next: null })

    const asked =
      'filter[name]=CONTAINS a %26&sort=-name&page[number]=2&fields[environments]=name&page[size]=2'
    const { first, prev, next, last } = await linksOf(asked)
    expect([first, last]).toEqual([prev, next])
    const seen: string[][] = []
    for (let link = first; link !== null; ) {
      const answer = await world.call('GET', link.slice(below.length))
      for (const one of answer.body.data) expect(Object.keys(one.attributes)).toEqual(['name'])
      seen.push(namesOf(answer))
      link = answer.body.links.next
    }
    expect(seen).toEqual([['a & g', 'a & f'], ['a & e', 'a & d'], ['a & b']])
    expect(namesOf(await world.call('GET', last.slice(below.length)))).toEqual(['a & b'])
  })
})
