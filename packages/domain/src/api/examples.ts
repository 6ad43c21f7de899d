/** The examples of the API, each used in OpenAPI and in docs/api.md. A test parses them with their schemas. */
export const recipeExample = {
  grant: 'client_credentials',
  token_url: 'https://login.example.com/token',
  client_id: '01d',
  client_auth: 'client_secret_basic',
  scope: ['mail.read'],
}

export const credentialInputExample = {
  name: 'sales-email',
  recipe: recipeExample,
  secrets: { client_secret: { from: 'env', name: 'CRM_SECRET' } },
  destinations: ['https://graph.example.com/v1.0/', { url: 'https://*.mail.example.com/', methods: ['GET'] }],
  environment: null,
  labels: { team: 'sales' },
}

export const exchangeExample = {
  id: '019aab64-1c11-7a31-9d3e-0a4f6f2f9a10',
  credential: 'sales-email',
  started_at: '2026-11-22T09:30:00Z',
  duration_ms: 142,
  trigger: 'create',
  kind: 'token',
}

export const credentialExample = {
  id: '019aab64-1b02-7c4e-8f51-7be1a8a1c0de',
  name: 'sales-email',
  status: 'active',
  display_status: 'active',
  revision: 1,
  reason: null,
  provider: null,
  recipe: recipeExample,
  secrets: {
    client_secret: {
      set: true,
      updated_at: '2026-11-22T09:30:00Z',
      reference: { from: 'env', name: 'CRM_SECRET' },
    },
  },
  destinations: credentialInputExample.destinations,
  environment: null,
  labels: { team: 'sales' },
  token: {
    version: 1,
    type: 'Bearer',
    issued_at: '2026-11-22T09:30:00Z',
    expires_at: '2026-11-22T10:30:00Z',
    expires_from: 'response',
    refresh_due_at: '2026-11-22T10:18:00Z',
  },
  last_exchange: exchangeExample,
  created_at: '2026-11-22T09:30:00Z',
  updated_at: '2026-11-22T09:30:00Z',
}

export const pendingCredentialExample = {
  ...credentialExample,
  status: 'pending',
  display_status: 'pending',
  token: null,
  last_exchange: null,
}

export const pausedCredentialExample = {
  ...credentialExample,
  status: 'paused',
  display_status: 'paused',
  reason: {
    code: 'paused',
    detail: 'Paused by caller ci.',
    since: '2026-11-22T09:45:00Z',
    who: 'admin',
    hint: 'Resume it when it is wanted again.',
  },
}

export const tokenExample = {
  access_token: 'eyJhbGciOiJSUzI1NiJ9.…',
  token_type: 'Bearer',
  expires_at: '2026-11-22T10:30:00Z',
  version: 1,
}

export const providerInputExample = { name: 'crm', title: 'The CRM of sales', recipe: recipeExample }
export const providerExample = {
  ...providerInputExample,
  description: null,
  secrets: {},
  version: 1,
  created_at: '2026-11-22T09:00:00Z',
}

export const connectLinkInputExample = {
  credential: 'crm-acme',
  destinations: ['https://api.example.com/'],
  expires_in_seconds: 3600,
}
export const connectLinkExample = {
  id: '4be6f0c1d7a95e21b3f8a0c6d2e94b7740c5a8e1f3d6b2907c1e8a4f5d3b6a29',
  provider: 'crm',
  credential: 'crm-acme',
  status: 'open',
  expires_at: '2026-11-22T10:00:00Z',
  used_at: null,
  created_at: '2026-11-22T09:00:00Z',
}
export const newConnectLinkExample = {
  ...connectLinkExample,
  url: 'https://bursar.example.com/connect/default.Zk3v…',
}

export const callerInputExample = {
  name: 'ci',
  scopes: ['credentials:read', 'tokens:sales-*'],
  expires_at: '2027-01-01T00:00:00Z',
}
export const callerExample = {
  id: '7k2vq0c3',
  name: 'ci',
  scopes: callerInputExample.scopes,
  expires_at: '2027-01-01T00:00:00Z',
  last_used_at: null,
  created_at: '2026-11-22T09:00:00Z',
}
export const newCallerExample = { ...callerExample, key: 'bsr_7k2vq0c3_…' }

export const explainRequestExample = {
  credential: 'sales-email',
  url: 'https://graph.example.com/v1.0/me',
  method: 'GET',
}
export const explanationExample = {
  allowed: true,
  rule: 'https://graph.example.com/v1.0/',
  reasons: [
    {
      code: 'rule.matched',
      detail: 'Scheme, host, port and path are those of the rule.',
      rule: 'https://graph.example.com/v1.0/',
    },
  ],
}

export const renderRequestExample = {
  template: "{{ formUrlEncode('grant_type', 'client_credentials', 'client_id', authData.clientId) | raw }}",
  context: { authData: { clientId: '01d' } },
  profile: 'destination_sdk',
}

export const renderingExample = { output: 'grant_type=client_credentials&client_id=01d' }

export const auditExample = {
  seq: 12,
  at: '2026-11-22T09:30:00Z',
  actor: '7k2vq0c3',
  action: 'credential.create',
  subject: 'sales-email',
  detail: { grant: 'client_credentials' },
  hash: '9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
}

export const statusExample = {
  status: 'ok',
  version: '0.1.0',
  node_id: 'a1b2c3',
  engine: 'sqlite',
  database_age_seconds: 0,
  credentials: { active: 41, broken: 1 },
  spooled: 0,
}

export const sessionExample = {
  id: '019aab64-1c11-7a31-9d3e-0a4f6f2f9a10',
  method: 'key',
  caller: { id: '4f2a9c81d0aa', name: 'admin' },
  scopes: ['admin'],
  roles: [],
  created_at: '2026-11-22T09:30:00Z',
  seen_at: '2026-11-22T09:30:00Z',
  idle_ends_at: '2026-11-22T10:30:00Z',
  ends_at: '2026-11-22T21:30:00Z',
  address: '192.0.2.7',
  user_agent: 'Mozilla/5.0 …',
  current: true,
}
