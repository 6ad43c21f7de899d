import { createSecretKey } from 'node:crypto'
import type { SigningAlgorithm } from '@bursar/domain/exchange.ts'
import type { CompatPage, StandardPage } from '@bursar/domain/issuing/app-page.ts'
import { splitCompactJws } from '@bursar/domain/issuing/compact-jws.ts'
import type { JwtClaims, JwtExpectations } from '@bursar/domain/issuing/jwt-claims-check.ts'
import { isJwtFault, type JwtFault, jwtFault } from '@bursar/domain/issuing/jwt-fault.ts'
import { isObject } from '@bursar/domain/json.ts'
import type { OutsideReference } from '@bursar/domain/outside-reference.ts'
import { Secret } from '@bursar/domain/secret.ts'
import { createJwtVerifier, type JwtVerifier, type VerificationKey } from '../../issuer/verify.ts'
import { issuerOf } from './app-pages.ts'
import { openSecret } from './issue-compat.ts'
import type { IssuePorts } from './issue-standard.ts'
import { type OpenedKey, type OpenedPage, verifyingVersions } from './opened.ts'

/** Checks the JWTs of token pages. */
export interface TokenVerification {
  verify(page: OpenedPage, token: string): Promise<{ claims: JwtClaims } | JwtFault>
  /** The signature alone, to revoke a JWT whatever its claims. */
  verifySignature(page: OpenedPage, token: string): Promise<{ claims: JwtClaims } | JwtFault>
}

type VerifyPorts = Pick<IssuePorts, 'clock' | 'settings' | 'sources' | 'memory'>

interface KeptVerifier {
  key: OpenedKey
  alg: SigningAlgorithm
  verifier: JwtVerifier
  /** When one of its keys ends. */
  until: number
}

export function createTokenVerification(ports: VerifyPorts): TokenVerification {
  const { clock, memory } = ports
  // By the opened key itself: a key that changes is opened anew.
  const kept = new WeakMap<OpenedKey, KeptVerifier>()

  function verifierOf(key: OpenedKey, alg: SigningAlgorithm): JwtVerifier {
    const now = clock.now()
    const known = kept.get(key)
    if (known !== undefined && known.alg === alg && now < known.until) return known.verifier
    const versions = verifyingVersions(key, now)
    const until = Math.min(...versions.map(({ endsAt }) => endsAt ?? Number.POSITIVE_INFINITY))
    const verifier = createJwtVerifier(
      versions.map(({ kid, verifying }): VerificationKey => ({ kid, alg, key: verifying })),
    )
    kept.set(key, { key, alg, verifier, until })
    return verifier
  }

  /** Of the app that the payload names: the name chooses among secrets, and only a right one fits. */
  async function appVerifier(page: OpenedPage, token: string): Promise<JwtVerifier | JwtFault> {
    const { algorithm: alg } = page.config as CompatPage
    const parts = splitCompactJws(token)
    if (isJwtFault(parts)) return parts
    const clientId = readClientId(parts.payload)
    const app = clientId === undefined ? undefined : await memory.findApp(page, clientId)
    if (app === undefined) return jwtFault('jwt.unknown_key', 'No app here is the client_id of the payload.')
    const secret = await openSecret(ports, app)
    const former = app.formerSigningSecrets.filter(({ endsAt }) => clock.now() < endsAt)
    const texts = [secret, ...(await Promise.all(former.map((each) => openFormer(each.secret))))]
    const keys = texts.flatMap((text) =>
      text.isEmpty ? [] : [{ kid: null, alg, key: createSecretKey(text.reveal(), 'utf8') }],
    )
    return keys.length === 0 ? jwtFault('jwt.unknown_key') : createJwtVerifier(keys)
  }

  /** One that is no longer where it was takes nothing from the one that signs now. */
  const openFormer = (secret: Secret | OutsideReference): Promise<Secret> | Secret =>
    secret instanceof Secret ? secret : ports.sources.resolve(secret).catch(() => new Secret(''))

  async function verifierFor(page: OpenedPage, token: string): Promise<JwtVerifier | JwtFault> {
    const { config } = page
    if (config.signing_key === null) return appVerifier(page, token)
    const key = memory.keys.get(config.signing_key) ?? (await memory.keys.find(config.signing_key))
    if (key === undefined) return jwtFault('jwt.unknown_key')
    const alg = config.mode === 'standard' ? key.algorithm : config.algorithm
    return familyOf(alg) === familyOf(key.algorithm) ? verifierOf(key, alg) : jwtFault('jwt.algorithm')
  }

  async function check(page: OpenedPage, token: string, expected: JwtExpectations, now: number) {
    const verifier = await verifierFor(page, token)
    if (isJwtFault(verifier)) return verifier
    const verified = verifier.verify(token, expected, now)
    return isJwtFault(verified) ? verified : { claims: verified.claims }
  }

  return {
    async verify(page, token) {
      await memory.revocations.load()
      const checked = await check(page, token, expectationsOf(ports, page), clock.now())
      if (isJwtFault(checked)) return checked
      const { jti } = checked.claims
      return typeof jti === 'string' && memory.revocations.isRevoked(page, jti)
        ? jwtFault('jwt.revoked')
        : checked
    },
    verifySignature: (page, token) =>
      check(page, token, { clockToleranceSeconds: Number.MAX_VALUE }, clock.now()),
  }
}

/** RSA keys sign by both paddings only where they were made for it; a family shares kind and padding. */
const familyOf = (alg: SigningAlgorithm): string => alg.slice(0, 2)

const STANDARD_CLAIMS = ['iss', 'aud', 'exp', 'iat', 'jti']

function expectationsOf({ settings }: Pick<VerifyPorts, 'settings'>, page: OpenedPage): JwtExpectations {
  const { config, name } = page
  const clockToleranceSeconds = config.clock_tolerance_seconds
  // A page in compat mode adds no claims, so it can demand none; those that are there count.
  if (config.mode === 'compat') return { clockToleranceSeconds }
  const { audience } = config satisfies StandardPage
  return {
    issuer: issuerOf(settings, name, config)!,
    audience,
    required: STANDARD_CLAIMS,
    clockToleranceSeconds,
  }
}

function readClientId(payload: string): string | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString())
    const clientId = isObject(value) ? value.client_id : undefined
    return typeof clientId === 'string' ? clientId : undefined
  } catch {
    return undefined
  }
}
