import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { redactAnswer, redactRequest, redactText } from '../../src/outbound/redact.ts'

const SECRET = 'p4ss/w+rd &"<ü>'
const answer = (body: string, headers: Record<string, string> = {}) => ({
  status: 400,
  headers,
  body,
  receivedAt: 0,
})
const request = (
  body: string | null,
  url = 'https://idp.test/token',
  headers: Array<[string, string]> = [],
) => ({
  method: 'POST',
  url,
  headers,
  body,
})

describe('a request', () => {
  test('shows its form by names, and the values that are for people', () => {
    const body = new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: '01d',
      client_secret: SECRET,
      scope: 'mail.read',
      code: '123456',
    })
    expect(redactRequest(request(body.toString()), [SECRET])).toEqual({
      method: 'POST',
      url: 'https://idp.test/token',
      headers: {},
      body: {
        grant_type: 'client_credentials',
        client_id: '01d',
        client_secret: '[redacted, 15 characters]',
        scope: 'mail.read',
        code: '[redacted, 6 characters]',
      },
    })
  })

  test('shows the headers that explain it, of others the name, of cookies nothing', () => {
    const { headers } = redactRequest(
      request(null, undefined, [
        ['Content-Type', 'application/json'],
        ['Authorization', 'Basic abc'],
        ['X-Api-Key', 'abc'],
        ['Cookie', 'a=b'],
      ]),
      [],
    )
    expect(headers).toEqual({
      'content-type': 'application/json',
      authorization: '[redacted]',
      'x-api-key': '[redacted]',
      cookie: '[redacted]',
    })
    const plain = { connection: 'keep-alive', 'keep-alive': 'timeout=5', vary: 'Origin' }
    expect(redactAnswer(answer('', { 'set-cookie': 'session=1', ...plain }), []).headers).toEqual(plain)
  })

  test('shows its URL without user, fragment and the values of its query', () => {
    const url = `https://user:${encodeURIComponent(SECRET)}@idp.test/t/AAAAAAAAAAAAAAAA9/token?api_key=x1&scope=a#frag`
    expect(redactRequest(request(null, url), [SECRET]).url).toBe(
      'https://idp.test/t/[redacted]/token?api_key=[redacted, 2 characters]&scope=a',
    )
    expect(redactRequest(request(null, 'not a url'), []).url).toBe('[redacted]')
  })
})

describe('an answer', () => {
  test('keeps its structure, hides every token although nobody knows it yet', () => {
    const body = {
      access_token: 'new',
      expires_in: 3600,
      ok: true,
      nothing: null,
      list: ['a', 1],
      deep: { id: 'x' },
    }
    expect(redactAnswer(answer(JSON.stringify(body)), []).body).toEqual({
      access_token: '[redacted, 3 characters]',
      expires_in: 3600,
      ok: true,
      nothing: null,
      list: ['[redacted, 1 characters]', 1],
      deep: { id: '[redacted, 1 characters]' },
    })
  })

  test('shows what explains an error, without what it quotes', () => {
    const body = {
      error: 'invalid_client',
      error_description: `AADSTS7000215: Invalid secret '${SECRET}' for app. Trace: 3f2504e0-4f89-41d3-9a0c-0305e82c3301`,
      error_uri: 'https://login.test/error?code=7000215',
    }
    expect(redactAnswer(answer(JSON.stringify(body)), [SECRET]).body).toEqual({
      error: 'invalid_client',
      error_description: "AADSTS7000215: Invalid secret '[redacted]' for app. Trace: [redacted]",
      error_uri: 'https://login.test/error?code=7000215',
    })
  })

  test('shows the message of a nested error, as many APIs send it', () => {
    const body =
      '{"error":{"message":"Bad code","type":"OAuthException","code":190,"trace":"x"},"message":"x"}'
    expect(redactAnswer(answer(body), []).body).toEqual({
      error: { message: 'Bad code', type: 'OAuthException', code: 190, trace: '[redacted, 1 characters]' },
      message: '[redacted, 1 characters]',
    })
  })

  test('in a form is shown as a form', () => {
    expect(redactAnswer(answer('access_token=abc&token_type=bearer&expires=5'), []).body).toEqual({
      access_token: '[redacted, 3 characters]',
      token_type: 'bearer',
      expires: '[redacted, 1 characters]',
    })
  })

  test('that is cut-off JSON shows names and no strings', () => {
    const body = redactAnswer(answer('{"access_token": "short", "id_token":"cut \\" o'), []).body
    expect(body).toBe('{"access_token": "[redacted]", "id_token":"[redacted]"')
  })

  test('that is HTML shows its beginning', () => {
    const body = `<html><body><h1>Sign in first</h1>${'<p>text</p> '.repeat(100)}`
    const shown = redactAnswer(answer(body), []).body as string
    expect(shown).toMatch(/^<html><body><h1>Sign in first<\/h1>/)
    expect(shown.length).toBeLessThanOrEqual(201)
  })

  test.each([
    ['a lone word may be the token', 'abcdef'],
    ['XML', '<Token>short</Token> <b>x y</b>'],
    ['a named value', 'your token = short, your password: short'],
    ['a JWT', 'it is eyJhbGciOiJIUzI1NiJ9.e30.short, yes'],
    ['hexadecimal', 'it is 0123456789abcdef0123456789abcdef'],
    ['base64 with slashes', 'it is abcDEF/ghiJKL/mnoPQR012345678+9/short'],
  ])('of text hides what looks like a credential: %s', (_what, body) => {
    expect(redactAnswer(answer(body), []).body).not.toMatch(/short|abcdef|0123|ghiJKL/)
  })

  test('with a body made to be expensive is still quick to redact', () => {
    for (const part of ['token', '%41', '\\u0041', '&#65;', '"a', '<a>', 'a=', '[', '{"a":', '((a+)+)']) {
      const record = redactAnswer(answer(part.repeat(Math.floor(1_000_000 / part.length))), [
        SECRET,
        'another-secret',
      ])
      expect(JSON.stringify(record).length).toBeLessThan(2_000)
    }
  })

  test('nested beyond reason is cut', () => {
    const deep = `${'['.repeat(60_000)}${']'.repeat(60_000)}`
    expect(JSON.stringify(redactAnswer(answer(deep), []).body)).toContain('too deep')
  })
})

test('a sentence keeps its words and the names of errors', () => {
  const sentence =
    'The grant unsupported_grant_type_for_this_client is described at https://idp.test/docs/errors'
  expect(redactText(sentence, ['something-else'])).toBe(sentence)
})

test('a sentence with a very short secret is hidden as a whole', () => {
  expect(redactText('PIN 42 is wrong', ['42'])).toBe('[redacted, 15 characters]')
})

describe('no planted secret survives', () => {
  /** Escapes a provider may lay over a value it quotes. */
  const layers: Record<string, (value: string) => string> = {
    raw: (value) => value,
    uri: encodeURIComponent,
    everyByte: (value) => Buffer.from(value).toString('hex').replace(/../g, '%$&'),
    form: (value) => new URLSearchParams({ v: value }).toString().slice(2),
    json: (value) => JSON.stringify(value).slice(1, -1),
    everyUnit: (value) =>
      [...Array(value.length).keys()]
        .map((i) => `\\u${value.charCodeAt(i).toString(16).padStart(4, '0')}`)
        .join(''),
    html: (value) => value.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`),
    htmlHex: (value) =>
      [...value].map((character) => `&#x${character.codePointAt(0)!.toString(16)};`).join(''),
  }
  const bytes: Record<string, (value: string) => string> = {
    none: (value) => value,
    base64: (value) => Buffer.from(value).toString('base64'),
    basic: (value) => Buffer.from(`client:${value}`).toString('base64'),
    base64url: (value) => Buffer.from(`{"k":"${value}"}`).toString('base64url'),
    hex: (value) => Buffer.from(value).toString('hex'),
    HEX: (value) => Buffer.from(value).toString('hex').toUpperCase(),
  }
  // Characters that words of the texts around it do not have, so that a hit is a leak.
  const secret = fc
    .string({ unit: fc.constantFrom(...'QZ79_-+/=%&"<>\\\' .~ü密'), minLength: 6, maxLength: 40 })
    .filter((value) => /[QZ79]{2}/.test(value) && value.trim() === value)
  const layer = fc.constantFrom(...Object.keys(layers))
  const coding = fc.constantFrom(...Object.keys(bytes))

  test('in any place, under two layers of escapes over any coding', () => {
    fc.assert(
      fc.property(secret, coding, layer, layer, (value, code, inner, outer) => {
        const planted = layers[outer]!(layers[inner]!(bytes[code]!(value)))
        const records = [
          redactAnswer(
            answer(JSON.stringify({ error: 'x', error_description: `the value ${planted} is bad` })),
            [value],
          ),
          redactAnswer(answer(`<html> <p>the value ${planted} is bad</p> </html>`), [value]),
          redactAnswer(answer(`{"error_description":"the value ${planted} is`), [value]),
          redactAnswer(answer('', { 'www-authenticate': `Bearer error="${planted}"` }), [value]),
          redactAnswer(
            answer(JSON.stringify({ [planted]: 1, scope: planted, error: { message: planted } })),
            [value],
          ),
          redactRequest(request(new URLSearchParams({ scope: planted, [planted]: 'x' }).toString()), [value]),
          redactRequest(
            request(
              null,
              `https://idp.test/${encodeURIComponent(planted)}?scope=${encodeURIComponent(planted)}`,
            ),
            [value],
          ),
          { text: redactText(`the value ${planted} is bad`, [value]) },
        ]
        for (const record of records)
          for (const text of texts(record)) expectHidden(text, value, planted, code)
      }),
      { numRuns: 300 },
    )
  })

  function* texts(record: unknown): Generator<string> {
    if (typeof record === 'string') yield record
    else if (typeof record === 'object' && record !== null) {
      for (const [name, value] of Object.entries(record)) {
        yield name
        yield* texts(value)
      }
    }
  }

  function expectHidden(text: string, value: string, planted: string, code: string): void {
    expect(text).not.toContain(planted)
    const decoded = decodeURIComponentLeniently(text)
    for (const form of [value, bytes.base64!(value).replace(/=+$/, '').slice(0, -1), bytes.hex!(value)]) {
      expect(text.includes(form) || decoded.includes(form), `${code}: ${text}`).toBe(false)
    }
  }

  const decodeURIComponentLeniently = (text: string) =>
    text.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString())
})
