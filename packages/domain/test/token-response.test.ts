import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Answer, Judgement } from '../src/exchange.ts'
import { parseResponsePath, type ResponseMapping, readResponsePath } from '../src/response-path.ts'
import type { Secret } from '../src/secret.ts'
import { readTokenResponse } from '../src/token-response.ts'

const NOW = 784_111_777 // Sun, 06 Nov 1994 08:49:37 GMT
const PLANTED = 'planted-7Fjfp0ZBr1KtDRbnfVdmIw'

const answer = (status: number, body: unknown, headers: Record<string, string> = {}): Answer => ({
  status,
  headers,
  body: typeof body === 'string' ? body : JSON.stringify(body),
  receivedAt: NOW,
})

const read = (status: number, body: unknown, response?: ResponseMapping, headers?: Record<string, string>) =>
  readTokenResponse(answer(status, body, headers), { response })

function tokens(judgement: Judgement) {
  if (judgement.kind !== 'token') throw new Error(JSON.stringify(judgement))
  const { accessToken, refreshToken, others, ...rest } = judgement.outputs
  const reveal = (secrets: Readonly<Record<string, Secret>>) =>
    Object.fromEntries(Object.entries(secrets).map(([name, secret]) => [name, secret.reveal()]))
  return {
    accessToken: accessToken.reveal(),
    refreshToken: refreshToken?.reveal(),
    others: reveal(others),
    ...rest,
  }
}

describe('a token answer', () => {
  test('of RFC 6749 §5.1 is read', () => {
    const body = {
      access_token: '2YotnFZFEjr1zCsicMWpAA',
      token_type: 'example',
      expires_in: 3600,
      refresh_token: 'tGzv3JOkF0XG5Qx2TlKWIA',
      scope: 'a b',
      id_token: 'e.y.J',
      example_parameter: 'example_value',
    }
    expect(tokens(read(200, body))).toEqual({
      accessToken: '2YotnFZFEjr1zCsicMWpAA',
      refreshToken: 'tGzv3JOkF0XG5Qx2TlKWIA',
      tokenType: 'example',
      scope: 'a b',
      expiresIn: 3600,
      others: { id_token: 'e.y.J' },
    })
  })

  test.each([
    ['with a byte order mark', '\uFEFF{"access_token":"t"}'],
    ['in blanks', ' \r\n{"access_token":"t"}\n'],
    ['form-encoded', 'access_token=t'],
    ['form-encoded with more', 'expires_in=3600&access_token=t&token_type=bearer'],
    ['in a list with a mapping', '[{"access_token":"t"}]', { access_token: '[0].access_token' }],
    ['with an empty error', '{"error":"","access_token":"t"}'],
    ['with error null', '{"error":null,"ok":true,"access_token":"t"}'],
    ['with error 0', '{"error":0,"access_token":"t"}'],
    ['with the same name twice, of which the last counts', '{"access_token":"x","access_token":"t"}'],
  ] as Array<[string, string, ResponseMapping?]>)('%s is read', (_name, body, mapping) => {
    expect(tokens(read(200, body, mapping)).accessToken).toBe('t')
    expect(tokens(read(201, body, mapping)).accessToken).toBe('t')
  })

  test('is read whatever its content type says', () => {
    const headers = { 'content-type': 'text/html' }
    expect(read(200, { access_token: 't' }, undefined, headers).kind).toBe('token')
  })

  test.each([undefined, null, '', 5, {}])('with refresh_token %j brings none', (refresh_token) => {
    expect(tokens(read(200, { access_token: 't', refresh_token })).refreshToken).toBeUndefined()
  })

  test.each([
    ['3600', '3600'],
    [-1, -1],
    [1e300, 1e300],
    [null, undefined],
    [true, undefined],
    [[], undefined],
  ])('hands on expires_in %j for the lifetime policy to judge', (expires_in, expected) => {
    expect(tokens(read(200, { access_token: 't', expires_in })).expiresIn).toBe(expected)
  })

  test('is mapped by the recipe', () => {
    const mapping: ResponseMapping = {
      access_token: 'data.tokens[1].value',
      expires_in: 'data.ttl',
      scope: 'data.scopes',
      outputs: { bot: 'data.tokens[0].value', number: 'data.ttl', missing: 'data.none' },
    }
    const judged = read(
      200,
      { data: { tokens: [{ value: 'b' }, { value: 'a' }], ttl: 60, scopes: ['x', 'y'] } },
      mapping,
    )
    expect(tokens(judged)).toMatchObject({
      accessToken: 'a',
      expiresIn: 60,
      scope: 'x y',
      others: { bot: 'b', number: '60' },
    })
    expect(judged).toMatchObject({ notes: [{ code: 'response.output_missing' }] })
  })

  test.each(['a\nb', 'a b', 'a\r\nX: y', 'tök', '\u0000', 'a\u007f', 7, true, ['t'], { a: 1 }])(
    'with access token %j is unreadable, being not header safe',
    (access_token) => {
      expect(read(200, { access_token })).toMatchObject({
        kind: 'unreadable',
        detail: expect.stringContaining('header safe'),
      })
    },
  )

  test('with members of prototypes brings nothing and changes nothing', () => {
    const body = '{"__proto__":{"access_token":"t"},"constructor":{"name":"x"}}'
    expect(read(200, body).kind).toBe('unreadable')
    expect(read(200, { a: 1 }, { access_token: 'constructor.name' }).kind).toBe('unreadable')
    expect(read(200, { a: 'text' }, { access_token: 'a.length' }).kind).toBe('unreadable')
    expect(({} as Record<string, unknown>).access_token).toBeUndefined()
    const form = read(200, '__proto__=x&access_token=t')
    expect(tokens(form).accessToken).toBe('t')
  })
})

describe('an answer without a token', () => {
  test.each([
    ['', 'empty'],
    ['  \n', 'empty'],
    ['<!doctype html><title>Sign in</title>', 'web page'],
    [`{"access_token":"${PLANTED}","expires`, 'cut off'],
    [`{"access_token":"${PLANTED}"`, 'cut off'],
    [PLANTED, 'neither JSON'],
    [`"${PLANTED}"`, 'neither JSON'],
    ['{}', 'no access_token'],
    ['[]', 'no access_token'],
    ['{"token":"x","expires":1}', 'only token, expires'],
    [`{"access_token":null,"${PLANTED}":1}`, 'no access_token'],
    ['{"access_token":""}', 'is empty'],
  ])('%j is unreadable: %s', (body, words) => {
    const judged = read(200, body)
    expect(judged).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringContaining(words),
      hint: expect.any(String),
    })
    expect(JSON.stringify(judged)).not.toContain(PLANTED)
  })

  test.each([301, 302, 307, 308])('at status %i says that it redirects', (status) => {
    const judged = read(status, '', undefined, { location: `https://evil.example/?t=${PLANTED}` })
    expect(judged).toMatchObject({ kind: 'unreadable', detail: expect.stringContaining('redirects') })
    expect(JSON.stringify(judged)).not.toContain(PLANTED)
  })
})

describe('an error', () => {
  test.each(['invalid_client', 'invalid_grant', 'invalid_scope', 'unauthorized_client', 'made_up'])(
    '%s is a refusal at 400, 401 and even 200',
    (error) => {
      for (const status of [200, 400, 401, 403]) {
        expect(read(status, { error, error_description: 'No.' })).toMatchObject({
          kind: 'refused',
          error,
          description: 'No.',
          hint: expect.any(String),
        })
      }
    },
  )

  test('beside a token wins: the old token must not be replaced', () => {
    expect(read(200, { access_token: 't', error: 'invalid_grant' }).kind).toBe('refused')
  })

  test.each([
    [{ ok: false, error: 'token_revoked' }, 'token_revoked'],
    [{ ok: false }, 'unknown_error'],
    [{ error: { code: 190, type: 'OAuthException', message: 'Expired.' } }, 'OAuthException'],
    [{ error: { message: 'Expired.' } }, 'unknown_error'],
    [{ error: true }, 'unknown_error'],
    [{ error: 40_001 }, '40001'],
    [{ error: 'has blanks and\nlines' }, 'unknown_error'],
    ['error=bad_verification_code&error_description=The+code+is+wrong.', 'bad_verification_code'],
  ])('%j is a refusal with 200', (body, error) => {
    expect(read(200, body)).toMatchObject({ kind: 'refused', error })
  })

  test('is found where the recipe says', () => {
    const mapping = { error: 'errcode', error_description: 'errmsg' }
    expect(read(200, { errcode: 0, access_token: 't' }, mapping).kind).toBe('token')
    expect(read(200, { errcode: 40_013, errmsg: 'bad appid' }, mapping)).toMatchObject({
      kind: 'refused',
      error: '40013',
      description: 'bad appid',
    })
  })

  test.each(['temporarily_unavailable', 'server_error'])('%s is no refusal', (error) => {
    for (const status of [200, 400, 503])
      expect(read(status, { error })).toMatchObject({ kind: 'unavailable', code: error })
  })

  test('of a device that is not approved yet is awaited', () => {
    const ofDevice = (status: number, error: string) =>
      readTokenResponse(answer(status, { error }), { grant: 'device_code' })
    expect(ofDevice(400, 'authorization_pending')).toEqual({ kind: 'awaiting', slowDown: false })
    expect(ofDevice(428, 'authorization_pending')).toEqual({ kind: 'awaiting', slowDown: false })
    expect(ofDevice(429, 'slow_down')).toEqual({ kind: 'awaiting', slowDown: true })
  })

  test('slow_down, where no person is waited for, is the wish to be left alone for a while', () => {
    const told = { kind: 'unavailable', code: 'slow_down', retryAfterSeconds: 30 }
    for (const status of [400, 429])
      expect(read(status, { error: 'slow_down' }, undefined, { 'retry-after': '30' })).toMatchObject(told)
  })

  test.each([408, 429, 500, 502, 503, 504, 599])('at status %i may pass', (status) => {
    expect(read(status, '<html>')).toMatchObject({ kind: 'unavailable', code: `http_${status}` })
    expect(read(status, { error: 'invalid_grant' }).kind).toBe('unavailable')
  })

  test.each([
    ['30', 30],
    ['Sun, 06 Nov 1994 08:50:37 GMT', 60],
    ['soon', undefined],
  ])('with Retry-After %j asks for %j seconds', (value, seconds) => {
    const judged = read(429, '', undefined, { 'retry-after': value })
    expect(judged.kind === 'unavailable' && judged.retryAfterSeconds).toBe(seconds)
  })

  test.each([400, 401, 403, 404, 405, 410, 415, 451])(
    'without a name at status %i is a refusal',
    (status) => {
      expect(read(status, '<html>')).toMatchObject({ kind: 'refused', error: `http_${status}` })
    },
  )

  test('is shown without the tokens it repeats', () => {
    const jwt = `eyJhbGciOiJIUzI1NiJ9.${'a'.repeat(20)}.b`
    const opaque = '7Fjfp0ZBr1KtDRbnfVdmIw7Fjfp0ZBr1KtDRbnfVdmIw'
    const trace = '0f8fad5b-d9cb-469f-a165-70867728950e'
    const judged = read(400, {
      error: 'invalid_grant',
      error_description: `Bad ${jwt} or ${opaque}\n trace ${trace}`,
    })
    expect(judged).toMatchObject({ description: `Bad [redacted] or [redacted]  trace ${trace}` })
    expect(read(400, { error: opaque })).toMatchObject({ error: 'unknown_error' })
  })
})

describe('any answer', () => {
  const status = fc.integer({ min: 100, max: 599 })
  const body = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.json(),
    fc
      .record(
        {
          access_token: fc.jsonValue(),
          refresh_token: fc.jsonValue(),
          error: fc.jsonValue(),
          expires_in: fc.jsonValue(),
          ok: fc.jsonValue(),
        },
        { requiredKeys: [] },
      )
      .map((value) => JSON.stringify(value)),
  )

  test('is judged, and a token is only ever what a header can carry', () => {
    fc.assert(
      fc.property(status, body, (code, text) => {
        const judged = read(code, text)
        if (judged.kind !== 'token') return
        expect(code).toBeGreaterThanOrEqual(200)
        expect(code).toBeLessThan(300)
        expect(judged.outputs.accessToken.reveal()).toMatch(/^[\x21-\x7e]+$/)
      }),
      { seed: 5, numRuns: 2000 },
    )
  })

  test('never has its token in what is said about it', () => {
    const wrap = fc.constantFrom(
      (token: string) => `{"access_token":"${token}\n"}`,
      (token: string) => `{"access_token":["${token}"]}`,
      (token: string) => `{"access_token":"${token}"`,
      (token: string) => `{"${token}":1}`,
      (token: string) => `${token}`,
      (token: string) => `{"error":"invalid_grant","error_description":"bad ${token}"}`,
      (token: string) => `<html>${token}`,
      (token: string) => `token=${token}`,
    )
    fc.assert(
      fc.property(status, wrap, fc.stringMatching(/^[A-Za-z0-9_-]{40,80}$/), (code, inside, token) => {
        expect(JSON.stringify(read(code, inside(token)))).not.toContain(token)
      }),
      { seed: 6, numRuns: 1000 },
    )
  })
})

describe('a path', () => {
  test.each([
    ['a', ['a']],
    ['a.b[0].c', ['a', 'b', 0, 'c']],
    ['[2][3]', [2, 3]],
    ['a-b.@c', ['a-b', '@c']],
  ])('%s has its steps', (path, steps) => {
    expect(parseResponsePath(path)).toEqual(steps)
  })

  test.each(['', '.', 'a.', '.a', 'a..b', 'a[', 'a[]', 'a[x]', 'a[0]b', 'a.[0]', 'a]', 'a[-1]', 'a[99999]'])(
    '%j is none',
    (path) => {
      expect(parseResponsePath(path)).toBeUndefined()
    },
  )

  test('reaches own properties only', () => {
    expect(readResponsePath({ a: [1, 2] }, 'a[1]')).toBe(2)
    expect(readResponsePath({ a: { 1: 2 } }, 'a[1]')).toBeUndefined()
    expect(readResponsePath([1], 'length')).toBe(1)
    expect(readResponsePath({}, '__proto__')).toBeUndefined()
    expect(readResponsePath({}, 'toString.name')).toBeUndefined()
  })
})

describe('a recipe that takes one form of answer only', () => {
  const TOKEN = { access_token: 'a', expires_in: 60 }

  test('takes no other status for a success, and leaves refusals what they are', () => {
    expect(read(200, TOKEN, { status: 200 }).kind).toBe('token')
    expect(read(201, TOKEN, { status: 200 })).toMatchObject({
      kind: 'unreadable',
      detail: expect.stringContaining('201'),
    })
    expect(read(401, { error: 'invalid_client' }, { status: 200 })).toMatchObject({ kind: 'refused' })
    expect(read(503, {}, { status: 200 })).toMatchObject({ kind: 'unavailable' })
  })

  test('takes no form where it wants JSON', () => {
    expect(read(200, TOKEN, { encoding: 'json' }).kind).toBe('token')
    expect(read(200, 'access_token=a&expires_in=60', {}).kind).toBe('token')
    expect(read(200, 'access_token=a&expires_in=60', { encoding: 'json' }).kind).toBe('unreadable')
  })
})
