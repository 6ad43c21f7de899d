import { generateKeyPairSync, type KeyObject } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createLocalJWKSet, exportJWK, type JWK, jwtVerify } from 'jose'
import Provider, { errors } from 'oidc-provider'
import { type HttpServer, sendJson, startHttpServer } from './http-server.ts'

/** What a real client of a real partner once had for a secret: everything that encoders get wrong. */
export const ODD_SECRET = 'jhyun/ku[ojubbj]/jhgfdrg^7*dfg&jkiu#bjshdm,ktttdg'
export const PLAIN_SECRET = 'a-secret-of-at-least-thirty-two-characters'

const JWT_BEARER = 'urn:ietf:params:oauth:grant-type:jwt-bearer'
const TOKEN_EXCHANGE = 'urn:ietf:params:oauth:grant-type:token-exchange'
const DEVICE_CODE = 'urn:ietf:params:oauth:grant-type:device_code'

export type KeyName = 'RS256' | 'PS256' | 'ES256' | 'EdDSA'

const makeKey: Record<KeyName, () => { privateKey: KeyObject; publicKey: KeyObject }> = {
  RS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  PS256: () => generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: () => generateKeyPairSync('ec', { namedCurve: 'P-256' }),
  EdDSA: () => generateKeyPairSync('ed25519'),
}

export interface OidcServer extends HttpServer {
  issuer: string
  tokenUrl: string
  authorizationUrl: string
  deviceUrl: string
  revocationUrl: string
  /** Private keys of the clients `key-RS256`, …, as PEM. */
  pem: Record<KeyName, string>
  provider: Provider
  /** Claims of the assertions that the registered grants were given. */
  assertions: Array<Record<string, unknown>>
  /** Whether the token lives at the server, as RFC 7662 says it. */
  introspect(token: string): Promise<{ active: boolean; client_id?: string; sub?: string; scope?: string }>
}

/** A real authorization server with a client for each way of authenticating and each grant. */
export async function startOidcServer(): Promise<OidcServer> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`

  const keys = Object.entries(makeKey).map(([name, make]) => [name as KeyName, make()] as const)
  const jwks: Array<readonly [KeyName, JWK]> = await Promise.all(
    keys.map(async ([name, { publicKey }]) => [
      name,
      { ...(await exportJWK(publicKey)), kid: `kid-${name}` },
    ]),
  )
  const assertions: Array<Record<string, unknown>> = []
  const provider = new Provider(issuer, {
    clients: clients(jwks),
    jwks: { keys: [{ ...(await exportJWK(makeKey.RS256().privateKey)), use: 'sig' }] },
    scopes: ['openid', 'offline_access', 'mail.read'],
    features: {
      devInteractions: { enabled: true },
      clientCredentials: { enabled: true },
      deviceFlow: { enabled: true },
      introspection: { enabled: true },
      revocation: { enabled: true },
    },
    enabledJWA: { clientAuthSigningAlgValues: ['HS256', 'RS256', 'PS256', 'ES256', 'EdDSA', 'Ed25519'] },
    rotateRefreshToken: true,
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['cookie-key'] },
  })
  const keySet = createLocalJWKSet({ keys: jwks.map(([, jwk]) => jwk) })
  for (const [grant, parameter] of [
    [JWT_BEARER, 'assertion'],
    [TOKEN_EXCHANGE, 'subject_token'],
  ] as const) {
    provider.registerGrantType(
      grant,
      async (context) => {
        const { client, params } = context.oidc
        const given = params[parameter] ?? ''
        if (grant === JWT_BEARER) {
          const { payload } = await jwtVerify(given, keySet, { audience: `${issuer}/token` }).catch(() => {
            throw new errors.InvalidGrant('the assertion does not verify')
          })
          assertions.push(payload)
        } else if ((await provider.ClientCredentials.find(given)) === undefined) {
          throw new errors.InvalidGrant('the subject token is not known')
        }
        const token = new provider.ClientCredentials({ client, scope: params.scope ?? '' })
        context.body = {
          access_token: await token.save(),
          expires_in: token.expiration,
          token_type: 'Bearer',
          ...(grant === TOKEN_EXCHANGE && {
            issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
          }),
        }
      },
      [parameter, 'scope', 'subject_token_type'],
    )
  }
  server.on('request', provider.callback())

  return {
    url: issuer,
    issuer,
    tokenUrl: `${issuer}/token`,
    authorizationUrl: `${issuer}/auth`,
    deviceUrl: `${issuer}/device/auth`,
    revocationUrl: `${issuer}/token/revocation`,
    pem: Object.fromEntries(
      keys.map(([name, { privateKey }]) => [name, privateKey.export({ type: 'pkcs8', format: 'pem' })]),
    ) as Record<KeyName, string>,
    provider,
    assertions,
    async introspect(token) {
      const response = await fetch(`${issuer}/token/introspection`, {
        method: 'POST',
        headers: { Authorization: `Basic ${btoa(`resource:${PLAIN_SECRET}`)}` },
        body: new URLSearchParams({ token }),
      })
      return (await response.json()) as { active: boolean }
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

function clients(jwks: ReadonlyArray<readonly [KeyName, JWK]>): Array<Record<string, unknown>> {
  const machine = { grant_types: ['client_credentials'], redirect_uris: [], response_types: [] }
  const secret = { client_secret: PLAIN_SECRET }
  return [
    { client_id: 'basic', ...machine, ...secret },
    { client_id: 'post', ...machine, ...secret, token_endpoint_auth_method: 'client_secret_post' },
    { client_id: 'odd-basic', ...machine, client_secret: ODD_SECRET },
    {
      client_id: 'odd-post',
      ...machine,
      client_secret: ODD_SECRET,
      token_endpoint_auth_method: 'client_secret_post',
    },
    { client_id: 'secret-jwt', ...machine, ...secret, token_endpoint_auth_method: 'client_secret_jwt' },
    ...jwks.map(([alg, jwk]) => ({
      client_id: `key-${alg}`,
      ...machine,
      token_endpoint_auth_method: 'private_key_jwt',
      token_endpoint_auth_signing_alg: alg,
      jwks: { keys: [jwk] },
    })),
    {
      client_id: 'web',
      ...secret,
      application_type: 'native',
      grant_types: ['authorization_code', 'refresh_token'],
      redirect_uris: ['http://127.0.0.1/oauth/callback'],
      response_types: ['code'],
    },
    {
      client_id: 'device',
      grant_types: [DEVICE_CODE, 'refresh_token'],
      redirect_uris: [],
      response_types: [],
      token_endpoint_auth_method: 'none',
    },
    { client_id: 'assertions', ...secret, ...machine, grant_types: [JWT_BEARER] },
    { client_id: 'exchanger', ...secret, ...machine, grant_types: [TOKEN_EXCHANGE, 'client_credentials'] },
    { client_id: 'resource', ...secret, ...machine },
  ]
}

/** An API that asks the authorization server about every token it is shown. */
export async function startResource(oidc: OidcServer): Promise<HttpServer> {
  return startHttpServer(async (request, response) => {
    const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
    const facts = await oidc.introspect(token)
    if (facts.active) return sendJson(response, 200, { client: facts.client_id, subject: facts.sub })
    sendJson(response, 401, {}, { 'WWW-Authenticate': 'Bearer error="invalid_token"' })
  })
}
