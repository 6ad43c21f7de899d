import { ODD_SECRET, type OidcServer, PLAIN_SECRET, startOidcServer } from '../oidc.ts'
import type { Console } from './console.ts'

/** A real authorization server beside the console, and a dozen credentials in every state. */
export interface World {
  oidc: OidcServer
  close(): Promise<void>
}

interface Wanted {
  name: string
  recipe: Record<string, unknown>
  secrets: Record<string, unknown>
  destinations?: unknown[]
  environment?: string
  labels?: Record<string, string>
}

export async function populate({ broker }: Pick<Console, 'broker'>): Promise<World> {
  const oidc = await startOidcServer()
  const machine = (clientId: string, recipe: Record<string, unknown> = {}) => ({
    grant: 'client_credentials',
    token_url: oidc.tokenUrl,
    client_id: clientId,
    client_auth: 'client_secret_basic',
    scope: ['mail.read'],
    ...recipe,
  })
  const secret = { client_secret: PLAIN_SECRET }
  const consent = {
    grant: 'authorization_code',
    authorization_url: oidc.authorizationUrl,
    token_url: oidc.tokenUrl,
    client_id: 'web',
    scope: ['openid', 'offline_access'],
  }
  const wanted: Wanted[] = [
    {
      name: 'sales-email',
      recipe: machine('basic'),
      secrets: secret,
      destinations: [
        'https://graph.example.com/v1.0/',
        { url: 'https://*.mail.example.com/', methods: ['GET'] },
      ],
      environment: 'production',
      labels: { team: 'sales', tier: 'gold' },
    },
    {
      name: 'support-desk',
      recipe: machine('basic'),
      secrets: secret,
      environment: 'production',
      labels: { team: 'support' },
    },
    {
      name: 'billing-ledger',
      recipe: machine('odd-basic'),
      secrets: { client_secret: ODD_SECRET },
      destinations: ['https://ledger.example.com/'],
      environment: 'production',
      labels: { team: 'finance' },
    },
    {
      name: 'reports-nightly',
      recipe: machine('basic'),
      secrets: secret,
      environment: 'staging',
      labels: { team: 'data' },
    },
    {
      name: 'maps-key',
      recipe: { grant: 'static_token', token_type: 'Bearer' },
      secrets: { token: 'a-fixed-token-of-a-map-service' },
      destinations: ['https://maps.example.com/'],
      environment: 'production',
    },
    {
      name: 'warehouse-ftp',
      recipe: { grant: 'http_basic', username: 'warehouse' },
      secrets: { password: 'a-password-that-nobody-guesses' },
      environment: 'production',
    },
    {
      name: 'crm-acme',
      recipe: consent,
      secrets: secret,
      environment: 'production',
      labels: { customer: 'acme' },
    },
    {
      name: 'crm-globex',
      recipe: consent,
      secrets: secret,
      environment: 'production',
      labels: { customer: 'globex' },
    },
    {
      name: 'old-importer',
      recipe: machine('basic'),
      secrets: { client_secret: 'not-the-secret-of-this-client' },
      environment: 'staging',
    },
    {
      name: 'moved-service',
      recipe: machine('basic', { token_url: 'http://127.0.0.1:9/token' }),
      secrets: secret,
      environment: 'staging',
    },
    {
      name: 'summer-campaign',
      recipe: machine('basic'),
      secrets: secret,
      environment: 'production',
      labels: { team: 'marketing' },
    },
    {
      name: 'partner-assertion',
      recipe: {
        grant: 'signed_jwt',
        issuer: 'bursar',
        audience: 'https://partner.example.com',
        alg: 'ES256',
        ttl_seconds: 600,
      },
      secrets: { private_key: oidc.pem.ES256 },
      destinations: ['https://partner.example.com/'],
      environment: 'production',
    },
  ]
  for (const one of wanted) {
    const { status, text } = await broker.api.create(one)
    if (status !== 201) throw new Error(`${one.name}: ${text}`)
  }
  await broker.api.call('POST', '/v1/credentials/summer-campaign/pause')
  for (const [name, scopes] of [
    ['mailer', ['tokens:sales-*', 'proxy:sales-*']],
    ['nightly jobs', ['tokens:*']],
  ] as const) {
    await broker.api.call('POST', '/v1/callers', { name, scopes })
  }
  return { oidc, close: () => oidc.close() }
}
