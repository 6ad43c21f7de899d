import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { awaitUntil } from './await-until.ts'
import { startTestBroker, type TestBroker, temporaryFolder } from './broker.ts'
import { sendJson } from './http-server.ts'
import {
  type Behaviour,
  clientCredentials,
  countingTokens,
  failing,
  type Provider,
  refreshing,
  rotatingFamily,
  startProvider,
} from './provider.ts'

let broker: TestBroker
let provider: Provider

beforeAll(async () => {
  broker = await startTestBroker({ env: { CRM_SECRET: 'secret-from-the-environment' } })
  provider = await startProvider()
})
afterAll(async () => {
  await broker?.close()
  await provider?.close()
})

const patch = (name: string, change: unknown) =>
  broker.api.call('PATCH', `/v1/credentials/${name}`, change, {
    headers: { 'Content-Type': 'application/merge-patch+json' },
  })
const basic = (call: { headers: { authorization?: string | undefined } } | undefined) =>
  atob((call?.headers.authorization ?? '').replace('Basic ', ''))

describe('a change of a credential', () => {
  test('of its rules is effective at once and costs no exchange', async () => {
    provider.behave(countingTokens())
    await broker.api.create(clientCredentials(provider, 'rules'))
    const url = `${provider.apiUrl}me`
    expect((await broker.api.proxy('rules', url)).status).toBe(200)
    const calls = provider.calls.length
    await patch('rules', { destinations: ['https://elsewhere.example/'] })
    const refused = await broker.api.proxy('rules', url)
    expect([refused.status, refused.headers.get('bursar-error')]).toEqual([403, 'destination.refused'])
    await patch('rules', { destinations: [{ url: provider.apiUrl, methods: ['GET'] }] })
    expect((await broker.api.proxy('rules', url)).status).toBe(200)
    expect((await broker.api.proxy('rules', url, { method: 'POST' })).status).toBe(403)
    expect(provider.calls.length).toBe(calls)
    expect((await broker.api.credential('rules')).token?.version).toBe(1)
  })

  test('of its recipe leads to a new token, and the old one is served until then', async () => {
    provider.behave(countingTokens())
    await broker.api.create(clientCredentials(provider, 'recipe'))
    provider.behave(failing(503))
    await patch('recipe', { recipe: { scope: ['mail.read'] } })
    await awaitUntil('it is tried', async () => (await broker.api.credential('recipe')).status === 'degraded')
    expect((await broker.api.token('recipe')).body.access_token).toBe('token-1')
    provider.behave(({ form }) => ({ access_token: `for-${form.get('scope')}`, expires_in: 60 }))
    await awaitUntil('it is renewed', async () => {
      broker.clock.advance(1)
      return (await broker.api.token('recipe')).body.access_token === 'for-mail.read'
    })
    const { body } = await patch('recipe', { recipe: { scope: null } })
    expect(body.recipe).not.toHaveProperty('scope')
  })

  test('of its secret is used from the next exchange on, and a reference may take its place', async () => {
    provider.behave(countingTokens())
    await broker.api.create(clientCredentials(provider, 'secrets'))
    const used = async (secret: string) =>
      awaitUntil(`"${secret}" is used`, () => basic(provider.calls.at(-1)) === `client:${secret}`)
    await patch('secrets', { secrets: { client_secret: 'changed' } })
    await used('changed')
    const byName = { from: 'env', name: 'CRM_SECRET' }
    const { body } = await patch('secrets', { secrets: { client_secret: byName } })
    expect(body.secrets.client_secret).toMatchObject({ set: true, reference: byName })
    await used('secret-from-the-environment')
    const path = join(await temporaryFolder(), 'crm.secret')
    await writeFile(path, 'secret-from-a-file\n', { mode: 0o600 })
    const inFile = await patch('secrets', { secrets: { client_secret: { from: 'file', path } } })
    expect([inFile.status, inFile.body.secrets?.client_secret?.reference]).toEqual([
      200,
      { from: 'file', path },
    ])
    await used('secret-from-a-file')
    await patch('secrets', { secrets: { client_secret: { from: 'env', name: 'NOT_THERE' } } })
    const { body: record } = await broker.api.exchange('secrets')
    expect([record.kind, record.error.code]).toEqual(['unresolved', 'secret.unresolved'])
    expect(await broker.api.credential('secrets')).toMatchObject({
      status: 'degraded',
      reason: { code: 'secret.unresolved', who: 'operator', detail: expect.stringContaining('NOT_THERE') },
    })
  })

  test('of a token that has ended is taken, with its new end', async () => {
    const end = (seconds: number) => new Date((broker.clock.now() + seconds) * 1000).toISOString()
    const recipe = { grant: 'static_token', expires_at: end(100) }
    await broker.api.create({ name: 'ended', recipe, secrets: { token: 'the-first' }, destinations: [] })
    broker.clock.advance(200)
    await awaitUntil(
      'it has ended',
      async () => (await broker.api.credential('ended')).reason?.code === 'token.ended',
    )
    await patch('ended', { recipe: { expires_at: end(1_000) }, secrets: { token: 'the-second' } })
    await awaitUntil('the second is handed out', async () => {
      return (await broker.api.token('ended')).body.access_token === 'the-second'
    })
    expect((await broker.api.credential('ended')).status).toBe('active')
  })

  test('merges labels and empties what is null', async () => {
    provider.behave(countingTokens())
    await broker.api.create({
      ...clientCredentials(provider, 'labels'),
      labels: { team: 'sales', tier: '1' },
    })
    const { body } = await patch('labels', {
      labels: { team: null, owner: 'ada' },
      environment: 'production',
    })
    expect([body.labels, body.environment]).toEqual([{ tier: '1', owner: 'ada' }, 'production'])
    expect((await patch('labels', { environment: null })).body.environment).toBeNull()
  })
})

describe('pause', () => {
  test('hands out nothing and refreshes nothing until it is resumed', async () => {
    provider.behave(countingTokens({ expires_in: 600 }))
    const own = { client_id: 'paused', client_auth: 'client_secret_post' }
    await broker.api.create(clientCredentials(provider, 'paused', own))
    const calls = () => provider.calls.filter(({ form }) => form.get('client_id') === 'paused').length
    const { body } = await broker.api.call('POST', '/v1/credentials/paused/pause')
    expect([body.status, body.reason?.code]).toEqual(['paused', 'paused'])
    expect((await broker.api.token('paused')).body.code).toBe('credential.paused')
    const refused = await broker.api.proxy('paused', `${provider.apiUrl}me`)
    expect([refused.status, refused.headers.get('bursar-error')]).toEqual([409, 'credential.paused'])
    expect((await broker.api.exchange('paused')).body.code).toBe('credential.paused')
    broker.clock.advance(10_000)
    await broker.api.token('paused')
    expect(calls()).toBe(1)
    await broker.api.call('POST', '/v1/credentials/paused/resume')
    await awaitUntil('it is renewed', async () => (await broker.api.token('paused')).body.version === 2)
  })

  test('ends with what was changed meanwhile: a token that was replaced is not handed out again', async () => {
    const recipe = { grant: 'static_token' }
    await broker.api.create({
      name: 'leaked',
      recipe,
      secrets: { token: 'the-leaked-one' },
      destinations: [],
    })
    await broker.api.call('POST', '/v1/credentials/leaked/pause')
    await patch('leaked', { secrets: { token: 'the-new-one' } })
    await broker.api.call('POST', '/v1/credentials/leaked/resume')
    await awaitUntil('the new one is handed out', async () => {
      return (await broker.api.token('leaked')).body.access_token === 'the-new-one'
    })

    provider.behave(countingTokens())
    await broker.api.create(clientCredentials(provider, 'changed-in-pause'))
    await broker.api.call('POST', '/v1/credentials/changed-in-pause/pause')
    await patch('changed-in-pause', { secrets: { client_secret: 'changed' } })
    await broker.api.call('POST', '/v1/credentials/changed-in-pause/resume')
    await awaitUntil('the new secret is used', () => basic(provider.calls.at(-1)) === 'client:changed')
  })

  test('takes nothing from an attempt that was due again', async () => {
    provider.behave(countingTokens())
    await broker.api.create(clientCredentials(provider, 'retried'))
    provider.behave(failing(503))
    expect((await broker.api.exchange('retried')).body.kind).toBe('unavailable')
    await broker.api.call('POST', '/v1/credentials/retried/pause')
    provider.behave(() => ({ access_token: 'after-the-pause', expires_in: 3600 }))
    await broker.api.call('POST', '/v1/credentials/retried/resume')
    await awaitUntil('it is asked again', async () => {
      return (await broker.api.token('retried')).body.access_token === 'after-the-pause'
    })
  })

  test('during a refresh keeps the answer and stays paused', async () => {
    const family = rotatingFamily()
    provider.behave(family.behaviour)
    await broker.api.create(refreshing(provider, 'paused-in-flight', family.first))
    provider.behave(async (call, response) => {
      const body = family.behaviour(call, response)
      await broker.api.call('POST', '/v1/credentials/paused-in-flight/pause')
      return body
    })
    expect((await broker.api.exchange('paused-in-flight')).body.kind).toBe('token')
    expect(await broker.api.credential('paused-in-flight')).toMatchObject({
      status: 'paused',
      token: { version: 2 },
    })
    expect((await broker.api.token('paused-in-flight')).body.code).toBe('credential.paused')
    provider.behave(family.behaviour)
    await broker.api.call('POST', '/v1/credentials/paused-in-flight/resume')
    expect((await broker.api.token('paused-in-flight')).body.access_token).toBe('access-2')
    expect((await broker.api.exchange('paused-in-flight')).body.kind).toBe('token')
    expect(family.reused()).toBe(0)
  })
})

describe('a deletion', () => {
  const revoked: string[] = []
  const withRevocation =
    (inner: Behaviour): Behaviour =>
    (call, response) => {
      if (call.path !== '/revoke') return inner(call, response)
      revoked.push(call.form.get('token') ?? '')
      sendJson(response, 200, {})
    }

  test('during a refresh revokes the token that comes too late', async () => {
    const family = rotatingFamily()
    provider.behave(withRevocation(family.behaviour))
    const recipe = { revocation_url: `${provider.url}/revoke` }
    await broker.api.create(refreshing(provider, 'deleted-in-flight', family.first, recipe))
    provider.behave(
      withRevocation(async (call, response) => {
        const body = family.behaviour(call, response)
        await broker.api.call('DELETE', '/v1/credentials/deleted-in-flight')
        return body
      }),
    )
    await broker.api.exchange('deleted-in-flight')
    await awaitUntil('both refresh tokens are revoked', () => revoked.length === 2)
    expect(revoked).toEqual(['refresh-1', 'refresh-2'])
    expect((await broker.api.token('deleted-in-flight')).status).toBe(404)
  })

  test('says when the provider can not revoke, and deletes all the same', async () => {
    provider.behave(countingTokens())
    await broker.api.create(clientCredentials(provider, 'not-revoked'))
    const { status, body } = await broker.api.call('DELETE', '/v1/credentials/not-revoked')
    expect([status, body.revocation.outcome]).toEqual([200, 'not_supported'])
    const recipe = { revocation_url: `${provider.url}/revoke` }
    await broker.api.create(clientCredentials(provider, 'not-revoked', recipe))
    provider.behave(failing(503))
    const again = await broker.api.call('DELETE', '/v1/credentials/not-revoked')
    expect([again.status, again.body.revocation.outcome]).toEqual([200, 'failed'])
    expect((await broker.api.call('GET', '/v1/credentials/not-revoked')).status).toBe(404)
  })
})

describe('providers', () => {
  const recipe = () => ({ grant: 'client_credentials', token_url: provider.tokenUrl, client_id: 'shared' })

  test('lend their recipe, keep their versions and stay while they are used', async () => {
    provider.behave(countingTokens())
    const made = await broker.api.call('POST', '/v1/providers', {
      name: 'crm',
      title: 'The CRM',
      recipe: recipe(),
    })
    expect([made.status, made.body.version]).toEqual([201, 1])
    const { body } = await broker.api.create({
      name: 'from-crm',
      provider: 'crm',
      recipe: { scope: ['read'] },
      secrets: { client_secret: 'secret' },
      destinations: [provider.apiUrl],
    })
    expect(body).toMatchObject({
      status: 'active',
      provider: { name: 'crm', version: 1 },
      recipe: { client_id: 'shared', scope: ['read'] },
    })
    const next = await broker.api.call('PUT', '/v1/providers/crm', {
      title: 'The CRM',
      recipe: { ...recipe(), audience: 'v2' },
    })
    expect([next.status, next.body.version]).toEqual([200, 2])
    expect((await broker.api.credential('from-crm')).provider).toEqual({ name: 'crm', version: 1 })
    const old = await broker.api.call('GET', '/v1/providers/crm?version=1')
    expect(old.body.recipe).not.toHaveProperty('audience')
    expect((await broker.api.call('DELETE', '/v1/providers/crm')).body.code).toBe('provider.in_use')

    const renewed = await patch('from-crm', { provider: 'crm' })
    expect(renewed.body).toMatchObject({ provider: { version: 2 }, recipe: { audience: 'v2' } })
    const alone = await patch('from-crm', { provider: null })
    expect(alone.body).toMatchObject({ provider: null, recipe: { audience: 'v2', client_id: 'shared' } })
    expect((await broker.api.call('DELETE', '/v1/providers/crm')).status).toBe(204)
    expect((await broker.api.call('GET', '/v1/providers/crm')).status).toBe(404)
  })
})

describe('a list', () => {
  test('is read page by page, each entry once, and filtered', async () => {
    provider.behave(countingTokens())
    const names = Array.from({ length: 7 }, (_, index) => `page-${index}`)
    await Promise.all(
      names.map((name) => broker.api.create({ ...clientCredentials(provider, name), environment: 'paging' })),
    )
    const seen: string[] = []
    let cursor = ''
    do {
      const { body } = await broker.api.call('GET', `/v1/credentials?environment=paging&limit=3${cursor}`)
      expect(body.items.length).toBeLessThanOrEqual(3)
      seen.push(...body.items.map(({ name }) => name))
      cursor = body.next_cursor === null ? '' : `&cursor=${encodeURIComponent(body.next_cursor)}`
    } while (cursor !== '')
    expect(seen).toEqual(names)
    const filtered = await broker.api.call('GET', '/v1/credentials?environment=paging&q=page-4&status=active')
    expect(filtered.body.items.map(({ name }) => name)).toEqual(['page-4'])
  })

  test('of exchanges is newest first and paged', async () => {
    provider.behave(countingTokens())
    await broker.api.create(clientCredentials(provider, 'history'))
    for (let round = 0; round < 4; round += 1) await broker.api.exchange('history')
    const first = (await broker.api.call('GET', '/v1/credentials/history/exchanges?limit=3')).body
    const rest = (
      await broker.api.call('GET', `/v1/credentials/history/exchanges?limit=3&cursor=${first.next_cursor}`)
    ).body
    expect([...first.items, ...rest.items].map(({ trigger }) => trigger)).toEqual([
      ...Array(4).fill('forced'),
      'create',
    ])
    expect(rest.next_cursor).toBeNull()
  })
})

describe('validate', () => {
  test('runs one exchange, saves nothing and shows what was sent and answered', async () => {
    provider.behave(countingTokens())
    const { status, body, text } = await broker.api.call(
      'POST',
      '/v1/validate',
      clientCredentials(provider, 'tried'),
    )
    expect([status, body.valid, body.kind]).toEqual([200, true, 'token'])
    expect(text).toContain('client_credentials')
    expect(text).not.toContain('token-1')
    expect((await broker.api.call('GET', '/v1/credentials/tried')).status).toBe(404)
  })

  test('finds the client authentication that the provider takes', async () => {
    provider.behave(({ form, headers }, response) =>
      headers.authorization === undefined && form.get('client_secret') === 'secret-of-the-client'
        ? { access_token: 'fine' }
        : sendJson(response, 401, { error: 'invalid_client' }),
    )
    const { body } = await broker.api.call('POST', '/v1/validate', clientCredentials(provider, 'tried'))
    expect(body.valid).toBe(false)
    expect(body.hints.join(' ')).toContain('client_secret_post')
  })
})

describe('explain', () => {
  test('says which rule decides, and why not', async () => {
    provider.behave(countingTokens())
    const destinations = [{ url: 'https://*.mail.example.com/v1/', methods: ['GET'] }]
    await broker.api.create({ ...clientCredentials(provider, 'explained'), destinations })
    const explain = async (url: string, method = 'GET') =>
      (await broker.api.call('POST', '/v1/explain', { credential: 'explained', url, method })).body
    const allowed = await explain('https://eu.mail.example.com/v1/messages?x=1')
    expect([allowed.allowed, allowed.rule]).toEqual([true, destinations[0]])
    for (const url of [
      'https://mail.example.com.evil.example/v1/x',
      'https://eu.mail.example.com/v2/x',
      'https://eu.mail.example.com/v1/../v2',
      'https://eu.mail.example.com/v1/%2e%2e/v2',
      'https://eu.mail.example.com/v1%2fx',
      'https://eu.mail.example.com\\@evil.example/v1/',
      'https://me@eu.mail.example.com/v1/',
      'http://eu.mail.example.com/v1/',
      'https://eu.mail.example.com:444/v1/',
    ]) {
      const refused = await explain(url)
      expect([url, refused.allowed, refused.reasons.length > 0]).toEqual([url, false, true])
    }
    expect((await explain('https://eu.mail.example.com/v1/x', 'POST')).allowed).toBe(false)
  })

  test('says no where the token lacks the output that goes into requests, as a request is told', async () => {
    provider.behave(countingTokens())
    const injection = { output: 'session' }
    const response = { outputs: { session: 'session' } }
    await broker.api.create(clientCredentials(provider, 'lacking', { injection, response }))
    const url = `${provider.apiUrl}x`
    const { body } = await broker.api.call('POST', '/v1/explain', { credential: 'lacking', url })
    expect([body.allowed, body.reasons.map(({ code }) => code)]).toEqual([
      false,
      ['rule.matched', 'token.unavailable'],
    ])
    const asked = await broker.api.proxy('lacking', url)
    expect([asked.body.code, asked.body.detail]).toEqual(['token.unavailable', body.reasons[1]!.detail])
  })
})
