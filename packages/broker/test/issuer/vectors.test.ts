import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { isJwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { describe, expect, test } from 'vitest'
import { importIssuingKey, openIssuingKey } from '../../src/issuer/issuing-key.ts'
import { jwkThumbprint } from '../../src/issuer/jwk.ts'
import { prepareSigner } from '../../src/issuer/prepared-signer.ts'
import { readVerificationKeys } from '../../src/issuer/verification-keys.ts'
import { createJwtVerifier } from '../../src/issuer/verify.ts'

const VECTORS = join(import.meta.dirname, '../../../../test/vectors')
const read = (path: string) => JSON.parse(readFileSync(join(VECTORS, path), 'utf8'))

/** Where our answer is not the expected one, and why ours stays. */
const DIFFERING: Readonly<Record<number, string>> = {
  346: 'The key says PS256 and the token PS384: the algorithm is pinned by the key.',
  350: 'The key says PS256 and the token PS384: the algorithm is pinned by the key.',
  347: 'The key says ES521, an algorithm that does not exist (ES512 is meant), so it verifies nothing.',
  351: 'The key says ES521, an algorithm that does not exist (ES512 is meant), so it verifies nothing.',
  367: 'The text of the token is that of test 357, which is valid: the padding was lost when the file was made.',
  370: 'The text of the token is that of test 357, which is valid: the padding was lost when the file was made.',
  372: 'A "?" stands in the header; RFC 7515 §2 knows no such letter in base64url, and leniency invites mischief.',
  373: 'A "?" stands in the payload; RFC 7515 §2 knows no such letter in base64url, and leniency invites mischief.',
}

interface WycheproofTest {
  tcId: number
  comment: string
  jws: string
  result: string
}

function accepts(jwks: unknown, jws: string): boolean {
  try {
    return !isJwtFault(createJwtVerifier(readVerificationKeys(jwks)).verifySignature(jws))
  } catch {
    return false
  }
}

describe.each([
  ['JSON Web Signature', 'wycheproof/json_web_signature_test.json', DIFFERING],
  ['JSON Web Key', 'wycheproof/json_web_key_test.json', {}],
] as const)(
  'the vectors of Wycheproof for %s',
  (_title, path, differing: Readonly<Record<number, string>>) => {
    const { testGroups, numberOfTests } = read(path)
    const all = testGroups.flatMap(
      (group: { public?: unknown; private?: unknown; tests: WycheproofTest[] }) =>
        group.tests.map((each) => ({ ...each, jwks: group.public ?? group.private })),
    ) as Array<WycheproofTest & { jwks: unknown }>

    test('are all there', () => {
      expect(all.length).toBe(numberOfTests)
    })

    for (const { tcId, comment, jwks, jws, result } of all) {
      const reason = differing[tcId]
      test(`${tcId} ${comment}: ${reason ?? result}`, () => {
        const expected = reason === undefined ? result === 'valid' : result !== 'valid'
        expect(accepts(jwks, jws)).toBe(expected)
      })
    }

    test('differ nowhere without a reason, and each reason is one of a vector', () => {
      const ids = all.map(({ tcId }) => tcId)
      expect(Object.keys(differing).filter((id) => !ids.includes(Number(id)))).toEqual([])
    })
  },
)

test('367 and 370 are 357, letter for letter', () => {
  const { testGroups } = read('wycheproof/json_web_signature_test.json')
  const tests: WycheproofTest[] = testGroups.flatMap((group: { tests: WycheproofTest[] }) => group.tests)
  const jwsOf = (id: number) => tests.find(({ tcId }) => tcId === id)!.jws
  expect([jwsOf(367), jwsOf(370)]).toEqual([jwsOf(357), jwsOf(357)])
})

describe('RFC 7515 and RFC 8037', () => {
  for (const { name, jwk, alg, jws, valid } of read('rfc/jws.json')) {
    test(name, () => {
      // A.5 is unsigned: no key of ours can accept it.
      const isSigned = jws.endsWith('.') === false
      const keys = isSigned ? readVerificationKeys(jwk, alg) : []
      const verified = createJwtVerifier(keys).verifySignature(jws)
      expect(isJwtFault(verified) ? verified.fault : 'valid').toBe(
        isSigned && valid ? 'valid' : 'jwt.unsigned',
      )
    })
  }
})

interface CookbookExample {
  title: string
  reproducible?: boolean
  input: { payload: string; key: Record<string, unknown> | Array<Record<string, unknown>>; alg: string }
  signing: { protected?: Record<string, unknown> }
  output: { compact?: string }
}

describe('RFC 7520', () => {
  const examples = readdirSync(join(VECTORS, 'jose-cookbook/jws')).map(
    (file) => [file, read(`jose-cookbook/jws/${file}`) as CookbookExample] as const,
  )
  const compact = examples.filter(([, { output }]) => output.compact?.split('.')[1])

  test('has these examples in the compact form; the others have no payload or no compact form', () => {
    expect(compact.map(([file]) => file.slice(0, 3))).toEqual(['4_1', '4_2', '4_3', '4_4'])
  })

  for (const [file, { title, input, output, reproducible, signing }] of compact) {
    test(`${file.slice(0, 3)} ${title} verifies`, () => {
      const { d: _d, ...publicPart } = input.key as Record<string, unknown>
      const jwk = { ...publicPart, alg: input.alg }
      const verified = createJwtVerifier(readVerificationKeys(jwk)).verifySignature(output.compact!)
      expect(isJwtFault(verified) ? verified.fault : verified.payload.toString()).toBe(input.payload)
    })

    if (reproducible)
      test(`${file.slice(0, 3)} ${title} is made again, byte for byte`, async () => {
        const alg = input.alg as 'RS256' | 'HS256'
        const imported = importIssuingKey(alg, new Secret(JSON.stringify(input.key)))
        if ('fault' in imported) throw new Error(imported.fault.detail)
        const { alg: _alg, ...header } = signing.protected!
        const signer = prepareSigner(alg, openIssuingKey(alg, imported.text).signing, header)
        expect(await signer.sign(input.payload)).toBe(output.compact)
      })
  }

  test('4.5 with detached content and RFC 7797 with unencoded content are refused', () => {
    const detached = read('jose-cookbook/jws/4_5.signature_with_detached_content.json') as CookbookExample
    expect(accepts({ ...detached.input.key, alg: detached.input.alg }, detached.output.compact!)).toBe(false)
    for (const file of ['4.2.hmac-sha2_b64_false.json', 'hmac-sha2_b64_false.json']) {
      const { input, output } = read(`jose-cookbook/rfc7797/${file}`) as CookbookExample
      const { signing } = read(`jose-cookbook/rfc7797/${file}`)
      const jws = output.compact ?? `${signing.protected_b64u}.${input.payload}.${signing.sig}`
      expect(accepts({ ...input.key, alg: input.alg }, jws)).toBe(false)
    }
  })
})

test('RFC 8037 A.4: Ed25519 verifies', () => {
  const { input, output } = read('jose-cookbook/curve25519/jws.json') as CookbookExample
  const { d: _d, ...publicPart } = input.key as Record<string, unknown>
  expect(accepts({ ...publicPart, alg: 'EdDSA' }, output.compact!)).toBe(true)
})

test('RFC 7638 §3.1: the thumbprint of the key in the text', () => {
  const { jwk, thumbprint } = read('rfc/misc.json')['RFC 7638 3.1 thumbprint']
  expect(jwkThumbprint(jwk)).toBe(thumbprint)
  expect(jwkThumbprint({ ...jwk, kid: 'x', alg: 'RS256' })).toBe(thumbprint)
})
