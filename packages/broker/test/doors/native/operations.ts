import { BursarError } from '@bursar/domain/error.ts'
import { Secret } from '@bursar/domain/secret.ts'
import type { NativeOperations } from '../../../src/doors/native/handlers.ts'
import type { Caller, CredentialView, ProviderView } from '../../../src/operations/operations.ts'
import type { ExchangeRow } from '../../../src/store/store.ts'
import { appOperations } from './app-operations.ts'
import { consoleOperations } from './console-operations.ts'
import { sessionOperations } from './session-operations.ts'

export const KEY = 'bsr_admin_0123456789'
export const CALLER: Caller = { workspaceId: 'default', id: 'admin', name: 'Admin', scopes: ['admin'] }
/** Planted where a secret could be; must not be seen in any answer or log line. */
export const CANARY = 'canary-5f1c7a'

const AT = 1_790_000_000

export const EXCHANGE: ExchangeRow = {
  workspaceId: 'default',
  id: 'x1',
  credentialId: 'c1',
  credentialName: 'sales-email',
  startedAt: AT,
  durationMs: 142,
  trigger: 'create',
  kind: 'token',
  record: { notes: [] },
}

export const VIEW: CredentialView = {
  credential: {
    workspaceId: 'default',
    id: 'c1',
    name: 'sales-email',
    provider: { name: 'crm', version: 2 },
    recipe: {
      grant: 'client_credentials',
      lifetime: { expires_in_unit: 'seconds', rotation_grace_seconds: 0 },
      client_id: '01d',
    },
    secrets: {
      client_secret: { set: true, updatedAt: AT, reference: { from: 'env', name: 'CRM_SECRET' } },
      password: { set: true, updatedAt: AT },
    },
    destinations: [
      {
        url: 'https://graph.example.com/v1.0/',
        scheme: 'https',
        host: 'graph.example.com',
        subdomains: false,
        port: 443,
        path: '/v1.0/',
        methods: null,
      },
      {
        url: 'https://*.mail.example.com/',
        scheme: 'https',
        host: 'mail.example.com',
        subdomains: true,
        port: 443,
        path: '/',
        methods: ['GET'],
      },
    ],
    environment: null,
    labels: { team: 'sales' },
    status: 'degraded',
    reason: {
      code: 'exchange.unavailable',
      detail: 'The provider answered 503.',
      since: AT,
      mender: 'provider',
      exchangeId: 'x1',
      hint: 'Wait.',
    },
    revision: 1,
    configRevision: 1,
    createdAt: AT,
    updatedAt: AT,
  },
  token: {
    workspaceId: 'default',
    credentialId: 'c1',
    version: 3,
    tokenType: 'Bearer',
    issuedAt: AT,
    expiresAt: AT + 3600,
    expiresFrom: 'response',
    refreshDueAt: AT + 2880,
    claimableAt: AT + 2880,
    leaseId: 'internal-lease',
    leaseUntil: null,
    intentId: null,
    intentAt: null,
    failures: 0,
    rotates: null,
    learnedSeconds: null,
    updatedAt: AT,
  },
  lastExchange: EXCHANGE,
}

const PROVIDER: ProviderView = {
  workspaceId: 'default',
  name: 'crm',
  version: 2,
  recipe: { grant: 'client_credentials' },
  title: null,
  description: null,
  secrets: {},
  createdAt: AT,
}

const LINK = {
  workspaceId: 'default',
  id: 'ab12',
  provider: 'crm',
  credential: 'crm-acme',
  title: null,
  description: null,
  destinations: null,
  environment: null,
  labels: null,
  expiresAt: AT + 3600,
  usedAt: null,
  attempts: 0,
  busyUntil: null,
  createdBy: 'admin',
  createdAt: AT,
}

const CALLER_ROW = {
  workspaceId: 'default',
  id: 'k1',
  name: 'ci',
  keyHash: 'the-hash-of-the-key',
  scopes: ['admin'],
  expiresAt: null,
  lastUsedAt: AT,
  createdAt: AT,
}

export interface Call {
  operation: string
  args: unknown[]
}

/** Operations that answer fixed values and write down how they were called. */
export function recordOperations(overrides: Partial<NativeOperations> = {}): {
  operations: NativeOperations
  calls: Call[]
} {
  const calls: Call[] = []
  const view = async () => VIEW
  const plain: NativeOperations = {
    ...appOperations,
    ...sessionOperations,
    ...consoleOperations,
    rotateSecret: async () => ({ view: VIEW, validated: true, oldUntil: AT }),
    authenticateFast: () => undefined,
    renderTemplate: () => ({ output: 'rendered' }),
    authenticate: async (key) => {
      if (key !== KEY) throw new BursarError('caller.unauthenticated', { detail: 'The key is not known.' })
      return CALLER
    },
    createCredential: view,
    listCredentials: async () => ({ items: [VIEW], nextCursor: 'next', total: null }),
    getCredential: view,
    updateCredential: view,
    deleteCredential: async (_caller, name) => ({
      name,
      revocation: { outcome: 'revoked', detail: 'The provider said 200.' },
    }),
    pauseCredential: view,
    resumeCredential: view,
    useTokenFast: () => undefined,
    useToken: async () => ({
      credentialId: 'c1',
      accessToken: new Secret('the-access-token'),
      tokenType: 'Bearer',
      expiresAt: AT + 3600,
      version: 3,
      outputs: { id_token: new Secret('the-id-token') },
      header: { name: 'Authorization', value: new Secret('Bearer the-access-token') },
      destinations: [],
    }),
    renewRejected: async () => null,
    exchangeNow: async () => EXCHANGE,
    listExchanges: async () => ({ items: [EXCHANGE], nextCursor: null }),
    validate: async () => ({ valid: true, kind: 'token', hints: [] }),
    explain: async () => ({
      allowed: true,
      rule: VIEW.credential.destinations[1]!,
      reasons: [{ code: 'rule.matched', detail: 'It is.', rule: 'https://*.mail.example.com/' }],
    }),
    decide: () => ({ allowed: false, reasons: [] }),
    authorize: async () => ({ authorizationUrl: 'https://login.example.com/?state=1', expiresAt: AT }),
    completeConsent: async () => ({ name: 'sales-email', status: 'active', detail: '' }),
    createProvider: async () => PROVIDER,
    listProviders: async () => [PROVIDER],
    getProvider: async () => PROVIDER,
    putProvider: async () => PROVIDER,
    deleteProvider: async () => {},
    createConnectLink: async () => ({ link: LINK, url: 'https://bursar.example.com/connect/default.x' }),
    listConnectLinks: async () => [LINK],
    deleteConnectLink: async () => {},
    createCaller: async () => ({ caller: CALLER_ROW, key: new Secret('bsr_k1_once') }),
    listCallers: async () => [CALLER_ROW],
    deleteCaller: async () => {},
    listAudit: async () => ({
      items: [
        {
          workspaceId: 'default',
          seq: 1,
          at: AT,
          actor: 'admin',
          action: 'credential.create',
          subject: 'sales-email',
          detail: {},
          hash: 'ab',
        },
      ],
      nextCursor: null,
    }),
    verifyAudit: async () => ({ entries: 1, brokenAt: null }),
    status: async () => ({
      status: 'ok',
      version: '0.1.0',
      nodeId: 'n1',
      engine: 'sqlite',
      databaseAgeSeconds: 0,
      credentials: { active: 1 },
      spooled: 0,
    }),
    ...overrides,
  }
  const operations = new Proxy(plain, {
    get:
      (target, name: keyof typeof plain) =>
      (...args: unknown[]) => {
        calls.push({ operation: name, args })
        return (target[name] as (...args: unknown[]) => unknown)(...args)
      },
  })
  return { operations, calls }
}
