import type { ServerResponse } from 'node:http'
import { afterAll, afterEach, beforeEach, describe, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import {
  endBrokerProcesses,
  startBrokerProcess,
  startTestBroker,
  type TestBroker,
  temporaryFolder,
} from './broker.ts'
import { sendJson } from './http-server.ts'
import {
  failing,
  type Provider,
  type RotatingFamily,
  refreshing,
  rotatingFamily,
  startProvider,
  type TokenCall,
} from './provider.ts'

/** A refresh token that is replaced with each use is never spent twice and never lost, whatever else happens. */
let provider: Provider
let broker: TestBroker
let family: RotatingFamily
beforeEach(async () => {
  provider = await startProvider()
  broker = await startTestBroker()
  family = rotatingFamily()
})
afterEach(async () => {
  await broker.close()
  await provider.close()
})

afterAll(endBrokerProcesses)

const answer = (call: TokenCall, response: ServerResponse) => family.behaviour(call, response)
const intact = () => [family.reused(), family.alive()]
const patch = (name: string, body: unknown) => broker.api.call('PATCH', `/v1/credentials/${name}`, body)

/** Answers as the family does, with other members. */
const answerWith =
  (members: Record<string, unknown>) =>
  (call: TokenCall, response: ServerResponse): unknown => {
    const body = answer(call, response) as Record<string, unknown> | undefined
    return body && { ...body, ...members }
  }

describe('an answer that is not taken', () => {
  const demanding = { lifetime: { minimum_expires_in: 60 } }

  test('brings its refresh token all the same, also where it is the first answer of all', async () => {
    provider.behave(answerWith({ expires_in: 5 }))
    const made = await broker.api.create(refreshing(provider, 'first', family.first, demanding))
    expect(made.body.status).toBe('broken')
    expect(made.body.reason?.code).toBe('provider.token_too_short')
    expect((await broker.api.token('first')).body.code).toBe('credential.broken')

    provider.behave(answer)
    expect((await broker.api.exchange('first')).body.kind).toBe('token')
    expect(intact()).toEqual([0, true])
  })

  test('brings its refresh token where the grant could be asked again without one', async () => {
    const first = { access_token: 'by-password', refresh_token: family.first, expires_in: 3600 }
    provider.behave(() => first)
    const recipe = { grant: 'password', token_url: provider.tokenUrl, username: 'ada', ...demanding }
    const body = { ...refreshing(provider, 'person', ''), recipe: { ...recipe, client_id: 'client' } }
    const secrets = { client_secret: 'secret-of-the-client', password: 'of-ada' }
    expect((await broker.api.create({ ...body, secrets })).body.status).toBe('active')
    provider.behave((call, response) =>
      call.form.get('grant_type') === 'refresh_token'
        ? answerWith({ expires_in: 5 })(call, response)
        : { access_token: 'short', expires_in: 5 },
    )
    expect((await broker.api.exchange('person')).body.kind).toBe('refused')
    expect(family.refreshes()).toBe(1)

    provider.behave(answer)
    expect((await broker.api.exchange('person')).body.kind).toBe('token')
    expect([...intact(), family.refreshes()]).toEqual([0, true, 2])
  })

  test('is kept until it is read, whatever comes of an exchange in between', async () => {
    provider.behave(answer)
    await broker.api.create(refreshing(provider, 'nested', family.first))
    provider.behave((call, response) => ({ inner: answer(call, response) }))
    expect((await broker.api.exchange('nested')).body.kind).toBe('unreadable')
    await awaitUntil('it is in doubt', async () => {
      broker.clock.advance(5)
      return (await broker.api.credential('nested')).reason?.code === 'in_doubt'
    })
    provider.behave(failing(503))
    expect((await broker.api.exchange('nested')).body.kind).toBe('unavailable')

    provider.behave(answer)
    const response = { access_token: 'inner.access_token', refresh_token: 'inner.refresh_token' }
    await patch('nested', { recipe: { response } })
    await awaitUntil('the kept answer is read', async () => {
      return (await broker.api.token('nested')).body.access_token === 'access-2'
    })
    await patch('nested', { recipe: { response: null } })
    await awaitUntil('its refresh token is spent', () => family.refreshes() === 3)
    expect(intact()).toEqual([0, true])
  })

  test('and is read later ends when it says, counted from when it came', async () => {
    provider.behave(answer)
    await broker.api.create(refreshing(provider, 'late', family.first))
    provider.behave((call, response) => ({ inner: answer(call, response), expires_in: 3600 }))
    expect((await broker.api.exchange('late')).body.kind).toBe('unreadable')
    provider.behave(failing(503))
    broker.clock.advance(3000)
    const response = { access_token: 'inner.access_token', refresh_token: 'inner.refresh_token' }
    await patch('late', { recipe: { response, lifetime: { refresh_before_seconds: 10 } } })
    const served = await awaitUntil('the kept answer is read', async () => {
      const { body } = await broker.api.token('late')
      return body.access_token === 'access-2' && body
    })
    const leftMs = Date.parse(served.expires_at!) - broker.clock.unixMs()
    expect(leftMs).toBeLessThanOrEqual(600_000)
  })
})

describe('a sign-in that fails', () => {
  async function signIn(name: string): Promise<void> {
    const { body } = await broker.api.call('POST', `/v1/credentials/${name}/authorize`)
    const state = new URL(body.authorization_url).searchParams.get('state')
    await fetch(`${broker.url}/oauth/callback?code=a-code&state=${state}`)
  }

  test('takes nothing from a credential that renews its token without it', async () => {
    const recipe = {
      grant: 'authorization_code',
      authorization_url: `${provider.url}/authorize`,
      token_url: provider.tokenUrl,
      client_id: 'client',
    }
    const secrets = { client_secret: 'secret-of-the-client' }
    await broker.api.call('POST', '/v1/credentials', { ...refreshing(provider, 'mail', ''), recipe, secrets })
    provider.behave(() => ({ access_token: 'signed-in', refresh_token: family.first, expires_in: 3600 }))
    await signIn('mail')
    expect((await broker.api.credential('mail')).status).toBe('active')

    provider.behave(failing(400, { error: 'invalid_grant' }))
    await signIn('mail')
    const after = await broker.api.credential('mail')
    expect([after.status, after.last_exchange?.kind]).toEqual(['active', 'refused'])

    provider.behave(answer)
    broker.clock.advance(3100)
    await awaitUntil('it is renewed', async () => {
      return (await broker.api.token('mail')).body.access_token === 'access-1'
    })
    expect(intact()).toEqual([0, true])
  })
})

describe('a person who is asked to sign in at a device', () => {
  test('may take their time: the token that is there is renewed meanwhile, with patience', async () => {
    const recipe = {
      grant: 'device_code',
      device_authorization_url: `${provider.url}/device`,
      token_url: provider.tokenUrl,
      client_id: 'television',
      client_auth: 'none',
    }
    const asked: string[] = []
    const device = { device_code: 'a-code', user_code: 'AB-CD', verification_uri: `${provider.url}/enter` }
    let decides = false
    const behave = (renew: (call: TokenCall, response: ServerResponse) => unknown) =>
      provider.behave((call, response) => {
        if (call.path === '/device') return { ...device, expires_in: 86_400, interval: 5 }
        asked.push(call.form.get('grant_type')!.split(':').at(-1)!)
        if (call.form.has('refresh_token')) return renew(call, response)
        if (!decides) return sendJson(response, 400, { error: 'authorization_pending' })
        return {
          access_token: `signed-in-${asked.length}`,
          refresh_token: family.current(),
          expires_in: 3600,
        }
      })
    const begin = () => broker.api.call('POST', '/v1/credentials/television/authorize')
    const tick = async (what: string, isSo: () => boolean | Promise<boolean>) =>
      awaitUntil(what, () => {
        broker.clock.advance(5)
        return isSo()
      })
    behave(answer)
    await broker.api.create({ ...refreshing(provider, 'television', ''), recipe, secrets: {} })
    await begin()
    decides = true
    await tick(
      'the first sign-in',
      async () => (await broker.api.credential('television')).status === 'active',
    )

    decides = false
    await begin()
    asked.length = 0
    await tick('the device is asked about', () => asked.length > 0)
    behave(failing(503))
    broker.clock.advance(3300)
    await tick('a renewal fails', () => asked.includes('refresh_token'))
    behave(answer)
    await tick('the token is renewed', () => family.refreshes() === 1)
    const renewedAt = asked.length
    await tick('the device is asked about again', () => asked.length > renewedAt)
    expect((await broker.api.token('television')).body.access_token).toBe('access-1')

    // A provider that ends the session before when a person signs in again.
    behave(failing(400, { error: 'invalid_grant' }))
    broker.clock.advance(3300)
    await tick('the renewal is refused', async () => {
      return (await broker.api.credential('television')).reason?.code === 'provider.invalid_grant'
    })
    decides = true
    await tick('the sign-in ends', async () => {
      return (await broker.api.credential('television')).status === 'active'
    })
    expect((await broker.api.token('television')).body.access_token).toMatch(/^signed-in/)
    expect(asked.slice(renewedAt).filter((grant) => grant === 'refresh_token')).toHaveLength(1)
    expect(intact()).toEqual([0, true])
  })
})

describe('a doubt', () => {
  const byPassword = (name: string) => ({
    ...refreshing(provider, name, ''),
    recipe: { grant: 'password', username: 'ada', token_url: provider.tokenUrl, client_id: 'client' },
    secrets: { client_secret: 'secret-of-the-client', password: 'of-ada' },
  })
  const losing = (call: TokenCall, response: ServerResponse) => {
    answer(call, response)
    response.destroy()
  }
  const grantsSince = (from: number) => provider.calls.slice(from).map(({ form }) => form.get('grant_type'))

  test('ends by itself where a password brings another token, and the refresh token is left alone', async () => {
    provider.behave(() => ({ access_token: 'by-password', refresh_token: family.first, expires_in: 3600 }))
    await broker.api.create(byPassword('by-itself'))
    const from = provider.calls.length
    provider.behave(losing)
    expect((await broker.api.exchange('by-itself')).body.kind).toBe('in_doubt')
    expect(await broker.api.credential('by-itself')).toMatchObject({
      status: 'degraded',
      reason: { code: 'in_doubt', who: 'provider', hint: expect.stringContaining('by itself') },
    })
    expect((await broker.api.token('by-itself')).body.access_token).toBe('by-password')

    provider.behave(failing(503))
    broker.clock.advance(2)
    await awaitUntil('it is asked again', () => provider.calls.length === from + 2)
    const other = rotatingFamily()
    provider.behave((call, response) =>
      call.form.get('grant_type') === 'password'
        ? { access_token: 'by-password-again', refresh_token: other.first, expires_in: 3600 }
        : other.behaviour(call, response),
    )
    await awaitUntil('another token is there', async () => {
      broker.clock.advance(5)
      return (await broker.api.token('by-itself')).body.access_token === 'by-password-again'
    })
    expect((await broker.api.credential('by-itself')).status).toBe('active')
    expect((await broker.api.exchange('by-itself')).body.kind).toBe('token')
    expect(grantsSince(from)).toEqual(['refresh_token', 'password', 'password', 'refresh_token'])
    expect([...intact(), other.reused(), other.refreshes()]).toEqual([0, true, 0, 1])
  })

  test('ends by itself in the same way where the broker was killed before it had the answer', async () => {
    const env = { BURSAR_LEASE_SECONDS: '4', BURSAR_UPSTREAM_DEADLINE_SECONDS: '2' }
    const node = await startBrokerProcess(await temporaryFolder(), env)
    provider.behave(() => ({ access_token: 'by-password', refresh_token: family.first, expires_in: 3600 }))
    await node.api.create(byPassword('killed'))
    const from = provider.calls.length
    provider.behave(async (call, response) => {
      answer(call, response)
      await node.end('SIGKILL')
      response.destroy()
    })
    await node.api.exchange('killed').catch(() => undefined)
    provider.behave(() => ({ access_token: 'by-password-again', expires_in: 3600 }))
    const second = await startBrokerProcess(node.dataDir, env)
    await awaitUntil('another token is there', async () => {
      return (await second.api.token('killed')).body.access_token === 'by-password-again'
    })
    expect((await second.api.credential('killed')).status).toBe('active')
    expect(grantsSince(from)).toEqual(['refresh_token', 'password'])
    await second.end('SIGTERM')
  })

  test('is ended by an operator in the same way; the refresh token is tried only once the password was refused', async () => {
    provider.behave(() => ({ access_token: 'by-password', refresh_token: family.first, expires_in: 3600 }))
    await broker.api.create(byPassword('forced'))
    const from = provider.calls.length
    // Lost on the way to the provider: it has seen nothing.
    provider.behave((_call, response) => void response.destroy())
    expect((await broker.api.exchange('forced')).body.kind).toBe('in_doubt')
    provider.behave(failing(400, { error: 'invalid_grant' }))
    expect((await broker.api.exchange('forced')).body.kind).toBe('refused')
    provider.behave(answer)
    expect((await broker.api.exchange('forced')).body.kind).toBe('token')
    expect(grantsSince(from)).toEqual(['refresh_token', 'password', 'refresh_token'])
    expect(intact()).toEqual([0, true])
  })

  test('ends with the token of the sign-in, also where the late answer it was about is saved before', async () => {
    provider.behave(() => ({ access_token: 'by-password', refresh_token: family.first, expires_in: 3600 }))
    await broker.api.create(byPassword('overtaken'))
    const from = provider.calls.length
    const other = rotatingFamily({ expires_in: 3600 }, 'other-')
    const late = Promise.withResolvers<void>()
    const signIn = Promise.withResolvers<void>()
    provider.behave(async (call, response) => {
      const isRefresh = call.form.get('grant_type') === 'refresh_token'
      const body = isRefresh
        ? answer(call, response)
        : { access_token: 'by-password-again', refresh_token: other.first, expires_in: 3600 }
      await (isRefresh ? late : signIn).promise
      return body
    })
    broker.clock.advance(3300)
    await awaitUntil('its refresh token is spent', () => provider.calls.length === from + 1)
    await awaitUntil('it is claimed once more behind the lease', () => {
      broker.clock.advance(31)
      return provider.calls.length === from + 2
    })
    late.resolve()
    await awaitUntil('the late answer is saved', async () => {
      return (await broker.api.token('overtaken')).body.access_token === 'access-1'
    })
    signIn.resolve()
    await awaitUntil('the sign-in is saved', async () => {
      return (await broker.api.token('overtaken')).body.access_token === 'by-password-again'
    })
    provider.behave(other.behaviour)
    expect((await broker.api.exchange('overtaken')).body.kind).toBe('token')
    expect(grantsSince(from)).toEqual(['refresh_token', 'password', 'refresh_token'])
    expect([...intact(), other.reused(), other.refreshes()]).toEqual([0, true, 0, 1])
  })

  test('stands in the way of nothing that spends no refresh token', async () => {
    provider.behave(() => ({ access_token: 'by-password', refresh_token: family.first, expires_in: 3600 }))
    const endpoint = { token_url: provider.tokenUrl, client_id: 'client' }
    await broker.api.create({
      ...refreshing(provider, 'changed', ''),
      recipe: { grant: 'password', username: 'ada', ...endpoint },
      secrets: { client_secret: 'secret-of-the-client', password: 'of-ada' },
    })
    provider.behave((call, response) => {
      answer(call, response)
      response.destroy()
    })
    expect((await broker.api.exchange('changed')).body.kind).toBe('in_doubt')

    provider.behave(() => ({ access_token: 'of-the-client', expires_in: 3600 }))
    const recipe = { grant: 'client_credentials', ...endpoint }
    expect((await patch('changed', { recipe, secrets: { password: null } })).status).toBe(200)
    await awaitUntil('the other grant brings a token', async () => {
      return (await broker.api.token('changed')).body.access_token === 'of-the-client'
    })
    expect((await broker.api.credential('changed')).status).toBe('active')
  })
})

describe('a client secret that was replaced', () => {
  const secretOf = ({ headers }: TokenCall) =>
    Buffer.from(headers.authorization!.replace('Basic ', ''), 'base64').toString().split(':')[1]
  const rotate = (name: string) =>
    broker.api.call('POST', `/v1/credentials/${name}/rotate-secret`, {
      secret: 'client_secret',
      value: 'the-new-one',
      keep_old_seconds: 600,
      validate: false,
    })
  /** Knows the old secret only. */
  const knowingOld =
    (then: (call: TokenCall, response: ServerResponse) => unknown) =>
    (call: TokenCall, response: ServerResponse): unknown =>
      secretOf(call) === 'secret-of-the-client'
        ? then(call, response)
        : sendJson(response, 401, { error: 'invalid_client' })

  test('is helped out by the one before, with the refresh token that the refusal left unspent', async () => {
    provider.behave(answer)
    await broker.api.create(refreshing(provider, 'helped', family.first))
    provider.behave(knowingOld(answer))
    await rotate('helped')
    await awaitUntil('the one before is used', () => family.refreshes() === 2)
    const { body } = await broker.api.exchange('helped')
    expect(body.kind).toBe('token')
    expect(body.notes.map(({ code }) => code)).toContain('secret.previous')
    expect((await broker.api.credential('helped')).status).toBe('active')
    expect(intact()).toEqual([0, true])
  })

  test('leaves a doubt where the answer to the one before was lost', async () => {
    provider.behave(answer)
    await broker.api.create(refreshing(provider, 'lost', family.first))
    provider.behave(
      knowingOld((call, response) => {
        answer(call, response)
        response.destroy()
      }),
    )
    await rotate('lost')
    await awaitUntil('it is in doubt', async () => {
      return (await broker.api.credential('lost')).reason?.code === 'in_doubt'
    })
    provider.behave(answer)
    await patch('lost', { recipe: { scopes: ['more'] } })
    broker.clock.advance(3600)
    await awaitUntil(
      'the status turns',
      async () => (await broker.api.credential('lost')).status === 'broken',
    )
    expect(intact()).toEqual([0, true])
  })
})
