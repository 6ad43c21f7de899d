import type { Caller, Operations } from '../../operations/operations.ts'
import { DEMO_CLIENT, type DemoAuthorizationServer } from './authorization-server.ts'

/** Who makes what the demonstration shows. */
export const DEMO_CALLER: Caller = {
  workspaceId: 'default',
  id: 'demonstration',
  name: 'demonstration',
  scopes: ['admin'],
}

type Filled = Pick<
  Operations,
  | 'createCredential'
  | 'createProvider'
  | 'createCaller'
  | 'authorize'
  | 'completeConsent'
  | 'exchangeNow'
  | 'pauseCredential'
>

/** Credentials in every state, with the callers that use them. Answers the key of each caller by its name. */
export async function fillDemo(
  operations: Filled,
  idp: DemoAuthorizationServer,
): Promise<ReadonlyMap<string, string>> {
  await addProviders(operations, idp)
  await Promise.all(
    credentials(idp).map((body) => operations.createCredential(DEMO_CALLER, body, { waitSeconds: 2 })),
  )
  await signIn(operations, idp, 'drive-team')
  await operations.pauseCredential(DEMO_CALLER, 'archive-2019')
  // Its provider is away from now on; the token it has lives for a day.
  idp.sulk()
  await operations.exchangeNow(DEMO_CALLER, 'billing').catch(() => undefined)
  return addCallers(operations)
}

const machine = (tokenUrl: string, scope: string[] = []) => ({
  grant: 'client_credentials',
  token_url: tokenUrl,
  client_id: DEMO_CLIENT.id,
  ...(scope.length > 0 && { scope }),
})
const person = (url: string) => ({
  grant: 'authorization_code',
  authorization_url: `${url}/authorize`,
  token_url: `${url}/calm/token`,
  client_id: DEMO_CLIENT.id,
  scope: ['drive.read'],
})

async function addProviders(operations: Filled, { url }: DemoAuthorizationServer): Promise<void> {
  await operations.createProvider(DEMO_CALLER, {
    name: 'acme-crm',
    title: 'Acme CRM',
    recipe: machine(`${url}/calm/token`, ['contacts.read', 'deals.read']),
  })
  await operations.createProvider(DEMO_CALLER, {
    name: 'acme-drive',
    title: 'Acme Drive',
    recipe: person(url),
  })
}

function credentials({ url }: DemoAuthorizationServer): Array<Record<string, unknown>> {
  const secrets = { client_secret: DEMO_CLIENT.secret }
  const destinations = [`${url}/api/`]
  const own = (
    name: string,
    recipe: Record<string, unknown>,
    environment: string | null,
    team: string,
    more: Record<string, unknown> = {},
  ) => ({ name, recipe, secrets, destinations, environment, labels: { team }, ...more })
  const ofProvider = (name: string, provider: string, environment: string, team: string) => ({
    name,
    provider,
    secrets,
    destinations,
    environment,
    labels: { team },
  })
  return [
    ofProvider('crm-sales', 'acme-crm', 'production', 'sales'),
    ofProvider('crm-sales-staging', 'acme-crm', 'staging', 'sales'),
    own('mail-marketing', machine(`${url}/jwt/token`, ['mail.read', 'mail.send']), 'production', 'marketing'),
    own('analytics', machine(`${url}/long/token`), 'production', 'data'),
    own('orders-feed', machine(`${url}/brisk/token`), 'production', 'shop'),
    own(
      'warehouse',
      { ...machine(`${url}/slow/token`), lifetime: { refresh_share: 0.3 } },
      'production',
      'shop',
    ),
    own('billing', machine(`${url}/moody/token`), 'production', 'finance'),
    own('support-desk', machine(`${url}/calm/token`), 'production', 'support', {
      secrets: { client_secret: 'a secret that was rotated over there' },
    }),
    own('payroll', machine(`${url}/html/token`), 'production', 'finance'),
    own('new-partner', machine('http://127.0.0.1:9/token'), 'staging', 'partners'),
    ofProvider('drive-team', 'acme-drive', 'production', 'office'),
    ofProvider('calendar-anna', 'acme-drive', 'production', 'office'),
    own('archive-2019', machine(`${url}/long/token`), null, 'data'),
    {
      name: 'legacy-reports',
      recipe: { grant: 'http_basic', username: 'reports' },
      secrets: { password: 'swordfish' },
      destinations,
      environment: 'production',
      labels: { team: 'data' },
    },
  ]
}

/** What a person does in a browser: consent, and the way back with the code. */
async function signIn(operations: Filled, idp: DemoAuthorizationServer, name: string): Promise<void> {
  const { authorizationUrl } = await operations.authorize(DEMO_CALLER, name)
  const state = new URL(authorizationUrl).searchParams.get('state')!
  await operations.completeConsent({ state, code: idp.issueCode() })
}

async function addCallers(operations: Filled): Promise<Map<string, string>> {
  const keys = new Map<string, string>()
  for (const [name, scopes] of [
    ['web-shop', ['tokens:orders-*', 'tokens:warehouse', 'proxy:crm-*']],
    ['reporting', ['tokens:analytics', 'tokens:legacy-*', 'tokens:mail-*']],
    ['sync-job', ['tokens:crm-*', 'tokens:billing', 'tokens:drive-team']],
    ['auditor', ['credentials:read', 'audit:read']],
  ] as const) {
    const { key } = await operations.createCaller(DEMO_CALLER, { name, scopes: [...scopes] })
    keys.set(name, key.reveal())
  }
  return keys
}
