import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import {
  credentialInput,
  credentialPatch,
  parseCredentialInput,
  parseCredentialPatch,
} from '../src/credential-input.ts'
import { inspectPrivateKey } from '../src/private-key.ts'
import { Secret } from '../src/secret.ts'

const PLANTED = 'planted-secret-value'
const BODY = {
  name: 'sales-email',
  recipe: {
    grant: 'client_credentials',
    token_url: 'https://login.example.com/token',
    client_id: '01d',
    client_auth: 'client_secret_basic',
    scope: ['mail.read'],
  },
  secrets: { client_secret: PLANTED },
  destinations: ['https://graph.example.com/v1.0/', { url: 'https://*.mail.example.com/', methods: ['GET'] }],
  environment: null,
  labels: { team: 'sales' },
}

const problems = (body: unknown) => {
  const result = parseCredentialInput(body)
  return 'problems' in result ? result.problems : []
}
const brief = (body: unknown) => problems(body).map(({ path, code }) => `${path} ${code}`)

describe('the body of a new credential', () => {
  test('of the contract is taken, its secret wrapped at once', () => {
    const result = parseCredentialInput(BODY)
    if ('problems' in result) throw new Error(JSON.stringify(result.problems))
    const { input } = result
    expect(input).toMatchObject({
      name: 'sales-email',
      provider: null,
      environment: null,
      labels: { team: 'sales' },
    })
    expect(input.recipe).toMatchObject(BODY.recipe)
    expect(input.destinations.map((rule) => rule.host)).toEqual(['graph.example.com', 'mail.example.com'])
    expect(input.secrets.client_secret).toBeInstanceOf(Secret)
    expect(JSON.stringify(input)).not.toContain(PLANTED)
  })

  test.each([
    { from: 'env', name: 'CRM_SECRET' },
    { from: 'file', path: '/run/secrets/crm' },
  ])('may name where a secret lives: %j', (reference) => {
    const result = parseCredentialInput({ ...BODY, secrets: { client_secret: reference } })
    expect('input' in result && result.input.secrets.client_secret).toEqual(reference)
  })

  test.each([
    { from: 'env', name: 'not a name' },
    { from: 'env', name: '' },
    { from: 'env' },
    { from: 'file', path: 'relative' },
    { from: 'vault', path: 'x' },
    { from: 'env', name: 'A', path: '/x' },
    '',
    7,
    null,
    [],
  ])('refuses the secret %j', (secret) => {
    const found = problems({ ...BODY, secrets: { client_secret: secret } })
    expect(found.length).toBeGreaterThan(0)
    for (const { path } of found) expect(path).toMatch(/^\/secrets\/client_secret/)
  })

  test('names every problem at once', () => {
    const found = brief({
      name: 'Sales Email',
      recipe: { ...BODY.recipe, token_url: 'ftp://x/', clientSecret: PLANTED },
      secrets: { password: PLANTED, api_key: PLANTED },
      destinations: ['nowhere', 'https://a.example/?q', { url: 'https://b.example/', methods: [] }, 7],
      labels: { 'not a name': 'x', team: 7 },
      labelz: {},
      client_secret: PLANTED,
    })
    expect(found.toSorted()).toEqual([
      '/client_secret secret.misplaced',
      '/destinations/0 field.invalid',
      '/destinations/1 field.invalid',
      '/destinations/2 field.invalid',
      '/destinations/3 field.invalid',
      '/labels/not a name field.invalid',
      '/labels/team field.invalid',
      '/labelz field.unknown',
      '/name field.invalid',
      '/recipe/clientSecret secret.misplaced',
      '/recipe/token_url field.invalid',
      '/secrets/api_key field.unknown',
      '/secrets/client_secret secret.missing',
      '/secrets/password secret.unexpected',
    ])
  })

  test('says which secret is missing and which does not belong', () => {
    expect(brief({ ...BODY, secrets: {} })).toEqual(['/secrets/client_secret secret.missing'])
    expect(brief({ ...BODY, secrets: { ...BODY.secrets, token: 'x' } })).toEqual([
      '/secrets/token secret.unexpected',
    ])
    const withNone = { ...BODY, recipe: { ...BODY.recipe, client_auth: 'none' } }
    expect(brief(withNone)).toEqual(['/secrets/client_secret secret.unexpected'])
  })

  test.each(['a', '0', 'a.b_c-d', 'a'.repeat(128)])('may be named %s', (name) => {
    expect(brief({ ...BODY, name })).toEqual([])
  })

  test.each(['', 'A', '-a', '.a', 'a/b', 'a b', 'ä', 'a\n', 'a'.repeat(129), 7, null, undefined])(
    'may not be named %j',
    (name) => {
      expect(problems({ ...BODY, name }).map((found) => found.path)).toEqual(['/name'])
    },
  )

  test.each([null, undefined, [], 'text', 7])('is an object, not %j', (body) => {
    expect(brief(body)).toEqual([' field.invalid'])
  })

  test('needs a recipe or a provider', () => {
    const { recipe: _, ...without } = BODY
    expect(brief(without)).toEqual(['/recipe field.missing'])
    const result = parseCredentialInput({ ...without, provider: 'crm', recipe: { client_id: 'x' } })
    expect(result).toMatchObject({ input: { provider: 'crm', recipe: null, ownRecipe: { client_id: 'x' } } })
    expect(parseCredentialInput({ ...without, provider: 'crm' })).toMatchObject({ input: { ownRecipe: {} } })
    expect(brief({ ...without, provider: 'crm', recipe: { password: PLANTED } })).toEqual([
      '/recipe/password secret.misplaced',
    ])
    expect(brief({ ...BODY, recipe: 'text' })).toEqual(['/recipe field.invalid'])
  })

  test('never has a secret in its problems, wherever it was put', () => {
    const places = [
      (value: unknown) => ({ ...BODY, secrets: { client_secret: { from: value } } }),
      (value: unknown) => ({ ...BODY, secrets: { client_secret: [value] } }),
      (value: unknown) => ({ ...BODY, secrets: value }),
      (value: unknown) => ({ ...BODY, secrets: { unknown: value, password: value } }),
      (value: unknown) => ({ ...BODY, recipe: { ...BODY.recipe, client_secret: value } }),
      (value: unknown) => ({ ...BODY, recipe: { ...BODY.recipe, client_auth: value } }),
      (value: unknown) => ({ ...BODY, recipe: { ...BODY.recipe, extra_headers: { authorization: value } } }),
      (value: unknown) => ({ ...BODY, recipe: { ...BODY.recipe, alg: value } }),
      (value: unknown) => ({ ...BODY, client_secret: value }),
      (value: unknown) => ({
        ...BODY,
        destinations: [`https://u:${value}@a.example/`, `https://a.example/?t=${value}`],
      }),
      (value: unknown) => ({ ...BODY, name: `not a name: ${value}` }),
      (value: unknown) => ({
        ...BODY,
        recipe: { ...BODY.recipe, client_auth: 'private_key_jwt' },
        secrets: { private_key: value },
      }),
    ]
    fc.assert(
      fc.property(
        fc.constantFrom(...places),
        fc.constantFrom(PLANTED, { a: PLANTED }, [PLANTED]),
        (place, value) => {
          const found = problems(place(value))
          expect(found.length).toBeGreaterThan(0)
          expect(JSON.stringify(found)).not.toContain(PLANTED)
        },
      ),
      { seed: 13, numRuns: 300 },
    )
  })

  test('describes itself as a JSON schema', () => {
    expect(z.toJSONSchema(credentialInput, { io: 'input' }).required).toEqual(['name'])
    expect(z.toJSONSchema(credentialPatch, { io: 'input' }).required).toBeUndefined()
  })
})

describe('the body of a change', () => {
  test('keeps to what it says', () => {
    expect(parseCredentialPatch({})).toEqual({ patch: {} })
    expect(
      parseCredentialPatch({ labels: { a: null }, environment: null, secrets: { token: null } }),
    ).toEqual({
      patch: { labels: { a: null }, environment: null, secrets: { token: null } },
    })
    const result = parseCredentialPatch({
      recipe: { scope: null },
      destinations: [],
      secrets: { password: PLANTED },
    })
    expect(result).toMatchObject({ patch: { ownRecipe: { scope: null }, destinations: [] } })
    expect(JSON.stringify(result)).not.toContain(PLANTED)
  })

  test('is refused with every problem', () => {
    const result = parseCredentialPatch({
      name: 'other',
      recipe: { client_secret: PLANTED },
      destinations: ['x'],
      secrets: { password: '' },
    })
    const found = 'problems' in result ? result.problems.map(({ path, code }) => `${path} ${code}`) : []
    expect(found.toSorted()).toEqual([
      '/destinations/0 field.invalid',
      '/name field.unknown',
      '/recipe/client_secret secret.misplaced',
      '/secrets/password field.invalid',
    ])
  })
})

describe('a private key', () => {
  const pkcs8 = { type: 'pkcs8', format: 'pem' } as const
  const pem = {
    rsa: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
    p256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    p384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    p521: generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
    ed25519: generateKeyPairSync('ed25519').privateKey,
  }
  const body = (alg: string, private_key: unknown) => ({
    ...BODY,
    recipe: { ...BODY.recipe, client_auth: 'private_key_jwt', alg },
    secrets: { private_key },
  })

  test.each([
    ['rsa', { family: 'rsa' }],
    ['p256', { family: 'ec', curve: 'P-256' }],
    ['p384', { family: 'ec', curve: 'P-384' }],
    ['p521', { family: 'ec', curve: 'P-521' }],
    ['ed25519', { family: 'okp', curve: 'Ed25519' }],
  ] as const)('%s is told by its PEM and its JWK', (name, facts) => {
    expect(inspectPrivateKey(String(pem[name].export(pkcs8)))).toEqual({ facts })
    expect(inspectPrivateKey(JSON.stringify(pem[name].export({ format: 'jwk' })))).toMatchObject({
      facts: { family: facts.family },
    })
  })

  test('is told by its older PEM labels', () => {
    const pkcs1 = String(pem.rsa.export({ type: 'pkcs1', format: 'pem' }))
    const sec1 = String(pem.p384.export({ type: 'sec1', format: 'pem' }))
    expect(inspectPrivateKey(pkcs1)).toEqual({ facts: { family: 'rsa' } })
    expect(inspectPrivateKey(sec1)).toEqual({ facts: { family: 'ec', curve: 'P-384' } })
    expect(inspectPrivateKey(sec1.replaceAll('\n', '\r\n'))).toHaveProperty('facts')
  })

  test.each([
    ['rsa', ['RS256', 'RS512', 'PS384']],
    ['p256', ['ES256']],
    ['p384', ['ES384']],
    ['p521', ['ES512']],
    ['ed25519', ['EdDSA']],
  ] as const)('%s signs by %j and by nothing else', (name, fitting) => {
    const text = String(pem[name].export(pkcs8))
    for (const alg of ['RS256', 'RS512', 'PS384', 'ES256', 'ES384', 'ES512', 'EdDSA']) {
      const expected = (fitting as readonly string[]).includes(alg)
        ? []
        : ['/secrets/private_key secret.wrong_key']
      expect(brief(body(alg, text))).toEqual(expected)
    }
  })

  test.each([
    ['text', 'neither PEM nor'],
    ['-----BEGIN PRIVATE KEY-----\nMIIE', 'cut off'],
    ['-----BEGIN PRIVATE KEY-----\n!!!!\n-----END PRIVATE KEY-----', 'damaged'],
    ['-----BEGIN PRIVATE KEY-----\n\n-----END PRIVATE KEY-----', 'damaged'],
    [
      '-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END PUBLIC KEY-----',
      'public key, not',
    ],
    [
      '-----BEGIN CERTIFICATE-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\n-----END CERTIFICATE-----',
      'certificate, not',
    ],
    ['-----BEGIN ENCRYPTED PRIVATE KEY-----\nMIIE\n-----END ENCRYPTED PRIVATE KEY-----', 'encrypted'],
    ['-----BEGIN PRIVATE KEY-----\\nMIIE\\n-----END PRIVATE KEY-----', 'written as \\n'],
    ['{"kty":"RSA","n":"x","e":"AQAB"}', 'public key'],
    ['{"kty":"oct","k":"x"}', 'not an RSA'],
    ['{"kty":', 'not JSON'],
    ['{"kty":"constructor","d":"x"}', 'not an RSA'],
  ])('%j is refused: %s', (text, words) => {
    const [found] = problems(body('RS256', text))
    expect(found).toMatchObject({ path: '/secrets/private_key', code: 'secret.malformed' })
    expect(found!.detail).toContain(words)
  })

  test('that lives elsewhere is not looked at', () => {
    expect(brief(body('ES256', { from: 'file', path: '/keys/rsa.pem' }))).toEqual([])
  })
})
