import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { bursar } from './bursar.ts'

const folder = mkdtempSync(join(tmpdir(), 'bursar-jwt-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const write = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const env = { PROBE: 'sfmc-probe-secret-2026' }
const VECTOR =
  'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJwcm9iZSIsIm4iOjd9.308Bu1Ma_gFb0_8RNujndwB8xJh6n3myT7xZ3h7BNhE'

describe('bursar jwt sign', () => {
  test('B15: makes the recorded JWT of GetJWT byte for byte', async () => {
    const args = ['jwt', 'sign', '--key-from', 'env:PROBE', '--payload', '{"sub":"probe","n":7}']
    expect(await bursar(args, { env })).toEqual({ code: 0, stdout: `${VECTOR}\n`, stderr: '' })
  })

  test('B15: signs what is not JSON, with a secret from standard input', async () => {
    const args = ['jwt', 'sign', '--key-from', '-', '--payload', 'not json at all']
    const { stdout } = await bursar(args, { stdin: `${env.PROBE}\n` })
    expect(stdout).toBe(
      'eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.bm90IGpzb24gYXQgYWxs.3qgZQWCm2DULfSXsxqnlX6fROwIWtTI6SCtxqoXqS-o\n',
    )
  })

  test('B23: takes the name of the algorithm in any case', async () => {
    const args = [
      'jwt',
      'sign',
      '--alg',
      'hs256',
      '--key-from',
      'env:PROBE',
      '--payload',
      '{"sub":"probe","n":7}',
    ]
    expect((await bursar(args, { env })).stdout).toBe(`${VECTOR}\n`)
    const wrong = ['jwt', 'sign', '--alg', 'HS1', '--key-from', 'env:PROBE', '--payload', '{}']
    expect((await bursar(wrong, { env })).code).toBe(2)
  })

  test('refuses a secret among the arguments, and does not repeat it', async () => {
    const { code, stderr } = await bursar([
      'jwt',
      'sign',
      '--key-from',
      'canary-in-arguments',
      '--payload',
      '{}',
    ])
    expect(code).toBe(2)
    expect(stderr).not.toContain('canary')
  })

  test('refuses a key that does not fit the algorithm', async () => {
    const { code, stderr } = await bursar(
      ['jwt', 'sign', '--alg', 'ES256', '--key-from', 'env:PROBE', '--payload', '{}'],
      {
        env,
      },
    )
    expect([code, stderr]).toEqual([2, expect.stringContaining('neither PEM nor a JWK')])
  })
})

describe('bursar jwt verify', () => {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const privateFile = write('key.pem', pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString())
  const publicFile = write('public.pem', pair.publicKey.export({ type: 'spki', format: 'pem' }).toString())
  const jwks = { keys: [{ ...pair.publicKey.export({ format: 'jwk' }), kid: 'k1', alg: 'ES256' }] }
  const jwksFile = write('jwks.json', JSON.stringify(jwks))
  const sign = async (...more: string[]) => {
    const args = ['jwt', 'sign', '--alg', 'ES256', '--key-from', `@${privateFile}`, '--kid', 'k1']
    const payload = '{"iss":"me","aud":"you"}'
    return (await bursar([...args, '--payload', payload, ...more])).stdout.trim()
  }

  test('checks signature and claims, with a public key or a JWK set', async () => {
    const token = await sign('--expires-in', '60')
    const keys = [
      ['--key-from', `@${publicFile}`, '--alg', 'ES256'],
      ['--key-from', `@${jwksFile}`],
    ]
    for (const key of keys) {
      const ended = await bursar(['jwt', 'verify', ...key, '--issuer', 'me', '--audience', 'you'], {
        stdin: token,
      })
      expect([ended.code, JSON.parse(ended.stdout)]).toMatchObject([0, { claims: { iss: 'me', aud: 'you' } }])
    }
  })

  test.each<[string, string[], string]>([
    ['another issuer', ['--issuer', 'somebody'], 'another issuer'],
    ['another audience', ['--audience', 'somebody'], 'somebody else'],
  ])('ends with 4 for %s', async (_what, flags, sentence) => {
    const ended = await bursar(['jwt', 'verify', '--key-from', `@${jwksFile}`, ...flags], {
      stdin: await sign(),
    })
    expect([ended.code, ended.stdout, ended.stderr]).toEqual([4, '', expect.stringContaining(sentence)])
  })

  test('ends with 4 for a JWT that has ended or was altered', async () => {
    const flags = ['jwt', 'verify', '--key-from', `@${jwksFile}`]
    expect((await bursar(flags, { stdin: await sign('--expires-in', '0') })).code).toBe(4)
    const [header, , signature] = (await sign()).split('.')
    const altered = `${header}.${Buffer.from('{"iss":"them"}').toString('base64url')}.${signature}`
    expect((await bursar(flags, { stdin: altered })).code).toBe(4)
  })

  test('does not ask the token for the algorithm', async () => {
    const ended = await bursar(['jwt', 'verify', '--key-from', `@${publicFile}`], { stdin: VECTOR })
    expect([ended.code, ended.stderr]).toEqual([2, expect.stringContaining('--alg')])
    const confused = await bursar(['jwt', 'verify', '--key-from', `@${publicFile}`, '--alg', 'HS256'], {
      stdin: VECTOR,
    })
    expect(confused.code).toBe(2)
  })
})

describe('bursar jwt decode', () => {
  test('shows header and payload, and says that nothing was verified', async () => {
    const { code, stdout, stderr } = await bursar(['jwt', 'decode'], { stdin: VECTOR })
    expect(code).toBe(0)
    expect(JSON.parse(stdout)).toEqual({
      header: { alg: 'HS256', typ: 'JWT' },
      payload: { sub: 'probe', n: 7 },
      accepted_header: true,
    })
    expect(stderr).toContain('Not verified')
  })

  test('refuses what is no JWT', async () => {
    expect((await bursar(['jwt', 'decode'], { stdin: 'abc' })).code).toBe(2)
  })
})
