import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { awaitUntil } from '../await-until.ts'
import { startTestBroker } from '../broker.ts'
import { clientCredentials, countingTokens, type Provider, startProvider } from '../provider.ts'

const broker = await startTestBroker()
const provider: Provider = await startProvider()
const { api } = broker
afterAll(() => Promise.all([broker.close(), provider.close()]))
beforeEach(() => provider.behave(countingTokens()))

// biome-ignore lint/suspicious/noExplicitAny: answers of many shapes, checked by each test.
type Any = any
const call = async (method: string, path: string, body?: unknown, headers: Record<string, string> = {}) => {
  const answer = await api.call(method, path, body, { headers })
  return { ...answer, body: answer.body as Any }
}

/** A provider that knows a client by some secrets only, and writes down which were shown. */
function knowing(...secrets: string[]): string[] {
  const shown: string[] = []
  const tokens = countingTokens()
  provider.behave((request, response) => {
    const basic = request.headers.authorization?.slice('Basic '.length)
    const pair = Buffer.from(basic ?? '', 'base64').toString()
    const secret = request.form.get('client_secret') ?? decodeURIComponent(pair.split(':')[1]!)
    shown.push(secret)
    if (secrets.includes(secret)) return tokens(request, response)
    response.writeHead(401, { 'Content-Type': 'application/json' }).end('{"error":"invalid_client"}')
  })
  return shown
}

describe('who uses a credential', () => {
  test('is counted by caller and delivery, and told with who could and what names it', async () => {
    await api.create(clientCredentials(provider, 'crm'))
    const made = await call('POST', '/v1/callers', { name: 'shop', scopes: ['tokens:cr*', 'proxy:crm'] })
    await call('POST', '/v1/callers', { name: 'other', scopes: ['tokens:hr-*', 'audit:read'] })
    const shop = api.withKey(made.body.key)
    for (let i = 0; i < 3; i += 1) expect((await shop.token('crm')).status).toBe(200)
    expect((await shop.proxy('crm', `${provider.apiUrl}x`)).status).toBe(200)
    await api.token('crm')

    const { body } = await call('GET', '/v1/credentials/crm/usage')
    const uses = body.uses.map(({ caller, delivery, uses: count }: Any) => [caller.name, delivery, count])
    expect(uses).toEqual(
      expect.arrayContaining([
        ['shop', 'token', 3],
        ['shop', 'proxy', 1],
        ['admin', 'token', 1],
      ]),
    )
    expect(body.last_used_at).toBe(body.uses[0].last_used_at)
    expect(body.allowed.map(({ name, token, proxy }: Any) => [name, token, proxy]).sort()).toEqual([
      ['admin', true, true],
      ['shop', true, true],
    ])
    await call('DELETE', `/v1/callers/${made.body.id}`)
    await shop.token('crm')
    const after = (await call('GET', '/v1/credentials/crm/usage')).body
    expect(after.uses).toContainEqual(expect.objectContaining({ caller: { id: made.body.id, name: null } }))
    expect(after.allowed.map(({ name }: Any) => name)).toEqual(['admin'])
  })

  test('is written down by a broker that stops', async () => {
    const first = await startTestBroker()
    await first.api.create(clientCredentials(provider, 'crm'))
    await first.api.token('crm')
    const second = await first.restart()
    expect(((await second.api.call('GET', '/v1/credentials/crm/usage')).body as Any).uses).toHaveLength(1)
    await second.close()
  })

  test('outlives a restart and goes with the credential', async () => {
    const first = await startTestBroker()
    await first.api.create(clientCredentials(provider, 'crm'))
    await first.api.token('crm')
    first.clock.advance(30)
    await awaitUntil('it is written down', async () => {
      const { body } = await first.api.call('GET', '/v1/credentials/crm/usage')
      return (body as Any).uses.length === 1
    })
    const second = await first.restart()
    expect(((await second.api.call('GET', '/v1/credentials/crm/usage')).body as Any).uses).toHaveLength(1)
    await second.api.call('DELETE', '/v1/credentials/crm')
    await second.api.create(clientCredentials(provider, 'crm'))
    expect(((await second.api.call('GET', '/v1/credentials/crm/usage')).body as Any).uses).toEqual([])
    await second.close()
  })
})

describe('a look into a token', () => {
  test('tells header and claims of a JWT, and never the token', async () => {
    const part = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const jwt = `${part({ alg: 'RS256' })}.${part({ sub: 'ada', roles: ['x'] })}.c2lnbmF0dXJl`
    provider.behave(() => ({ access_token: jwt, token_type: 'Bearer', expires_in: 3600, scope: 'a b' }))
    await api.create(clientCredentials(provider, 'jwt'))
    const { body, text } = await call('GET', '/v1/credentials/jwt/claims')
    expect(body).toMatchObject({
      version: 1,
      format: 'jwt',
      header: { alg: 'RS256' },
      claims: { sub: 'ada', roles: ['x'] },
      length: jwt.length,
      scope: 'a b',
      has_refresh_token: false,
    })
    expect(text).not.toContain('c2lnbmF0dXJl')
    expect(text).not.toContain(part({ sub: 'ada', roles: ['x'] }))
  })

  test('says that there is nothing to look into', async () => {
    await api.create(clientCredentials(provider, 'opaque'))
    expect((await call('GET', '/v1/credentials/opaque/claims')).body).toMatchObject({
      format: 'opaque',
      claims: null,
    })
    provider.behave((_call, response) => void response.writeHead(503).end())
    await api.create(clientCredentials(provider, 'empty'))
    expect((await call('GET', '/v1/credentials/empty/claims')).body).toMatchObject({
      format: 'none',
      version: 0,
    })
    expect((await call('GET', '/v1/credentials/nobody/claims')).status).toBe(404)
  })
})

describe('a rotated secret', () => {
  const rotate = (name: string, more: Record<string, unknown> = {}, headers = {}) =>
    call(
      'POST',
      `/v1/credentials/${name}/rotate-secret`,
      { secret: 'client_secret', value: 'the-new-one', ...more },
      headers,
    )

  /** A new secret makes a new token due at once: it is there, so that nobody joins that exchange. */
  const renewed = (name: string) =>
    awaitUntil(
      'the new secret has brought its token',
      async () => (await api.credential(name)).token?.version === 2,
    )

  test('is tried first; one that brings no token changes nothing', async () => {
    await api.create(clientCredentials(provider, 'tried'))
    const before = await call('GET', '/v1/credentials/tried')
    const shown = knowing('secret-of-the-client')
    const refused = await rotate('tried')
    expect([refused.status, refused.body.code, refused.body.errors[0].path]).toEqual([
      502,
      'exchange.refused',
      '/value',
    ])
    expect(shown).toContain('the-new-one')
    expect((await call('GET', '/v1/credentials/tried')).body.revision).toBe(before.body.revision)
    expect((await api.exchange('tried')).body.kind).toBe('token')
  })

  test('is used from then on; the old one helps out while it is kept, and no longer', async () => {
    await api.create(clientCredentials(provider, 'overlap'))
    const shown = knowing('secret-of-the-client', 'the-new-one')
    const done = await rotate('overlap', { keep_old_seconds: 600 })
    expect(done.body).toMatchObject({ validated: true, credential: { name: 'overlap' } })
    expect(done.text).not.toMatch(/the-new-one|secret-of-the-client/)
    await renewed('overlap')
    expect((await api.exchange('overlap')).body.kind).toBe('token')
    expect(new Set(shown)).toEqual(new Set(['the-new-one']))

    const onlyOld = knowing('secret-of-the-client')
    const helped = (await api.exchange('overlap')).body
    expect(helped.kind).toBe('token')
    expect(helped.notes.map(({ code }) => code)).toContain('secret.previous')
    expect([...new Set(onlyOld)]).toEqual(['the-new-one', 'secret-of-the-client'])
    expect((await api.credential('overlap')).status).toBe('active')

    broker.clock.advance(601)
    // It would bring a token.
    knowing('secret-of-the-client')
    expect((await api.exchange('overlap')).body.kind).toBe('refused')
  })

  test('keeps the old one of an earlier rotation where a later one is refused', async () => {
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const signed: Any = clientCredentials(provider, 'twice')
    const recipe = {
      ...signed.recipe,
      grant: 'jwt_bearer',
      issuer: 'ada',
      audience: 'https://idp.example.com',
    }
    const private_key = privateKey.export({ type: 'pkcs8', format: 'pem' })
    await api.create({ ...signed, recipe, secrets: { ...signed.secrets, private_key } })
    knowing('secret-of-the-client', 'the-new-one')
    expect((await rotate('twice', { keep_old_seconds: 600 })).body.validated).toBe(true)
    await renewed('twice')
    const helps = async () => {
      knowing('secret-of-the-client')
      return ((await api.exchange('twice')).body.notes ?? []).map(({ code }) => code)
    }
    expect((await rotate('twice', { value: 'unknown', keep_old_seconds: 60 })).status).toBe(502)
    expect(await helps()).toContain('secret.previous')
    // Where it is not tried, what is no key is found out when it is saved.
    for (const keep_old_seconds of [60, 0]) {
      const unfit = { secret: 'private_key', value: 'no key', validate: false, keep_old_seconds }
      expect((await rotate('twice', unfit)).status).toBe(422)
      expect(await helps()).toContain('secret.previous')
    }
  })

  test('leaves no old one behind where none is to be kept', async () => {
    await api.create(clientCredentials(provider, 'clean'))
    expect((await rotate('clean', { keep_old_seconds: 0 })).body.old_until).toBeNull()
    await renewed('clean')
    const shown = knowing('secret-of-the-client')
    expect((await api.exchange('clean')).body.kind).toBe('refused')
    expect(new Set(shown)).toEqual(new Set(['the-new-one']))
  })

  test('is refused with its place when it is none of the credential, or somebody was faster', async () => {
    await api.create(clientCredentials(provider, 'placed'))
    expect((await rotate('placed', { secret: 'private_key' })).body.errors[0].path).toBe('/secret')
    expect((await rotate('placed', { keep_old_seconds: -1 })).body.errors[0].path).toBe('/keep_old_seconds')
    expect((await rotate('placed', {}, { 'If-Match': '"999"' })).status).toBe(412)
    expect((await rotate('nobody')).status).toBe(404)
  })
})

describe('the audit trail', () => {
  test('is filtered by who, what, on what and when', async () => {
    const of = async (query: string) =>
      (await call('GET', `/v1/audit?limit=500&${query}`)).body.items.map(({ action, subject }: Any) => [
        action,
        subject,
      ])
    await api.create(clientCredentials(provider, 'trail'))
    await call('POST', '/v1/credentials/trail/pause')
    expect(await of('subject=trail')).toEqual([
      ['credential.pause', 'trail'],
      ['credential.create', 'trail'],
    ])
    const kinds = new Set((await of('action=caller.*')).map(([action]: string[]) => action))
    expect([...kinds].sort()).toEqual(['caller.create', 'caller.delete'])
    expect(await of('action=credential.pause&subject=trail')).toHaveLength(1)
    expect(await of('actor=nobody')).toEqual([])
    expect(await of('from=2999-01-01T00:00:00Z')).toEqual([])
    expect((await of('to=2999-01-01T00:00:00Z')).length).toBeGreaterThan(5)
    expect((await call('GET', '/v1/audit?from=yesterday')).body.errors[0].path).toBe('/query/from')
  })

  test('is exported whole, as lines of JSON and as CSV that no spreadsheet runs', async () => {
    await call('POST', '/v1/callers', { name: '=1+1', scopes: ['audit:read'] })
    const json = await fetch(`${api.url}/v1/audit/export`, {
      headers: { Authorization: `Bearer ${api.key}` },
    })
    expect(json.headers.get('content-type')).toBe('application/x-ndjson')
    const lines = (await json.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const seqs = lines.map(({ seq }) => seq)
    expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, index) => seqs[0] - index))
    expect(seqs.at(-1)).toBe(1)
    const csv = await call('GET', '/v1/audit/export?format=csv&action=caller.create')
    expect(csv.headers.get('content-disposition')).toContain('bursar-audit.csv')
    const rows = csv.text.trim().split('\r\n')
    expect(rows[0]).toBe('seq,at,actor,action,subject,detail,hash')
    expect(rows.slice(1).every((row) => !/(^|,)[=+@-]/.test(row))).toBe(true)
    const made = await call('POST', '/v1/callers', { name: 'r', scopes: ['credentials:read'] })
    expect((await api.withKey(made.body.key).call('GET', '/v1/audit/export')).status).toBe(403)
  })
})
