/** The examples of what the console shows, as {@link ./examples.ts}. */
const at = '2026-11-22T09:30:00Z'

const trafficExample = {
  requests: 1204,
  refused: 3,
  latency_ms: { p50: 0.4, p95: 0.9, p99: 2.1 },
  points: [{ from: at, requests: 1204, refused: 3, p99_ms: 2.1 }],
}

export const overviewExample = {
  at,
  credentials: { total: 12, by_status: { active: 11, needs_sign_in: 1 } },
  upcoming: {
    hours: [{ from: '2026-11-22T09:00:00Z', expires: 1, refreshes: 4 }],
    days: [{ from: '2026-11-22T00:00:00Z', expires: 9, refreshes: 11 }],
  },
  failures: {
    total: 1,
    items: [
      {
        name: 'crm-acme',
        provider: 'crm',
        environment: 'production',
        status: 'needs_sign_in',
        reason: {
          code: 'provider.invalid_grant',
          detail: 'The provider does not take the refresh token any more.',
          since: at,
          who: 'person',
          hint: 'Sign in again.',
        },
        token_ends_at: null,
        mend: 'connect',
      },
    ],
  },
  traffic: { node_id: 'broker-1', hour: trafficExample, day: trafficExample },
  health: {
    status: 'ok',
    checks: [{ name: 'database', state: 'ok', detail: 'SQLite answers in 0.2 ms.' }],
  },
  setup: { done: false, steps: [{ id: 'credential', title: 'Create a credential', done: true }] },
}

export const bulkExample = {
  done: 1,
  failed: 1,
  items: [
    { name: 'sales-email', ok: true, status: 'paused', error: null },
    {
      name: 'sales-crm',
      ok: false,
      status: null,
      error: { code: 'credential.not_found', detail: 'There is no credential named "sales-crm".' },
    },
  ],
}

export const settingExample = {
  name: 'port',
  flag: '--port',
  env: 'BURSAR_PORT',
  value: '8787',
  origin: 'default',
  description: 'Port of the single listener; 0 takes a free one.',
}

export const nodeExample = {
  node_id: 'broker-1-a1b2c3',
  version: '0.1.0',
  started_at: at,
  seen_at: at,
  state: 'up',
  worker: null,
  url: 'http://127.0.0.1:8787',
  ring_keys: ['k_4f2a9c81d0aa'],
  spooled: 0,
  current: true,
}

export const keysExample = {
  origin: '/var/lib/bursar/keyring.json',
  can_rotate: true,
  ring: [
    { id: 'k_4f2a9c81d0aa', active: false, data_keys: 0 },
    { id: 'k_0be19a7710cd', active: true, data_keys: 2 },
  ],
  data_keys: [{ id: '5f0c3a9be1d27744', ring_key: 'k_0be19a7710cd', created_at: at, sealing: true }],
  rotation: {
    state: 'resealing',
    ring_key: 'k_0be19a7710cd',
    data_key: '5f0c3a9be1d27744',
    started_by: '4f2a9c81d0aa',
    started_at: at,
    ended_at: null,
    total: 20_000,
    done: 4_100,
    waiting_for: [],
  },
}

export const usageExample = {
  name: 'sales-email',
  last_used_at: at,
  uses: [
    {
      caller: { id: '4f2a9c81d0aa', name: 'web-shop' },
      delivery: 'token',
      uses: 1204,
      first_used_at: '2026-11-01T08:00:00Z',
      last_used_at: at,
    },
  ],
  allowed: [{ id: '4f2a9c81d0aa', name: 'web-shop', token: true, proxy: false, scopes: ['tokens:sales-*'] }],
  references: [{ door: 'marketing-cloud', kind: 'security-context', id: 'sc1', name: null }],
}

export const claimsExample = {
  version: 7,
  format: 'jwt',
  header: { alg: 'RS256', kid: '2026-09', typ: 'at+jwt' },
  claims: { iss: 'https://login.example.com', sub: '01d', scope: 'mail.read', exp: 1_795_340_000 },
  length: 812,
  scope: 'mail.read',
  outputs: ['id_token'],
  has_refresh_token: true,
}
