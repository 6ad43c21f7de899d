import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { GRANT_TYPES } from '../src/grants/table.ts'
import { mergeRecipe, parseRecipe, recipeSchema } from '../src/recipe.ts'

const PLANTED = 'planted-secret-value'
const BASE = { grant: 'client_credentials', token_url: 'https://login.example/token', client_id: 'c' }

const problems = (input: unknown) => {
  const result = parseRecipe(input)
  return 'problems' in result ? result.problems : []
}
const brief = (input: unknown) => problems(input).map(({ path, code }) => `${path} ${code}`)

describe('a recipe', () => {
  test('that is right comes back with scopes as a list and a lifetime policy', () => {
    expect(parseRecipe({ ...BASE, scope: ' mail.read  mail.send ' })).toEqual({
      recipe: {
        ...BASE,
        scope: ['mail.read', 'mail.send'],
        lifetime: { expires_in_unit: 'seconds', rotation_grace_seconds: 0 },
      },
    })
  })

  test('that was parsed parses to itself', () => {
    const first = parseRecipe({ ...BASE, scope: 'a b', resource: ['r'], response: { access_token: 'a.b' } })
    expect('recipe' in first && parseRecipe(first.recipe)).toEqual(first)
  })

  test('of an unknown grant names the known ones and the nearest', () => {
    const [found] = problems({ grant: 'client_credential' })
    expect(found).toMatchObject({ path: '/recipe/grant', code: 'grant.unknown' })
    expect(found!.hint).toContain('Did you mean client_credentials?')
    for (const type of GRANT_TYPES) expect(found!.hint).toContain(type)
    expect(brief({ grant: 'constructor' })).toEqual(['/recipe/grant grant.unknown'])
    expect(brief({ grant: 7 })).toEqual(['/recipe/grant field.invalid'])
    expect(brief({})).toEqual(['/recipe/grant field.missing'])
  })

  test.each([null, undefined, 'text', 7, [], true])('is an object, not %j', (input) => {
    expect(brief(input)).toEqual(['/recipe field.invalid'])
  })

  test('with many mistakes names every one', () => {
    const found = brief({
      grant: 'client_credentials',
      tokenUrl: 'https://login.example/token',
      client_secret: PLANTED,
      scope: 7,
      lifetime: { refresh_befor: 1, default_expires_in: 0 },
      extra_headers: { Host: 'x', 'X-Ok': 'a\r\nb' },
      response: { access_token: 'a..b', outputs: { 'Not A Name': 'a' } },
    })
    expect(found.toSorted()).toEqual([
      '/recipe/client_id field.missing',
      '/recipe/client_secret secret.misplaced',
      '/recipe/extra_headers/Host field.invalid',
      '/recipe/extra_headers/X-Ok field.invalid',
      '/recipe/lifetime/default_expires_in field.invalid',
      '/recipe/lifetime/refresh_befor field.unknown',
      '/recipe/response/access_token field.invalid',
      '/recipe/response/outputs/Not A Name field.invalid',
      '/recipe/scope field.invalid',
      '/recipe/tokenUrl field.unknown',
      '/recipe/token_url field.missing',
    ])
  })

  test('suggests the member that was meant', () => {
    const hintOf = (members: object) => problems({ ...BASE, ...members })[0]?.hint
    expect(hintOf({ tokenUrl: 'x' })).toBe('Did you mean token_url?')
    expect(hintOf({ scopes: 'x' })).toBe('Did you mean scope?')
    expect(hintOf({ lifetime: { refresh_befor: 1 } })).toBe('Did you mean refresh_before_seconds?')
    expect(hintOf({ quite_something_else: 1 })).toBeUndefined()
  })

  test.each([
    ['client_secret', 'client_secret'],
    ['clientSecret', 'client_secret'],
    ['Client-Secret', 'client_secret'],
    ['private_key', 'private_key'],
    ['password', 'password'],
    ['refresh_token', 'refresh_token'],
    ['token', 'token'],
  ])('with the secret %s in it says where it belongs', (member, name) => {
    const found = problems({ ...BASE, [member]: PLANTED })
    expect(found).toMatchObject([
      { path: `/recipe/${member}`, code: 'secret.misplaced', hint: `Put it under /secrets/${name}.` },
    ])
    expect(JSON.stringify(found)).not.toContain(PLANTED)
  })

  test('hides no secret among parameters or headers', () => {
    expect(brief({ ...BASE, extra_params: { client_secret: PLANTED } })).toEqual([
      '/recipe/extra_params/client_secret secret.misplaced',
    ])
    expect(brief({ ...BASE, extra_headers: { Authorization: PLANTED, 'X/Y': 'a' } })).toContain(
      '/recipe/extra_headers/Authorization secret.misplaced',
    )
    // A mapping names a place in the answer, not a secret.
    expect(brief({ ...BASE, response: { refresh_token: 'data.refresh' } })).toEqual([])
  })

  test.each([
    'ftp://login.example/token',
    'login.example/token',
    '/token',
    'wss://login.example/token',
    `https://user:${PLANTED}@login.example/token`,
    `https://login.example/token#${PLANTED}`,
    'https://login.example/a/../token',
    'https://',
    '',
    'javascript:alert(1)',
  ])('refuses the token URL %j without repeating it', (token_url) => {
    const found = problems({ ...BASE, token_url })
    expect(found).toMatchObject([
      { path: '/recipe/token_url', code: 'field.invalid', hint: expect.any(String) },
    ])
    expect(JSON.stringify(found)).not.toContain(PLANTED)
  })

  test.each([
    [{ ...BASE, client_auth: 'private_key_jwt', alg: 'HS256' }, '/recipe/alg'],
    [{ ...BASE, client_id: 'a:b', client_auth_encoding: 'raw' }, '/recipe/client_id'],
    [{ ...BASE, client_auth: 'basic' }, '/recipe/client_auth'],
    [{ ...BASE, extra_params: { code: 'x' } }, '/recipe/extra_params/code'],
    [{ ...BASE, extra_params: { n: 7 } }, '/recipe/extra_params/n'],
    [{ ...BASE, scope: [''] }, '/recipe/scope/0'],
    [
      { ...BASE, grant: 'password', username: 'u', client_id: undefined, client_auth: 'client_secret_post' },
      '/recipe/client_id',
    ],
    [{ grant: 'jwt_bearer', token_url: BASE.token_url }, '/recipe/issuer'],
    [{ grant: 'signed_jwt', claims: { exp: 1 } }, '/recipe/claims/exp'],
    [{ grant: 'signed_jwt', alg: 'none' }, '/recipe/alg'],
    [{ grant: 'signed_jwt', ttl_seconds: 0 }, '/recipe/ttl_seconds'],
    [{ grant: 'signed_jwt', certificate: 'x' }, '/recipe/certificate'],
    [{ grant: 'http_basic', username: 'a:b' }, '/recipe/username'],
    [{ grant: 'http_basic', username: 'a\nb' }, '/recipe/username'],
    [{ grant: 'static_token', expires_at: 'soon' }, '/recipe/expires_at'],
    [{ grant: 'static_token', token_type: 'a b' }, '/recipe/token_type'],
    [{ grant: 'static_token', injection: { header: 'Content-Length' } }, '/recipe/injection/header'],
    [
      {
        ...BASE,
        grant: 'authorization_code',
        authorization_url: 'https://login.example/a',
        extra_authorization_params: { state: 'fixed' },
      },
      '/recipe/extra_authorization_params/state',
    ],
  ])('%j is refused at %s', (input, path) => {
    expect(problems(input).map((found) => found.path)).toEqual([path])
  })

  test('tells what is not there from what is wrong', () => {
    expect(brief({ grant: 'jwt_bearer', token_url: BASE.token_url })).toEqual([
      '/recipe/issuer field.missing',
    ])
    expect(
      brief({ ...BASE, grant: 'refresh_token', client_id: undefined, client_auth: 'client_secret_post' }),
    ).toEqual(['/recipe/client_id field.missing'])
    expect(brief({ ...BASE, revocation_url: 'https://login.example/revoke' })).toEqual([])
  })

  test('is judged without a throw, whatever it is, and prototypes stay clean', () => {
    fc.assert(
      fc.property(fc.constantFrom(...GRANT_TYPES), fc.json(), (grant, json) => {
        const value: unknown = JSON.parse(json)
        expect(parseRecipe(value)).toBeTypeOf('object')
        if (typeof value === 'object' && value !== null) parseRecipe({ ...value, grant })
        parseRecipe({ ...BASE, scope: value, extra_params: value, lifetime: value, response: value })
      }),
      { seed: 11, numRuns: 500 },
    )
    const polluted = parseRecipe(JSON.parse('{"grant":"http_basic","username":"u","__proto__":{"x":1}}'))
    expect(polluted).toMatchObject({ problems: [{ code: 'field.unknown' }] })
    expect(({} as Record<string, unknown>).x).toBeUndefined()
  })

  test('describes itself as a JSON schema with every grant', () => {
    const schema = z.toJSONSchema(recipeSchema, { io: 'input' })
    expect(schema.oneOf ?? schema.anyOf).toHaveLength(GRANT_TYPES.length)
  })
})

describe('a recipe laid over that of a provider', () => {
  test('adds, replaces, reaches into objects and takes away with null', () => {
    const below = {
      ...BASE,
      scope: ['a'],
      audience: 'x',
      lifetime: { refresh_share: 0.5, default_expires_in: 60 },
    }
    expect(
      mergeRecipe(below, { client_id: 'mine', audience: null, lifetime: { refresh_share: null } }),
    ).toEqual({
      ...BASE,
      client_id: 'mine',
      scope: ['a'],
      lifetime: { default_expires_in: 60 },
    })
    expect(below.lifetime.refresh_share).toBe(0.5)
  })

  test('reaches no prototype', () => {
    const merged = mergeRecipe({}, JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":{"y":1}}}'))
    expect(({} as Record<string, unknown>).x).toBeUndefined()
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype)
    expect(Object.hasOwn(merged, '__proto__')).toBe(true)
  })
})
