import { spawnSync } from 'node:child_process'
import { createPublicKey, type JsonWebKey } from 'node:crypto'
import jsonwebtoken from 'jsonwebtoken'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { decodeJwt, type TokenPages, tokenPages } from './pages.ts'

/** EdDSA is beyond `jsonwebtoken`; PyJWT knows it. */
const ALGORITHMS = ['HS256', 'HS384', 'HS512', 'RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256']
const ALL = [...ALGORITHMS, 'ES384', 'ES512', 'EdDSA']
const AUDIENCE = 'https://api.example.com'
const client = { client_id: 'kiosk', client_secret: 'a-client-secret' }

/** Debian's, beside whatever other Python is first in the path. */
const python = ['/usr/bin/python3', 'python3'].find(
  (program) => spawnSync(program, ['-c', 'import jwt, cryptography']).status === 0,
)
if (python === undefined && process.env.CI)
  throw new Error('PyJWT is wanted here: apt-get install python3-jwt python3-cryptography')
const withoutPython = python === undefined ? ' (left out: python3-jwt is not installed)' : ''

const VERIFY = `
import json, sys, jwt
order = json.load(sys.stdin)
options = {"audience": order["audience"], "issuer": order["issuer"], "algorithms": [order["alg"]], "leeway": 30}
print(json.dumps(jwt.decode(order["token"], order["key"], **options)))
`
const SIGN = `
import json, sys, jwt
order = json.load(sys.stdin)
print(jwt.encode(order["claims"], order["key"], algorithm=order["alg"], headers=order["headers"]))
`

function runPython(script: string, order: object): string {
  const { stdout, stderr, status } = spawnSync(python!, ['-c', script], { input: JSON.stringify(order) })
  if (status !== 0) throw new Error(stderr.toString())
  return stdout.toString().trim()
}

let broker: TestBroker
let pages: TokenPages
const keyTexts = new Map<string, { sign: string; verify: string }>()
const nameOf = (alg: string) => `i-${alg.toLowerCase()}`

beforeAll(async () => {
  broker = await startTestBroker()
  pages = tokenPages(broker)
  const { generateKeyPairSync, randomBytes } = await import('node:crypto')
  for (const alg of ALL) {
    let sign: string
    if (alg.startsWith('HS')) sign = randomBytes(64).toString('hex')
    else {
      const curve = { ES256: 'P-256', ES384: 'P-384', ES512: 'P-521' }[alg]
      const pair = curve
        ? generateKeyPairSync('ec', { namedCurve: curve })
        : alg === 'EdDSA'
          ? generateKeyPairSync('ed25519')
          : generateKeyPairSync('rsa', { modulusLength: 2048 })
      sign = pair.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
    }
    await pages.make('/v1/signing-keys', { name: nameOf(alg), algorithm: alg, key: sign })
    await pages.make('/v1/app-pages', { name: nameOf(alg), signing_key: nameOf(alg), audience: AUDIENCE })
    await pages.make(`/v1/app-pages/${nameOf(alg)}/apps`, client)
    keyTexts.set(alg, { sign, verify: sign })
  }
  const { keys } = (await pages.ask('/.well-known/jwks.json')).json as {
    keys: Array<JsonWebKey & { kid: string }>
  }
  for (const alg of ALL.filter((each) => !each.startsWith('HS'))) {
    const { body } = await pages.admin('GET', `/v1/signing-keys/${nameOf(alg)}`)
    const { kid } = (body.keys as Array<{ kid: string }>)[0]!
    const key = createPublicKey({ key: keys.find((each) => each.kid === kid)!, format: 'jwk' })
    keyTexts.get(alg)!.verify = key.export({ type: 'spki', format: 'pem' }).toString()
  }
})
afterAll(() => broker?.close())

async function issued(alg: string): Promise<string> {
  const { json } = await pages.form(nameOf(alg), { grant_type: 'client_credentials', ...client })
  return json.access_token as string
}

/** Claims such as the page would make. */
async function claimsFor(alg: string) {
  return { ...decodeJwt(await issued(alg)).claims, sub: 'somebody else' }
}

const issuerOf = (alg: string) => `${broker.url}/apps/${nameOf(alg)}`

describe('jsonwebtoken', () => {
  test.each(ALL.filter((alg) => alg !== 'EdDSA'))('verifies our %s, and we verify its', async (alg) => {
    const { sign, verify } = keyTexts.get(alg)!
    const token = await issued(alg)
    const options = { algorithms: [alg as jsonwebtoken.Algorithm], audience: AUDIENCE, issuer: issuerOf(alg) }
    expect(jsonwebtoken.verify(token, verify, options)).toMatchObject({ sub: 'kiosk' })
    expect(() => jsonwebtoken.verify(`${token.slice(0, -4)}AAAA`, verify, options)).toThrow()

    const { kid } = decodeJwt(token).header as { kid: string }
    const theirs = jsonwebtoken.sign(await claimsFor(alg), sign, {
      algorithm: alg as jsonwebtoken.Algorithm,
      keyid: kid,
    })
    expect((await pages.verify(nameOf(alg), theirs)).json).toMatchObject({
      active: true,
      sub: 'somebody else',
    })
  })
})

describe('PyJWT', () => {
  test.skipIf(python === undefined).each(ALL)(
    `verifies our %s, and we verify its${withoutPython}`,
    async (alg) => {
      const { sign, verify } = keyTexts.get(alg)!
      const token = await issued(alg)
      const order = { alg, key: verify, audience: AUDIENCE, issuer: issuerOf(alg) }
      expect(JSON.parse(runPython(VERIFY, { ...order, token }))).toMatchObject({ sub: 'kiosk' })
      expect(() => runPython(VERIFY, { ...order, token: `${token.slice(0, -4)}AAAA` })).toThrow()

      const { kid } = decodeJwt(token).header
      const theirs = runPython(SIGN, { alg, key: sign, claims: await claimsFor(alg), headers: { kid } })
      expect((await pages.verify(nameOf(alg), theirs)).json).toMatchObject({
        active: true,
        sub: 'somebody else',
      })
    },
  )
})
