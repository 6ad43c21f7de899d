import type { ConsoleOperations } from '../../../src/operations/console/console-operations.ts'
import type { TrafficReport } from '../../../src/operations/console/traffic.ts'
import type { KeyOperations, KeyReport } from '../../../src/operations/keys/rotation.ts'

const AT = 1_790_000_000

const TRAFFIC: TrafficReport = {
  requests: 2,
  refused: 1,
  latencyMs: { p50: 1, p95: 2, p99: 3 },
  points: [{ from: AT, requests: 2, refused: 1, p99Ms: null }],
}

const KEYS: KeyReport = {
  origin: 'keyring.json',
  canRotate: true,
  ring: [{ id: 'k', active: true, dataKeys: 1 }],
  dataKeys: [{ id: 'd', ringKey: 'k', createdAt: AT, sealing: true }],
  rotation: {
    state: 'done',
    ringKey: 'k',
    dataKey: 'd',
    startedBy: 'admin',
    startedAt: AT,
    endedAt: AT,
    total: 1,
    done: 1,
    waitingFor: [],
  },
}

/** Fixed answers, as those of the other operations. */
export const consoleOperations: Omit<ConsoleOperations, 'rotateSecret'> & KeyOperations = {
  getKeys: async () => KEYS,
  rotateKeys: async () => KEYS,
  getOverview: async () => ({
    at: AT,
    byStatus: { active: 2 },
    hours: [{ from: AT, expires: 1, refreshes: 0 }],
    days: [{ from: AT, expires: 1, refreshes: 0 }],
    failures: {
      total: 1,
      items: [
        {
          name: 'sales-email',
          provider: null,
          environment: null,
          status: 'broken',
          reason: { code: 'provider.invalid_client', detail: 'No.', since: AT, mender: 'admin' },
          tokenEndsAt: null,
          mend: 'edit',
        },
      ],
    },
    nodeId: 'n1',
    hour: TRAFFIC,
    day: TRAFFIC,
    checks: [{ name: 'database', state: 'ok', detail: 'It answers.' }],
    steps: [{ id: 'credential', title: 'Create a credential', done: true }],
  }),
  getFacets: async () => ({
    total: 1,
    statuses: [{ value: 'active', credentials: 1 }],
    grants: [],
    providers: [],
    environments: [],
    labels: [{ name: 'team', value: 'sales', credentials: 1 }],
  }),
  listEnvironments: async () => [{ name: null, credentials: 1, byStatus: { active: 1 } }],
  changeCredentials: async () => ({
    done: 1,
    failed: 0,
    items: [{ name: 'sales-email', ok: true, status: 'paused', error: null }],
  }),
  listSettings: () => [
    { name: 'port', flag: '--port', env: 'BURSAR_PORT', value: '1', origin: 'flag', description: 'It.' },
  ],
  getCredentialUsage: async (_caller, name) => ({
    name,
    lastUsedAt: AT,
    uses: [{ caller: { id: 'k1', name: null }, delivery: 'token', uses: 1, firstUsedAt: AT, lastUsedAt: AT }],
    allowed: [{ id: 'k1', name: 'ci', token: true, proxy: false, scopes: ['tokens:*'] }],
    references: [{ door: 'd', kind: 'k', id: '1', name: null }],
  }),
  getTokenClaims: async () => ({
    version: 1,
    format: 'jwt',
    jwt: { header: { alg: 'ES256' }, claims: { sub: 'x' } },
    length: 10,
    scope: null,
    outputs: [],
    hasRefreshToken: false,
  }),
  listNodes: async () => [
    {
      nodeId: 'n1',
      version: '0.1.0',
      startedAt: AT,
      seenAt: AT,
      state: 'up',
      worker: 1,
      url: 'http://127.0.0.1:1',
      ringKeys: ['k'],
      dataKey: 'd',
      spooled: 0,
      current: true,
    },
  ],
}
