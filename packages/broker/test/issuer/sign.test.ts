import {
  createHash,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  type KeyObject,
  X509Certificate,
} from 'node:crypto'
import { readFileSync } from 'node:fs'
import { inspect } from 'node:util'
import { SIGNING_ALGORITHMS, type SigningAlgorithm, type UnsignedJwt } from '@bursar/domain/exchange.ts'
import { Secret } from '@bursar/domain/secret.ts'
import fc from 'fast-check'
import { decodeProtectedHeader, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { createJwtSigner } from '../../src/issuer/sign.ts'

const RSA = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const CURVES = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' } as const
const EC = Object.fromEntries(
  Object.entries(CURVES).map(([alg, namedCurve]) => [
    alg,
    generateKeyPairSync('ec', { namedCurve }).privateKey,
  ]),
)
const ED25519 = generateKeyPairSync('ed25519').privateKey
const SHARED = 'a-shared-secret-of-more-than-thirty-two-bytes-and-then-some-for-HS512'

const pem = (key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8') =>
  key.export({ type, format: 'pem' } as never) as unknown as string
const jwk = (key: KeyObject) => JSON.stringify(key.export({ format: 'jwk' }))

const keyFor = (alg: SigningAlgorithm): KeyObject => EC[alg] ?? (alg === 'EdDSA' ? ED25519 : RSA)
const textFor = (alg: SigningAlgorithm) => (alg.startsWith('HS') ? SHARED : pem(keyFor(alg)))
const verifierFor = (alg: SigningAlgorithm) =>
  alg.startsWith('HS') ? Buffer.from(SHARED) : createPublicKey(keyFor(alg))

const unsigned = (alg: SigningAlgorithm, key: string, rest: Partial<UnsignedJwt> = {}): UnsignedJwt => ({
  kind: 'unsigned_jwt',
  alg,
  key: new Secret(key),
  header: { typ: 'JWT', kid: 'k1' },
  claims: { iss: 'me', aud: 'https://idp.test/token', jti: 'ü"\\' },
  ...rest,
})
const refused = (detail: string) =>
  expect.objectContaining({
    code: 'request.invalid',
    detail: expect.stringContaining(detail),
    hint: expect.any(String),
    problems: [],
  })

describe('what is signed', () => {
  test.each(SIGNING_ALGORITHMS)(
    'with %s verifies elsewhere, header and claims as they were given',
    async (alg) => {
      const jws = await createJwtSigner().sign(unsigned(alg, textFor(alg)))
      const { payload, protectedHeader } = await jwtVerify(jws, verifierFor(alg), { algorithms: [alg] })
      expect(payload).toEqual({ iss: 'me', aud: 'https://idp.test/token', jti: 'ü"\\' })
      expect(Object.entries(protectedHeader)).toEqual([
        ['alg', alg],
        ['typ', 'JWT'],
        ['kid', 'k1'],
      ])
    },
  )

  test('any claims come out as they went in', async () => {
    const signer = createJwtSigner()
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.string(), fc.jsonValue()), async (extra) => {
        const claims = { ...extra, aud: 'a', exp: 9_999_999_999, nbf: 0, iat: 0 }
        const jws = await signer.sign(unsigned('HS256', SHARED, { claims }))
        const { payload } = await jwtVerify(jws, Buffer.from(SHARED))
        expect(payload).toEqual(JSON.parse(JSON.stringify(claims)))
      }),
    )
  })

  test('an alg among the header members does not win', async () => {
    const jws = await createJwtSigner().sign(
      unsigned('RS256', pem(RSA), { header: { alg: 'none', typ: 'JWT' } }),
    )
    expect(decodeProtectedHeader(jws)).toEqual({ alg: 'RS256', typ: 'JWT' })
  })

  test('ES256 signatures have the fixed length of RFC 7518, never DER', async () => {
    const signer = createJwtSigner()
    for (let count = 0; count < 50; count++) {
      const jws = await signer.sign(unsigned('ES256', textFor('ES256')))
      expect(Buffer.from(jws.split('.')[2]!, 'base64url')).toHaveLength(64)
    }
  })
})

describe('a key is read', () => {
  test.each([
    ['RS256', 'PKCS#8', pem(RSA)],
    ['RS256', 'PKCS#1', pem(RSA, 'pkcs1')],
    ['PS256', 'a JWK', jwk(RSA)],
    ['ES256', 'SEC 1', pem(EC.ES256!, 'sec1')],
    ['ES256', 'a JWK', jwk(EC.ES256!)],
    ['EdDSA', 'a JWK', jwk(ED25519)],
    ['RS256', 'PEM with Windows line breaks', pem(RSA).replaceAll('\n', '\r\n')],
    ['RS256', 'PEM with its line breaks as \\n', pem(RSA).replaceAll('\n', '\\n')],
    ['RS256', 'PEM with space around', `\n  ${pem(RSA)}  \n`],
  ] as const)('for %s from %s', async (alg, _form, text) => {
    const jws = await createJwtSigner().sign(unsigned(alg, text))
    await jwtVerify(jws, verifierFor(alg), { algorithms: [alg] })
  })

  test('bound to PSS when the algorithm is the one it is bound to', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('rsa-pss', {
      modulusLength: 2048,
      hashAlgorithm: 'sha256',
      mgf1HashAlgorithm: 'sha256',
    })
    const signer = createJwtSigner()
    const jws = await signer.sign(unsigned('PS256', pem(privateKey)))
    expect(publicKey.asymmetricKeyType).toBe('rsa-pss')
    expect(jws.split('.')).toHaveLength(3)
    expect(signer.check(pem(privateKey), 'PS384')).toContain('bound to PSS with sha256')
    expect(signer.check(pem(privateKey), 'RS256')).toContain('RS256 needs an RSA key')
  })
})

describe('a key that does not fit is refused with what it is and what is needed', () => {
  const small = generateKeyPairSync('rsa', { modulusLength: 1024 }).privateKey
  const secp256k1 = generateKeyPairSync('ec', { namedCurve: 'secp256k1' }).privateKey
  const encrypted = RSA.export({
    type: 'pkcs8',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  }) as string
  const encryptedPkcs1 = RSA.export({
    type: 'pkcs1',
    format: 'pem',
    cipher: 'aes-256-cbc',
    passphrase: 'x',
  }) as string
  const publicPem = createPublicKey(RSA).export({ type: 'spki', format: 'pem' }) as string
  const publicJwk = JSON.stringify(createPublicKey(RSA).export({ format: 'jwk' }))

  test.each([
    ['ES256', pem(RSA), 'ES256 needs an EC key on P-256, but the key is an RSA key'],
    ['ES256', pem(EC.ES384!), 'but the key is an EC key on P-384'],
    ['ES256', pem(secp256k1), 'but the key is an EC key on secp256k1'],
    ['RS256', pem(EC.ES256!), 'RS256 needs an RSA key, but the key is an EC key on P-256'],
    ['EdDSA', pem(RSA), 'EdDSA needs an Ed25519 or Ed448 key'],
    ['RS256', pem(ED25519), 'but the key is of type ed25519'],
    ['RS256', pem(small), 'has 1024 bits; RS256 needs at least 2048'],
    ['PS256', pem(small), 'has 1024 bits'],
    ['RS256', encrypted, 'encrypted with a passphrase'],
    ['RS256', encryptedPkcs1, 'encrypted with a passphrase'],
    ['RS256', publicPem, 'This is a public key'],
    ['RS256', publicJwk, 'This JWK is a public key'],
    ['RS256', '{"kty":"oct","k":"AAAA"}', 'a shared secret'],
    ['RS256', '{"keys":[]}', 'JWK set'],
    ['RS256', '{"type":"service_account","private_key":"x"}', 'service account'],
    ['RS256', '{"kty":"RSA","d":"AA"}', 'JWK can not be read'],
    ['RS256', '{nonsense', 'not valid JSON'],
    ['RS256', pem(RSA).slice(0, 400), 'PEM of the private key can not be read'],
    ['RS256', pem(RSA).replace(/[A-Za-z0-9+]{16}/, '!'.repeat(16)), 'PEM of the private key can not be read'],
    ['RS256', '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----', 'This is a certificate'],
    ['RS256', 'a-client-secret', 'neither PEM nor a JWK'],
    ['RS256', '', 'neither PEM nor a JWK'],
    ['HS256', '', 'shared secret is empty'],
    ['none', SHARED, 'The algorithm none is not supported'],
    ['RS1', pem(RSA), 'The algorithm RS1 is not supported'],
    ['__proto__', pem(RSA), 'is not supported'],
  ])('%s (%#)', async (alg, text, detail) => {
    const signer = createJwtSigner()
    expect(signer.check(text, alg)).toContain(detail)
    await expect(signer.sign(unsigned(alg as SigningAlgorithm, text))).rejects.toEqual(refused(detail))
  })

  test('and no part of it is in the error', async () => {
    const text = pem(RSA)
    const error = await createJwtSigner()
      .sign(unsigned('ES256', text))
      .catch((caught) => caught)
    const shown = inspect(error, { depth: 9, showHidden: true })
    for (const line of text.split('\n').slice(1, -2)) expect(shown).not.toContain(line)
  })

  test('a key that fits has nothing to say against it', () => {
    const signer = createJwtSigner()
    for (const alg of SIGNING_ALGORITHMS) expect(signer.check(textFor(alg), alg), alg).toBeNull()
  })
})

describe('x5t#S256', () => {
  const fixture = (name: string) =>
    readFileSync(new URL(`../outbound/fixtures/${name}.pem`, import.meta.url), 'utf8')
  const [key, certificate] = [fixture('localhost-key'), fixture('localhost')]

  test('is the SHA-256 of the certificate, and stands in the header', async () => {
    const jws = await createJwtSigner().sign(unsigned('ES256', key, { certificate }))
    const header = decodeProtectedHeader(jws) as Record<string, unknown>
    expect(Object.keys(header)).toEqual(['alg', 'typ', 'kid', 'x5t#S256'])
    const { raw } = new X509Certificate(certificate)
    expect(header['x5t#S256']).toBe(createHash('sha256').update(raw).digest('base64url'))
    await jwtVerify(jws, createPublicKey(createPrivateKey(key)))
  })

  test.each([
    ['of another key', fixture('elsewhere'), 'does not belong'],
    ['that is none', 'nonsense', 'can not be read'],
    ['that is empty', '', 'can not be read'],
  ])('with a certificate %s is refused', async (_what, other, detail) => {
    const signing = createJwtSigner().sign(unsigned('ES256', key, { certificate: other }))
    await expect(signing).rejects.toEqual(refused(detail))
  })
})

test('keys past the bound are imported again, and sign as before', async () => {
  const signer = createJwtSigner({ maxKeys: 1 })
  for (let round = 0; round < 3; round++) {
    for (const alg of ['ES256', 'EdDSA', 'HS256'] as const) {
      const jws = await signer.sign(unsigned(alg, textFor(alg)))
      await jwtVerify(jws, verifierFor(alg))
    }
  }
})

test('one text is a different key for a shared secret and for a private key', async () => {
  const signer = createJwtSigner()
  const text = pem(RSA)
  await jwtVerify(await signer.sign(unsigned('HS256', text)), Buffer.from(text))
  await jwtVerify(await signer.sign(unsigned('RS256', text)), createPublicKey(RSA))
})
