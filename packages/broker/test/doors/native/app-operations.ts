import { Secret } from '@bursar/domain/secret.ts'
import type {
  AppOperations,
  AppPageView,
  AppView,
  SigningKeyView,
} from '../../../src/operations/apps/app-operations.ts'

const AT = 1_790_000_000
const times = { createdAt: AT, updatedAt: AT }

const PAGE: AppPageView = {
  name: 'loyalty',
  config: {
    mode: 'standard',
    title: null,
    signing_key: 'loyalty-2026',
    audience: 'https://api.example.com',
    ttl_seconds: 3600,
    claims: {},
    clock_tolerance_seconds: 30,
    enabled: true,
  },
  issuer: 'https://broker.example.com/apps/loyalty',
  ...times,
}

const APP: AppView = {
  page: 'loyalty',
  clientId: 'kiosk-7',
  config: {
    title: null,
    grant_types: ['client_credentials'],
    scopes: ['a'],
    claims: { store: 7 },
    enabled: true,
  },
  clientSecrets: [{ id: 's1', createdAt: AT, endsAt: AT + 60 }],
  signingSecret: { updatedAt: AT, reference: { from: 'env', name: 'SIGNING' } },
  formerSigningSecrets: [],
  ...times,
}

const KEY: SigningKeyView = {
  name: 'loyalty-2026',
  algorithm: 'ES256',
  keys: [
    { kid: 'k', status: 'active', createdAt: AT, activeAt: AT, retiredAt: null, endsAt: null, jwk: null },
  ],
  ...times,
}

const REVOCATION = { page: 'loyalty', jti: 'j', expiresAt: AT, createdAt: AT }
const page = <T>(item: T) => ({ items: [item], nextCursor: null })
const entry = (body: Record<string, unknown>) => ({
  workspaceId: 'default',
  door: 'apps',
  kind: 'x',
  id: 'e1',
  subject: 'loyalty',
  at: AT,
  body,
})

/** As `recordOperations`: fixed values. */
export const appOperations: AppOperations = {
  createAppPage: async () => PAGE,
  listAppPages: async () => page(PAGE),
  getAppPage: async () => PAGE,
  updateAppPage: async () => PAGE,
  deleteAppPage: async () => {},
  createApp: async () => ({ app: APP, clientSecret: new Secret('shown-once') }),
  listApps: async () => page(APP),
  getApp: async () => APP,
  updateApp: async () => APP,
  deleteApp: async () => {},
  rotateAppSecret: async () => ({ app: APP, clientSecret: null }),
  rotateAppSigningSecret: async () => APP,
  createSigningKey: async () => ({ key: KEY, secret: new Secret('shown-once') }),
  listSigningKeys: async () => page(KEY),
  getSigningKey: async () => KEY,
  rotateSigningKey: async () => ({ key: KEY, secret: null }),
  deleteSigningKey: async () => {},
  checkAppToken: async () => ({ fault: 'jwt.expired', detail: 'The token has ended.' }),
  revokeAppToken: async () => REVOCATION,
  listRevocations: async () => page(REVOCATION),
  listAppRequests: async () =>
    page(
      entry({
        Browser: '',
        ClientIP: '',
        HasSSL: true,
        IsSSL: false,
        Method: 'GET',
        QueryString: '',
        ReferrerURL: '',
        RequestURL: '',
        UserAgent: '',
      }),
    ),
  listAppExceptions: async () =>
    page(entry({ Message: '', Description: '', InnerException: '', FunctionName: 'GetJWT' })),
  openAppPage: async () => undefined,
  recordAppRequest: () => {},
  requestCompatToken: async () => ({ kind: 'forbidden' }),
  requestAppToken: async () => ({ kind: 'token', token: 't', expiresInSeconds: 1, scope: [] }),
  verifyAppToken: async () => ({ claims: {} }),
  listPublicKeys: async () => [],
}
