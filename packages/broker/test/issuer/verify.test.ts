import { createHmac, createSecretKey, generateKeyPairSync, type KeyObject } from 'node:crypto'
import { SIGNING_ALGORITHMS, type SigningAlgorithm } from '@bursar/domain/exchange.ts'
import { isJwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import { describe, expect, test } from 'vitest'
import { makeIssuingKey, openIssuingKey } from '../../src/issuer/issuing-key.ts'
import { prepareSigner } from '../../src/issuer/prepared-signer.ts'
import { readVerificationKeys } from '../../src/issuer/verification-keys.ts'
import { createJwtVerifier, type VerificationKey } from '../../src/issuer/verify.ts'

const NOW = 1_790_000_000
const SECRET = 'a secret of thirty-two bytes and more'
const shared: VerificationKey = { kid: null, alg: 'HS256', key: createSecretKey(SECRET, 'utf8') }
const verifier = createJwtVerifier([shared])

const encode = (value: unknown) =>
  Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url')
const mac = (input: string, secret: string | KeyObject = SECRET) =>
  createHmac('sha256', secret).update(input).digest('base64url')

/** A JWT whose header is any text, rightly signed. */
function forge(header: unknown, claims: unknown = { sub: 's' }, secret: string | KeyObject = SECRET): string {
  const input = `${encode(header)}.${encode(claims)}`
  return `${input}.${mac(input, secret)}`
}

const faultOf = (token: string, expected = {}): string | null => {
  const verified = verifier.verify(token, expected, NOW)
  return isJwtFault(verified) ? verified.fault : null
}

const HS = { alg: 'HS256', typ: 'JWT' }

describe('a header', () => {
  test.each<[string, unknown, string | null]>([
    ['that is plain', HS, null],
    ['with alg none', { alg: 'none' }, 'jwt.unsigned'],
    ['with alg nOnE', { alg: 'nOnE' }, 'jwt.unsigned'],
    ['without alg', { typ: 'JWT' }, 'jwt.malformed'],
    ['with another alg of the same kind', { alg: 'HS512' }, 'jwt.algorithm'],
    ['with an alg of a key that is not there', { alg: 'RS256' }, 'jwt.algorithm'],
    ['with an unknown alg', { alg: 'HS257' }, 'jwt.algorithm'],
    ['with an alg of a prototype', { alg: 'constructor' }, 'jwt.algorithm'],
    ['with crit', { ...HS, crit: ['exp'], exp: 1 }, 'jwt.critical'],
    ['with an empty crit', { ...HS, crit: [] }, 'jwt.critical'],
    ['with b64 false', { ...HS, b64: false }, 'jwt.critical'],
    ['with b64 false and crit', { ...HS, b64: false, crit: ['b64'] }, 'jwt.critical'],
    ['with a member twice', '{"alg":"HS256","alg":"HS256"}', 'jwt.duplicate_member'],
    ['with a member twice, once escaped', '{"alg":"none","\\u0061lg":"HS256"}', 'jwt.duplicate_member'],
    ['with a kid that is no text', { ...HS, kid: 7 }, 'jwt.malformed'],
    ['that is a list', [], 'jwt.malformed'],
    ['that is no JSON', 'x', 'jwt.malformed'],
    ['that is too long', { ...HS, x: 'x'.repeat(9_000) }, 'jwt.too_large'],
  ])('%s: %j', (_what, header, fault) => {
    expect(faultOf(forge(header))).toBe(fault)
  })

  test('brings no key of its own: jwk, jku, x5u and x5c count for nothing and are not fetched', () => {
    const attacker = createSecretKey(Buffer.from('the key of somebody who forges JWTs'))
    const members = {
      jwk: attacker.export({ format: 'jwk' }),
      jku: 'http://127.0.0.1:9/jwks.json',
      x5u: 'http://127.0.0.1:9/cert.pem',
      x5c: ['AAAA'],
    }
    expect(faultOf(forge({ ...HS, ...members }, {}, attacker))).toBe('jwt.signature')
    expect(faultOf(forge({ ...HS, ...members }))).toBe(null)
  })
})

describe('a token', () => {
  const good = forge(HS)
  const [header, payload, signature] = good.split('.')
  test.each<[string, string, string]>([
    ['of two parts', `${header}.${payload}`, 'jwt.malformed'],
    ['of four parts', `${good}.x`, 'jwt.malformed'],
    ['of nothing', '', 'jwt.malformed'],
    ['of dots', '..', 'jwt.malformed'],
    ['without signature', `${header}.${payload}.`, 'jwt.unsigned'],
    ['with padding', `${good}=`, 'jwt.malformed'],
    ['with a line break', `${good}\n`, 'jwt.malformed'],
    ['with the other alphabet', `${header}.${payload}.${'+'.repeat(43)}`, 'jwt.malformed'],
    ['with a shorter signature', `${header}.${payload}.${signature!.slice(0, -3)}`, 'jwt.signature'],
    ['with a longer one', `${header}.${payload}.${signature}AAAA`, 'jwt.malformed'],
    ['that is too long', `${header}.${'A'.repeat(70_000)}.${signature}`, 'jwt.too_large'],
  ])('%s is refused', (_what, token, fault) => {
    const found = faultOf(token)
    expect(found === fault || (fault === 'jwt.malformed' && found === 'jwt.signature')).toBe(true)
  })

  test('has one spelling: spare bits that are set make another one', () => {
    const last = signature!.at(-1)!
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const twin = signature!.slice(0, -1) + alphabet[alphabet.indexOf(last) + 1]
    expect(Buffer.from(twin, 'base64url').equals(Buffer.from(signature!, 'base64url'))).toBe(true)
    expect(faultOf(`${header}.${payload}.${twin}`)).toBe('jwt.malformed')
  })

  test.each([['[]'], ['7'], ['"x"'], ['null'], ['not json']])('whose payload is %s is no JWT', (claims) => {
    expect(faultOf(forge(HS, claims))).toBe('jwt.claims')
  })

  test('whose payload is not UTF-8 is no JWT', () => {
    const input = `${encode(HS)}.${Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]).toString('base64url')}`
    expect(faultOf(`${input}.${mac(input)}`)).toBe('jwt.claims')
  })
})

describe('claims', () => {
  test.each<[string, object, object, string | null]>([
    ['exp now', { exp: NOW }, {}, 'jwt.expired'],
    ['exp in a second', { exp: NOW + 1 }, {}, null],
    ['exp within the tolerance', { exp: NOW - 9 }, { clockToleranceSeconds: 10 }, null],
    ['exp at its end', { exp: NOW - 10 }, { clockToleranceSeconds: 10 }, 'jwt.expired'],
    ['exp as text', { exp: '9999999999' }, {}, 'jwt.claims'],
    ['exp that is no number', { exp: null }, {}, 'jwt.claims'],
    ['nbf in a second', { nbf: NOW + 1 }, {}, 'jwt.not_yet_valid'],
    ['nbf within the tolerance', { nbf: NOW + 5 }, { clockToleranceSeconds: 5 }, null],
    ['iat in the future', { iat: NOW + 1 }, {}, 'jwt.issued_in_future'],
    ['iat too long ago', { iat: NOW - 61 }, { maxAgeSeconds: 60 }, 'jwt.expired'],
    ['no iat where an age is wanted', {}, { maxAgeSeconds: 60 }, 'jwt.claim_missing'],
    ['iss of another', { iss: 'a' }, { issuer: 'b' }, 'jwt.issuer'],
    ['no iss', {}, { issuer: 'b' }, 'jwt.issuer'],
    ['aud of another', { aud: 'a' }, { audience: 'b' }, 'jwt.audience'],
    ['aud among others', { aud: ['a', 'b'] }, { audience: ['c', 'b'] }, null],
    ['no aud', {}, { audience: 'b' }, 'jwt.audience'],
    ['aud that is no text', { aud: [7] }, {}, 'jwt.claims'],
    ['a claim that is wanted', {}, { required: ['jti'] }, 'jwt.claim_missing'],
    ['a claim of the prototype', {}, { required: ['toString'] }, 'jwt.claim_missing'],
  ])('%s', (_what, claims, expected, fault) => {
    expect(faultOf(forge(HS, claims), expected)).toBe(fault)
  })
})

describe('keys', () => {
  test('a public key is no shared secret, whatever the token says', () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const pinned = createJwtVerifier([{ kid: null, alg: 'RS256', key: publicKey }])
    expect(pinned.verify(forge(HS, {}, pem), {}, NOW)).toMatchObject({ fault: 'jwt.algorithm' })
    expect(() => createJwtVerifier([{ kid: null, alg: 'HS256', key: publicKey }])).toThrow('shared secret')
    expect(() => createJwtVerifier([{ ...shared, alg: 'RS256' }])).toThrow('public key')
  })

  test('a private key is not taken to verify, nor one of another kind', () => {
    const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    expect(() => createJwtVerifier([{ kid: null, alg: 'ES256', key: privateKey }])).toThrow()
    expect(() => createJwtVerifier([{ kid: null, alg: 'ES384', key: publicKey }])).toThrow()
  })

  test('a kid chooses; an unknown one finds none', () => {
    const named = createJwtVerifier([{ ...shared, kid: 'one' }])
    expect(named.verify(forge({ ...HS, kid: 'one' }), {}, NOW)).toHaveProperty('claims')
    expect(named.verify(forge({ ...HS, kid: 'two' }), {}, NOW)).toMatchObject({ fault: 'jwt.unknown_key' })
    expect(named.verify(forge(HS), {}, NOW)).toHaveProperty('claims')
  })

  test.each(SIGNING_ALGORITHMS)('%s: made, signed, shown and verified', async (alg: SigningAlgorithm) => {
    const made = await makeIssuingKey(alg)
    const { signing, verifying } = openIssuingKey(alg, made.text)
    const token = await prepareSigner(alg, signing, { typ: 'JWT', kid: made.kid }).sign('{"sub":"é"}')
    const keys = made.jwk
      ? readVerificationKeys({ keys: [made.jwk] })
      : [{ kid: made.kid, alg, key: verifying }]
    expect(createJwtVerifier(keys).verify(token, {}, NOW)).toMatchObject({ claims: { sub: 'é' } })
    expect(Object.keys(made.jwk ?? {})).not.toContain('d')
  })
})
