import { BursarError } from '@bursar/domain/error.ts'
import type { StandardPage } from '@bursar/domain/issuing/app-page.ts'
import type { StandardTokenRequest, TokenRefusal } from '@bursar/domain/issuing/token-request.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { Ports } from '../ports.ts'
import type { AppMemory } from './app-memory.ts'
import type { TokenOutcome } from './app-operations.ts'
import { issuerOf } from './app-pages.ts'
import type { ClientGate } from './client-gate.ts'
import { activeVersion, type OpenedApp, type OpenedPage } from './opened.ts'

export type IssuePorts = Pick<Ports, 'clock' | 'random' | 'settings' | 'sources'> & {
  memory: AppMemory
  gate: ClientGate
}

type StandardOpened = OpenedPage & { config: StandardPage }

const refuse = (
  error: TokenRefusal['error'],
  description: string,
  more: Partial<TokenRefusal> = {},
): TokenOutcome => ({ kind: 'refused', refusal: { error, description, status: 400, ...more } })

/** The client credentials grant, RFC 6749 §4.4: a signed JWT with the claims of page and app. */
export async function requestAppToken(
  ports: IssuePorts,
  page: StandardOpened,
  request: StandardTokenRequest,
  address: string,
): Promise<TokenOutcome> {
  const found = ports.memory.findApp(page, request.clientId)
  const known = found instanceof Promise ? await found : found
  const secret = new Secret(request.clientSecret)
  if (!ports.gate.admitFast(known, secret)) {
    const answer = await ports.gate.admit(known, secret, address)
    if (answer.kind === 'slowed') {
      return refuse('temporarily_unavailable', 'Too many attempts have failed.', {
        status: 429,
        retryAfterSeconds: answer.retryAfterSeconds,
      })
    }
    if (answer.kind === 'closed') return unknownClient
  }
  const app = known!
  if (!app.config.enabled) return unknownClient
  if (request.grantType !== 'client_credentials')
    return refuse('unsupported_grant_type', 'The grant here is client_credentials.')
  if (!app.config.grant_types.includes(request.grantType))
    return refuse('unauthorized_client', 'The client may not use this grant.')
  const scope = request.scope.length > 0 ? request.scope : app.config.scopes
  if (!scope.every((each) => app.config.scopes.includes(each)))
    return refuse('invalid_scope', 'The client may not ask for this scope.')
  return sign(ports, page, app, scope)
}

const unknownClient = refuse('invalid_client', 'Client id or secret are not right.', { status: 401 })

async function sign(
  { clock, random, settings, memory }: IssuePorts,
  { name, config }: StandardOpened,
  app: OpenedApp,
  scope: readonly string[],
): Promise<TokenOutcome> {
  const key = memory.keys.get(config.signing_key) ?? (await memory.keys.find(config.signing_key))
  const now = clock.now()
  const version = key && activeVersion(key, now)
  if (version === undefined) {
    throw new BursarError('signing_key.not_found', {
      detail: `The signing key "${config.signing_key}" of the page is not there.`,
    })
  }
  const signed = version.signer.sign(
    JSON.stringify({
      ...config.claims,
      ...app.config.claims,
      iss: issuerOf(settings, name, config),
      sub: app.clientId,
      aud: config.audience,
      client_id: app.clientId,
      ...(scope.length > 0 && { scope: scope.join(' ') }),
      iat: now,
      exp: now + config.ttl_seconds,
      jti: random.id(),
    }),
  )
  const token = typeof signed === 'string' ? signed : await signed
  return { kind: 'token', token, expiresInSeconds: config.ttl_seconds, scope }
}
