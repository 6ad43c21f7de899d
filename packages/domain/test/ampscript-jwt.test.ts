import { createHmac, generateKeyPairSync, sign, verify } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import {
  type AmpscriptCalls,
  getJwt,
  getJwtByKeyName,
  type HmacName,
  type NamedKey,
} from '../src/issuing/ampscript-jwt.ts'

const digestOf = (alg: string) => `sha${alg.slice(2)}`
const calls: AmpscriptCalls = {
  base64url: (text) => Buffer.from(text).toString('base64url'),
  mac: (alg, secret, input) => createHmac(digestOf(alg), secret).update(input).digest('base64url'),
}

const PROBE = ['sfmc-probe-secret-2026', '{"sub":"probe","n":7}'] as const
const STORED_KEY = 'oGbE/i+gRbdjSen3sVYES5DylJE760qsgNWI77UBUdM='
const HS384 = 'iuhHMS7uSgeyJJ3hxAN8cEuJIhoQT43KvWZYnaFkSUyePEyJNNQDgtiyAMXvl-pb'
const HS512 = 'q-nzgSlVJ6ES7R7SBaqk-aiiP1mhFG7GneDq7q8rU9vtOKAyfK2vrxyk9O9WF5aKWJstToOBx4oQsLZ8CTySng'
const PAYLOAD = 'eyJzdWIiOiJwcm9iZSIsIm4iOjd9'

describe('B15: the recorded vectors come out byte for byte', () => {
  test.each([
    [
      'HS256',
      ...PROBE,
      `eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.${PAYLOAD}.308Bu1Ma_gFb0_8RNujndwB8xJh6n3myT7xZ3h7BNhE`,
    ],
    ['HS384', ...PROBE, `eyJhbGciOiJIUzM4NCIsInR5cCI6IkpXVCJ9.${PAYLOAD}.${HS384}`],
    ['HS512', ...PROBE, `eyJhbGciOiJIUzUxMiIsInR5cCI6IkpXVCJ9.${PAYLOAD}.${HS512}`],
    [
      'HS256',
      PROBE[0],
      'not json at all',
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.bm90IGpzb24gYXQgYWxs.3qgZQWCm2DULfSXsxqnlX6fROwIWtTI6SCtxqoXqS-o',
    ],
  ])('B15: GetJWT by %s with %s of %s', (alg, secret, payload, jwt) => {
    expect(getJwt([secret, alg, payload], calls)).toEqual({ kind: 'jwt', jwt })
  })

  test('B15: a stored key that looks like Base64 is not decoded', () => {
    const signed = getJwt([STORED_KEY, 'HS256', '{"sub":"amp-verify","iat":"1700000000"}'], calls)
    expect(signed).toMatchObject({
      jwt: expect.stringMatching(/\.iC2IjXWi2m7E65Zp7BveyIXQY3uFbHaz1GUEcraTDhI$/),
    })
  })
})

describe('GetJWT', () => {
  test('B23: takes the name of the algorithm in any case, and writes it in upper case', () => {
    for (const alg of ['hs256', 'Hs256', 'HS256'])
      expect(getJwt([PROBE[0], alg, PROBE[1]], calls)).toEqual(getJwt([PROBE[0], 'HS256', PROBE[1]], calls))
  })

  test.each(['RS256', 'none', 'ES256', '', 'HS1'])('B23: aborts the page for the algorithm %j', (alg) => {
    expect(getJwt([PROBE[0], alg, PROBE[1]], calls)).toMatchObject({ kind: 'aborted' })
  })

  test('B23: aborts the page for an empty secret', () => {
    expect(getJwt(['', 'HS256', '{}'], calls)).toMatchObject({ kind: 'aborted' })
  })

  test('signs an empty payload, and text beyond ASCII as UTF-8', () => {
    expect(getJwt(['s', 'HS256', ''], calls)).toMatchObject({ jwt: expect.stringContaining('..') })
    const { jwt } = getJwt(['s', 'HS256', 'é☃😀'], calls) as { jwt: string }
    expect(Buffer.from(jwt.split('.')[1]!, 'base64url').toString()).toBe('é☃😀')
  })

  test.each([[[]], [['s']], [['s', 'HS256']], [['s', 'HS256', '{}', 'more']]])(
    'takes exactly three arguments, not those of %j',
    (args) => {
      expect(getJwt(args, calls)).toMatchObject({ kind: 'exception', name: 'InvalidFunctionException' })
    },
  )

  test('takes texts only', () => {
    expect(getJwt(['s', 'HS256', 7], calls)).toMatchObject({
      kind: 'exception',
      name: 'FunctionExecutionException',
    })
  })
})

describe('GetJWTByKeyName', () => {
  const pair = generateKeyPairSync('rsa', { modulusLength: 2048 })
  const keys: Record<string, NamedKey> = {
    salt: { kind: 'symmetric', mac: (alg: HmacName, input) => calls.mac(alg, PROBE[0], input) },
    rsa: {
      kind: 'asymmetric',
      isRsa: true,
      sign: (alg, input) => sign(digestOf(alg), Buffer.from(input), pair.privateKey).toString('base64url'),
    },
    curve: { kind: 'asymmetric', isRsa: false, sign: () => 'never' },
  }
  const byName = (name: string, alg: string) =>
    getJwtByKeyName([name, alg, PROBE[1]], (key) => keys[key], calls)

  test('B24: signs as GetJWT does where the key is symmetric', async () => {
    for (const alg of ['HS256', 'HS384', 'HS512'])
      expect(await byName('salt', alg)).toEqual(getJwt([PROBE[0], alg, PROBE[1]], calls))
  })

  test.each(['RS256', 'rs384', 'RS512'])('B24: signs by %s where it is RSA', async (alg) => {
    const { jwt } = (await byName('rsa', alg)) as { jwt: string }
    const [header, payload, signature] = jwt.split('.')
    expect(JSON.parse(Buffer.from(header!, 'base64url').toString())).toEqual({
      alg: alg.toUpperCase(),
      typ: 'JWT',
    })
    const input = Buffer.from(`${header}.${payload}`)
    expect(verify(digestOf(alg), input, pair.publicKey, Buffer.from(signature!, 'base64url'))).toBe(true)
  })

  test.each([
    ['salt', 'RS256'],
    ['rsa', 'HS256'],
    ['curve', 'RS256'],
  ])('B24: the key %s does not sign by %s: FunctionExecutionException', async (name, alg) => {
    expect(await byName(name, alg)).toMatchObject({ kind: 'exception', name: 'FunctionExecutionException' })
  })

  test('B24: aborts the page for an unknown key or algorithm', async () => {
    expect(await byName('nobody', 'HS256')).toMatchObject({ kind: 'aborted' })
    expect(await byName('salt', 'ES256')).toMatchObject({ kind: 'aborted' })
  })
})
