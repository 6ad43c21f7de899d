import {
  createHmac,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  sign as signBytes,
  timingSafeEqual,
  verify as verifyBytes,
} from 'node:crypto'
import { prepareSigner } from '../../packages/broker/src/issuer/prepared-signer.ts'
import { createJwtVerifier } from '../../packages/broker/src/issuer/verify.ts'
import { type Figure, median, medianRatio, type Row } from '../row.ts'

const ALGORITHMS = ['HS256', 'RS256', 'ES256', 'EdDSA'] as const
type Algorithm = (typeof ALGORITHMS)[number]

const ROUND_MS = 400
const NOW = 1_790_000_000
const EXPECTED = {
  issuer: 'https://broker.example.com/apps/shop',
  audience: 'https://api.example.com',
  required: ['iss', 'aud', 'exp', 'iat', 'jti'],
  clockToleranceSeconds: 30,
}
const claims = () => ({
  iss: EXPECTED.issuer,
  sub: 'kiosk-7',
  aud: EXPECTED.audience,
  client_id: 'kiosk-7',
  scope: 'points:read points:write',
  iat: NOW,
  exp: NOW + 3600,
  jti: '019aab64-1c11-7a31-9d3e-0a4f6f2f9a10',
})

/** Issuing and verifying JWTs beside the bare signing and verifying calls of `node:crypto` over the same bytes. */
export const jwtRow: Row = {
  name: 'jwt',
  async run({ rounds, say }) {
    const figures: Figure[] = []
    for (const alg of ALGORITHMS) {
      const keys = keysOf(alg)
      const signer = prepareSigner(alg, keys.signing, { typ: 'JWT', kid: 'a-key' })
      const token = await signer.sign(JSON.stringify(claims()))
      const input = token.slice(0, token.lastIndexOf('.'))
      const signature = Buffer.from(token.slice(input.length + 1), 'base64url')
      const verifier = createJwtVerifier([{ kid: 'a-key', alg, key: keys.verifying }])
      const verified = verifier.verify(token, EXPECTED, NOW)
      if ('fault' in verified) throw new Error(verified.fault)
      const facts = { alg, rounds, say }
      figures.push(
        await compare({
          ...facts,
          name: `jwt-issue-${alg.toLowerCase()}`,
          what: `issuing by ${alg}: claims, header, payload, signature`,
          target: alg === 'HS256' ? 0.6 : 0.9,
          ours: () => signer.sign(JSON.stringify(claims())),
          limit: bareSign(alg, keys.signing, input),
        }),
        await compare({
          ...facts,
          name: `jwt-verify-${alg.toLowerCase()}`,
          what: `verifying by ${alg}: header, signature, claims`,
          target: alg === 'HS256' ? 0.5 : 0.85,
          ours: () => verifier.verify(token, EXPECTED, NOW),
          limit: bareVerify(alg, keys.verifying, input, signature),
        }),
      )
    }
    return figures
  },
}

function keysOf(alg: Algorithm): { signing: KeyObject; verifying: KeyObject } {
  if (alg === 'HS256') {
    const key = createSecretKey(randomBytes(32))
    return { signing: key, verifying: key }
  }
  const pair =
    alg === 'RS256'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : alg === 'ES256'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519')
  return { signing: pair.privateKey, verifying: pair.publicKey }
}

const dsa = (key: KeyObject) => ({ key, dsaEncoding: 'ieee-p1363' as const })

/** RSA in the thread pool on both sides; the others at once on both sides. */
function bareSign(alg: Algorithm, key: KeyObject, input: string): () => unknown {
  switch (alg) {
    case 'HS256':
      return () => createHmac('sha256', key).update(input).digest('base64url')
    case 'RS256':
      return () =>
        new Promise((resolve, reject) =>
          signBytes('sha256', Buffer.from(input), key, (error, made) =>
            error ? reject(error) : resolve(made),
          ),
        )
    case 'ES256':
      return () => signBytes('sha256', Buffer.from(input), dsa(key))
    case 'EdDSA':
      return () => signBytes(null, Buffer.from(input), key)
  }
}

function bareVerify(alg: Algorithm, key: KeyObject, input: string, signature: Buffer): () => unknown {
  switch (alg) {
    case 'HS256':
      return () => timingSafeEqual(createHmac('sha256', key).update(input).digest(), signature)
    case 'ES256':
      return () => verifyBytes('sha256', Buffer.from(input), dsa(key), signature)
    default:
      return () => verifyBytes(alg === 'RS256' ? 'sha256' : null, Buffer.from(input), key, signature)
  }
}

interface Comparison {
  name: string
  alg: Algorithm
  what: string
  target: number
  rounds: number
  say: (line: string) => void
  ours: () => unknown
  limit: () => unknown
}

async function compare({ name, what, target, rounds, say, ours, limit }: Comparison): Promise<Figure> {
  const values: number[] = []
  const limits: number[] = []
  await rate(ours)
  await rate(limit)
  for (let round = 0; round < rounds; round += 1) {
    values.push(await rate(ours))
    limits.push(await rate(limit))
  }
  say(`${name}: ${median(values).toFixed(0)}/s beside ${median(limits).toFixed(0)}/s`)
  return {
    name,
    target,
    rounds,
    what,
    beside: 'the bare call of `node:crypto` with a `KeyObject`, over the same bytes',
    unit: 'JWTs/s',
    ratio: medianRatio(values, limits),
    value: median(values),
    limit: median(limits),
    values,
    limits,
  }
}

const AT_ONCE = 16

/** Calls a second; those that answer later run a few at a time. */
async function rate(call: () => unknown): Promise<number> {
  const isAsync = call() instanceof Promise
  const startedMs = performance.now()
  let calls = 0
  while (performance.now() - startedMs < ROUND_MS) {
    if (isAsync) {
      await Promise.all(Array.from({ length: AT_ONCE }, call))
      calls += AT_ONCE
    } else {
      for (let n = 0; n < 50; n += 1) call()
      calls += 50
    }
  }
  return (calls / (performance.now() - startedMs)) * 1000
}
