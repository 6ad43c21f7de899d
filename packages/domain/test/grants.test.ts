import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { AnyRecipe } from '../src/every-recipe.ts'
import type { ExchangePlan, FieldValue, UnsignedJwt } from '../src/exchange.ts'
import { authorizationRequest } from '../src/grants/authorization-code.ts'
import { readDeviceAuthorization } from '../src/grants/device-code.ts'
import type { Consent, SecretName } from '../src/grants/grant.ts'
import { GRANT_TYPES, GRANTS, grantOf } from '../src/grants/table.ts'
import { signedOutputs } from '../src/jwt.ts'
import { lifetimePolicy } from '../src/lifetime.ts'
import { parseRecipe } from '../src/recipe.ts'
import { Secret } from '../src/secret.ts'
import vectors from './vectors/rfc-misc.json' with { type: 'json' }

const NOW = 1_800_000_000
const TOKEN_URL = 'https://login.example/token'

/** Every secret at once, so that a plan shows which ones it takes. */
const SECRETS: Record<SecretName, Secret> = {
  client_secret: new Secret('s e:cret'),
  private_key: new Secret('-----BEGIN PRIVATE KEY-----'),
  password: new Secret('pä ss'),
  token: new Secret('subject'),
  refresh_token: new Secret('refresh'),
  actor_token: new Secret('actor'),
}

function recipe(members: Record<string, unknown>): AnyRecipe {
  const parsed = parseRecipe({ token_url: TOKEN_URL, ...members })
  if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
  return parsed.recipe
}

const CONSENTS: Record<string, Consent> = {
  authorization_code: {
    kind: 'code',
    code: new Secret('code'),
    codeVerifier: new Secret('verifier'),
    redirectUri: 'https://bursar.example/callback',
  },
  device_code: { kind: 'device', deviceCode: new Secret('device') },
}

function input(made: AnyRecipe, secrets: Record<SecretName, Secret> = SECRETS) {
  const consent = CONSENTS[made.grant]
  return { recipe: made, secrets, now: NOW, randomId: 'id', ...(consent && { consent }) }
}

const plan = (members: Record<string, unknown>, secrets?: Record<SecretName, Secret>) => {
  const made = recipe(members)
  return grantOf(made).plan(input(made, secrets))
}

const shown = (value: FieldValue): unknown => {
  if (typeof value === 'string') return value
  return value instanceof Secret ? value.reveal() : value
}

function sent(planned: ExchangePlan) {
  if (planned.kind !== 'send') throw new Error(planned.kind)
  const { request } = planned
  const pairs = request.body && 'fields' in request.body ? request.body.fields : []
  return {
    ...request,
    headers: Object.fromEntries(request.headers.map(([name, value]) => [name, shown(value)])),
    fields: pairs.map(([name, value]) => [name, shown(value)] as const),
    field: (name: string) => pairs.filter(([one]) => one === name).map(([, value]) => shown(value)),
  }
}

describe('every grant', () => {
  test.each(GRANT_TYPES)('%s stands in the table under its own name and describes itself', (type) => {
    const grant = GRANTS[type]
    expect(grant.type).toBe(type)
    expect(grant.fields.shape.grant.value).toBe(type)
    expect(grant.source).toMatch(/RFC \d+/)
    const knowsRefresh = grant.renewal === 'only' || grant.renewal === 'refresh_or_again'
    expect('planRefresh' in grant && grant.planRefresh !== undefined).toBe(knowsRefresh)
    expect('authorizationRequest' in grant).toBe(grant.consent === 'redirect')
    expect('planDeviceAuthorization' in grant).toBe(grant.consent === 'device')
  })

  test('that is not known is a fault', () => {
    expect(() => grantOf({ grant: 'constructor' })).toThrow(TypeError)
  })

  test('refuses to plan without its secrets, by name and without printing any', () => {
    const made = recipe({ grant: 'client_credentials', client_id: 'a' })
    expect(() => grantOf(made).plan(input(made, {}))).toThrow('client_secret')
  })
})

describe('client credentials', () => {
  test('ask as RFC 6749 §4.4.2 says', () => {
    const request = sent(plan({ grant: 'client_credentials', client_id: 'a b', scope: 'x  y' }))
    expect(request).toMatchObject({ method: 'POST', url: TOKEN_URL, body: { type: 'form' } })
    expect(request.headers).toEqual({
      accept: 'application/json',
      authorization: `Basic ${Buffer.from('a+b:s+e%3Acret').toString('base64')}`,
    })
    expect(request.fields).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'x y'],
    ])
  })

  test('carry audience, every resource, extra parameters and headers', () => {
    const request = sent(
      plan({
        grant: 'client_credentials',
        client_id: 'a',
        audience: 'aud',
        resource: ['r1', 'r2'],
        extra_params: { tenant: 't', grant_type: 'client_credential' },
        extra_headers: { 'X-Tenant': 't', Accept: '*/*' },
        content_type: 'json',
      }),
    )
    expect(request.body?.type).toBe('json')
    expect(request.field('resource')).toEqual(['r1', 'r2'])
    expect(request.field('audience')).toEqual(['aud'])
    expect(request.field('tenant')).toEqual(['t'])
    expect(request.field('grant_type')).toEqual(['client_credential'])
    expect(request.headers).toMatchObject({ 'X-Tenant': 't', Accept: '*/*' })
    expect(request.headers).not.toHaveProperty('accept')
  })
})

describe('client authentication', () => {
  const authenticated = (members: Record<string, unknown>) =>
    sent(plan({ grant: 'client_credentials', client_id: 'client', ...members }))

  test('by Basic is the example of RFC 6749 §2.3.1', () => {
    const { id, secret, header } = vectors.basic[0] as { id: string; secret: string; header: string }
    const made = recipe({ grant: 'client_credentials', client_id: id })
    const request = sent(grantOf(made).plan(input(made, { client_secret: new Secret(secret) })))
    expect(request.headers.authorization).toBe(header)
  })

  test('by Basic can be raw for servers that decode nothing', () => {
    const { headers } = authenticated({ client_auth_encoding: 'raw' })
    expect(headers.authorization).toBe(`Basic ${Buffer.from('client:s e:cret').toString('base64')}`)
  })

  test('by Basic survives a decoder for every id and secret', () => {
    const text = fc.string({ unit: 'grapheme', minLength: 1 })
    fc.assert(
      fc.property(text, text, (id, secret) => {
        const made = recipe({ grant: 'client_credentials', client_id: id })
        const { headers } = sent(grantOf(made).plan(input(made, { client_secret: new Secret(secret) })))
        const [user, password] = Buffer.from(String(headers.authorization).slice(6), 'base64')
          .toString()
          .split(':')
        const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '))
        expect([decode(user!), decode(password!)]).toEqual([id, secret])
      }),
      { seed: 7617 },
    )
  })

  test('by post stands in the body', () => {
    const request = authenticated({ client_auth: 'client_secret_post' })
    expect(request.headers).not.toHaveProperty('authorization')
    expect(request.field('client_id')).toEqual(['client'])
    expect(request.field('client_secret')).toEqual(['s e:cret'])
  })

  test('by private key is a signed assertion, RFC 7523 §3', () => {
    const request = authenticated({
      client_auth: 'private_key_jwt',
      alg: 'ES256',
      key_id: 'k1',
      client_assertion_audience: 'https://login.example',
    })
    expect(request.field('client_assertion_type')).toEqual([
      'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    ])
    const [jwt] = request.field('client_assertion') as UnsignedJwt[]
    expect(jwt).toMatchObject({ kind: 'unsigned_jwt', alg: 'ES256', header: { typ: 'JWT', kid: 'k1' } })
    expect(jwt!.key).toBe(SECRETS.private_key)
    expect(jwt!.claims).toEqual({
      iss: 'client',
      sub: 'client',
      aud: 'https://login.example',
      iat: NOW - 5,
      exp: NOW + 300,
      jti: expect.any(String),
    })
  })

  test('by shared secret is signed with HS256 for the token URL', () => {
    const [jwt] = authenticated({ client_auth: 'client_secret_jwt', alg: 'RS256', key_id: 'k' }).field(
      'client_assertion',
    ) as UnsignedJwt[]
    expect(jwt).toMatchObject({ alg: 'HS256', header: { typ: 'JWT' }, claims: { aud: TOKEN_URL } })
    expect(jwt!.key).toBe(SECRETS.client_secret)
  })

  test('of a public client is its id alone', () => {
    const request = authenticated({ client_auth: 'none' })
    expect(request.field('client_id')).toEqual(['client'])
    expect(request.headers).toEqual({ accept: 'application/json' })
  })

  test('is left out where there is no client', () => {
    const request = sent(plan({ grant: 'password', username: 'u' }))
    expect(request.fields.map(([name]) => name)).toEqual(['grant_type', 'username', 'password'])
    expect(request.headers).toEqual({ accept: 'application/json' })
  })
})

describe('authorization code', () => {
  const members = {
    grant: 'authorization_code',
    client_id: 'client',
    authorization_url: 'https://login.example/authorize?tenant=t&state=fixed',
    scope: ['a', 'b'],
    audience: 'aud',
    resource: ['https://r1/', 'https://r2/'],
    extra_authorization_params: { prompt: 'consent' },
  }
  const { challenge } = vectors['RFC 7636 B PKCE S256']

  test('sends a person with PKCE, state and all that was there before', () => {
    const made = recipe(members)
    const parameters = {
      redirectUri: 'https://bursar.example/callback?x=1',
      state: 's&t',
      codeChallenge: challenge,
    }
    const url = new URL(grantOf(made).authorizationRequest!(made, parameters))
    expect(url.origin + url.pathname).toBe('https://login.example/authorize')
    expect([...url.searchParams]).toEqual([
      ['tenant', 't'],
      ['response_type', 'code'],
      ['client_id', 'client'],
      ['redirect_uri', 'https://bursar.example/callback?x=1'],
      ['scope', 'a b'],
      ['audience', 'aud'],
      ['resource', 'https://r1/'],
      ['resource', 'https://r2/'],
      ['state', 's&t'],
      ['code_challenge', challenge],
      ['code_challenge_method', 'S256'],
      ['prompt', 'consent'],
    ])
  })

  test('binds state and challenge whatever they hold', () => {
    fc.assert(
      fc.property(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }), (state, codeChallenge) => {
        const fields = { authorization_url: 'https://login.example/a', client_id: 'c' }
        const url = new URL(
          authorizationRequest(fields, { redirectUri: 'https://b.example/', state, codeChallenge }),
        )
        expect(url.searchParams.getAll('state')).toEqual([state])
        expect(url.searchParams.getAll('code_challenge')).toEqual([codeChallenge])
      }),
      { seed: 7636 },
    )
  })

  test('redeems the code with its verifier, RFC 7636 §4.5', () => {
    const request = sent(plan(members))
    expect(request.fields).toEqual([
      ['grant_type', 'authorization_code'],
      ['code', 'code'],
      ['redirect_uri', 'https://bursar.example/callback'],
      ['code_verifier', 'verifier'],
      ['audience', 'aud'],
      ['resource', 'https://r1/'],
      ['resource', 'https://r2/'],
    ])
  })

  test('can not do without a person', () => {
    const made = recipe(members)
    const { consent: _, ...without } = input(made)
    expect(() => grantOf(made).plan(without)).toThrow(
      expect.objectContaining({ code: 'credential.needs_sign_in' }),
    )
  })
})

describe('a refresh', () => {
  test.each(GRANT_TYPES.filter((type) => 'planRefresh' in GRANTS[type]))(
    'of %s authenticates the client and asks for no more than was granted',
    (grant) => {
      const made = recipe({
        grant,
        client_id: 'client',
        client_auth: 'client_secret_post',
        scope: 'a',
        extra_params: { tenant: 't', grant_type: 'odd' },
        ...(grant === 'password' && { username: 'u' }),
        ...(grant === 'authorization_code' && { authorization_url: 'https://login.example/a' }),
        ...(grant === 'device_code' && { device_authorization_url: 'https://login.example/d' }),
      })
      const request = sent(grantOf(made).planRefresh!(input(made), new Secret('newest')))
      expect(request.fields).toEqual([
        ['grant_type', 'refresh_token'],
        ['refresh_token', 'newest'],
        ['client_id', 'client'],
        ['client_secret', 's e:cret'],
        ['tenant', 't'],
      ])
    },
  )

  test('of a refresh token that was brought along begins with it', () => {
    const request = sent(plan({ grant: 'refresh_token', client_id: 'c', client_auth: 'none', scope: 'a' }))
    expect(request.fields).toEqual([
      ['grant_type', 'refresh_token'],
      ['refresh_token', 'refresh'],
      ['scope', 'a'],
      ['client_id', 'c'],
    ])
  })
})

describe('a JWT grant', () => {
  const members = { grant: 'jwt_bearer', issuer: 'iss', subject: 'sub', alg: 'PS256', claims: { scope: 'x' } }

  test('asks as RFC 7523 §2.1 says', () => {
    const request = sent(plan({ ...members, scope: 'a', key_id: 'k', ttl_seconds: 60 }))
    expect(request.field('grant_type')).toEqual(['urn:ietf:params:oauth:grant-type:jwt-bearer'])
    expect(request.field('scope')).toEqual(['a'])
    const [jwt] = request.field('assertion') as UnsignedJwt[]
    expect(jwt).toMatchObject({ alg: 'PS256', header: { typ: 'JWT', kid: 'k' } })
    expect(jwt!.claims).toEqual({
      iss: 'iss',
      sub: 'sub',
      aud: TOKEN_URL,
      scope: 'x',
      iat: NOW - 5,
      exp: NOW + 60,
      jti: 'id',
    })
  })

  test('gives its audience to the JWT and not to the request', () => {
    const request = sent(plan({ ...members, audience: ['a1', 'a2'] }))
    expect(request.field('audience')).toEqual([])
    expect((request.field('assertion')[0] as UnsignedJwt).claims.aud).toEqual(['a1', 'a2'])
  })

  test('signs two JWTs with different ids when the client does so too', () => {
    const request = sent(plan({ ...members, client_id: 'c', client_auth: 'private_key_jwt' }))
    const ids = ['assertion', 'client_assertion'].map(
      (name) => (request.field(name)[0] as UnsignedJwt).claims.jti,
    )
    expect(new Set(ids).size).toBe(2)
  })

  test('takes the shared secret for HMAC and the private key otherwise', () => {
    const needs = (alg: string) => {
      const made = recipe({ ...members, alg })
      return grantOf(made).secrets(made).required
    }
    expect(needs('HS512')).toEqual(['client_secret'])
    expect(needs('EdDSA')).toEqual(['private_key'])
  })
})

describe('a token exchange', () => {
  test('asks as RFC 8693 §2.1 says', () => {
    const request = sent(
      plan({
        grant: 'token_exchange',
        requested_token_type: 'urn:ietf:params:oauth:token-type:jwt',
        subject_token_type: 'urn:ietf:params:oauth:token-type:id_token',
        audience: ['a1', 'a2'],
      }),
    )
    expect(request.fields).toEqual([
      ['grant_type', 'urn:ietf:params:oauth:grant-type:token-exchange'],
      ['subject_token', 'subject'],
      ['subject_token_type', 'urn:ietf:params:oauth:token-type:id_token'],
      ['actor_token', 'actor'],
      ['actor_token_type', 'urn:ietf:params:oauth:token-type:access_token'],
      ['requested_token_type', 'urn:ietf:params:oauth:token-type:jwt'],
      ['audience', 'a1'],
      ['audience', 'a2'],
    ])
  })

  test('names no actor type without an actor', () => {
    const request = sent(plan({ grant: 'token_exchange' }, { token: new Secret('subject') }))
    expect(request.fields.map(([name]) => name)).toEqual([
      'grant_type',
      'subject_token',
      'subject_token_type',
    ])
  })
})

describe('a device', () => {
  const members = {
    grant: 'device_code',
    client_id: 'c',
    client_auth: 'none',
    device_authorization_url: 'https://login.example/device',
    scope: 'a',
  }
  const answer = (body: unknown, status = 200) => ({
    status,
    headers: {},
    body: JSON.stringify(body),
    receivedAt: NOW,
  })
  const complete = {
    device_code: 'GmRh',
    user_code: 'WDJB-MJHT',
    verification_uri: 'https://example.com/device',
    verification_uri_complete: 'https://example.com/device?user_code=WDJB-MJHT',
    expires_in: 1800,
    interval: 7,
  }

  test('asks for a code and then for the token', () => {
    const made = recipe(members)
    const first = sent(grantOf(made).planDeviceAuthorization!(input(made)))
    expect(first.url).toBe('https://login.example/device')
    expect(first.fields).toEqual([
      ['scope', 'a'],
      ['client_id', 'c'],
    ])
    expect(sent(plan(members)).fields).toEqual([
      ['grant_type', 'urn:ietf:params:oauth:grant-type:device_code'],
      ['device_code', 'device'],
      ['client_id', 'c'],
    ])
  })

  test('reads the answer of RFC 8628 §3.2', () => {
    const read = readDeviceAuthorization(answer(complete))
    expect(read).toMatchObject({
      userCode: 'WDJB-MJHT',
      verificationUri: 'https://example.com/device',
      verificationUriComplete: 'https://example.com/device?user_code=WDJB-MJHT',
      expiresInSeconds: 1800,
      intervalSeconds: 7,
    })
    expect('deviceCode' in read && read.deviceCode.reveal()).toBe('GmRh')
  })

  test('fills in what providers leave out, within bounds', () => {
    const { interval: _, expires_in: __, verification_uri: uri, ...rest } = complete
    const read = readDeviceAuthorization(answer({ ...rest, verification_url: uri }))
    expect(read).toMatchObject({ verificationUri: uri, intervalSeconds: 5, expiresInSeconds: 1800 })
    expect(readDeviceAuthorization(answer({ ...complete, interval: 1e9, expires_in: '-1' }))).toMatchObject({
      intervalSeconds: 300,
      expiresInSeconds: 1800,
    })
  })

  test.each([
    [{ ...complete, verification_uri: 'javascript:alert(1)' }, 200, 'unreadable'],
    [{ ...complete, device_code: 7 }, 200, 'unreadable'],
    [{}, 200, 'unreadable'],
    [{ error: 'invalid_client' }, 401, 'refused'],
    [{}, 503, 'unavailable'],
  ])('judges %j at %i as %s', (body, status, kind) => {
    expect(readDeviceAuthorization(answer(body, status))).toMatchObject({ kind })
  })
})

describe('a grant that asks nobody', () => {
  const given = (members: Record<string, unknown>) => {
    const parsed = parseRecipe(members)
    if ('problems' in parsed) throw new Error(JSON.stringify(parsed.problems))
    return grantOf(parsed.recipe).plan(input(parsed.recipe))
  }

  test('makes Basic credentials of UTF-8, RFC 7617 §2.1', () => {
    const planned = given({ grant: 'http_basic', username: 'jürgen' })
    expect(planned).toMatchObject({ kind: 'given', outputs: { tokenType: 'Basic' } })
    const token = planned.kind === 'given' ? planned.outputs.accessToken.reveal() : ''
    expect(Buffer.from(token, 'base64').toString()).toBe('jürgen:pä ss')
  })

  test('hands a static token on with its end', () => {
    expect(
      given({ grant: 'static_token', token_type: 'SSWS', expires_at: '2030-01-31T00:00:00Z' }),
    ).toMatchObject({
      kind: 'given',
      outputs: { accessToken: SECRETS.token, tokenType: 'SSWS', expiresAt: Date.UTC(2030, 0, 31) / 1000 },
    })
    expect(given({ grant: 'static_token' })).toMatchObject({ outputs: { tokenType: 'Bearer' } })
  })

  test('says what JWT is to be signed', () => {
    const planned = given({
      grant: 'signed_jwt',
      issuer: 'iss',
      audience: 'aud',
      alg: 'EdDSA',
      ttl_seconds: 900,
    })
    expect(planned).toMatchObject({
      kind: 'sign',
      expiresInSeconds: 900,
      jwt: { alg: 'EdDSA', claims: { iss: 'iss', aud: 'aud', iat: NOW - 5, exp: NOW + 900 } },
    })
    expect(signedOutputs({ expiresInSeconds: 900 }, new Secret('j'), NOW)).toMatchObject({
      expiresAt: NOW + 900,
    })
  })

  test.each(GRANT_TYPES.filter((type) => GRANTS[type].renewal === 'never'))('%s reads no answer', (type) => {
    const answer = { status: 200, headers: {}, body: '{"access_token":"t"}', receivedAt: NOW }
    const made = { grant: type, lifetime: lifetimePolicy.parse({}) }
    expect(grantOf(made).read(answer, made).kind).toBe('unreadable')
  })
})
