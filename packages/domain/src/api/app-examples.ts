/** The examples of token pages; as in `examples.ts`. */
export const appPageInputExample = {
  name: 'loyalty',
  mode: 'standard' as const,
  signing_key: 'loyalty-2026',
  audience: 'https://api.example.com',
}
const at = { created_at: '2026-11-22T09:00:00Z', updated_at: '2026-11-22T09:00:00Z' }

export const appPageExample = {
  ...appPageInputExample,
  title: null,
  issuer: 'https://broker.example.com/apps/loyalty',
  ttl_seconds: 3600,
  claims: {},
  clock_tolerance_seconds: 30,
  enabled: true,
  token_path: '/apps/loyalty/token',
  verify_path: '/apps/loyalty/verify',
  ...at,
}

export const appInputExample = { client_id: 'kiosk-7', scopes: ['points:read'], claims: { store: 7 } }
export const appExample = {
  page: 'loyalty',
  client_id: 'kiosk-7',
  title: null,
  grant_types: ['client_credentials'],
  scopes: ['points:read'],
  claims: { store: 7 },
  enabled: true,
  client_secrets: [{ id: 'Zk3q9a1B', created_at: '2026-11-22T09:00:00Z', ends_at: null }],
  signing_secret: null,
  former_signing_secrets: [],
  ...at,
}
export const newAppExample = { ...appExample, client_secret: 'q7Jw…' }

export const signingKeyInputExample = { name: 'loyalty-2026', algorithm: 'ES256' as const }
export const signingKeyExample = {
  name: 'loyalty-2026',
  algorithm: 'ES256' as const,
  keys: [
    {
      kid: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
      status: 'active' as const,
      created_at: '2026-11-22T09:00:00Z',
      active_at: '2026-11-22T09:00:00Z',
      retired_at: null,
      ends_at: null,
      jwk: {
        kty: 'EC',
        crv: 'P-256',
        x: 'f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU',
        y: 'x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0',
        kid: 'NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs',
        alg: 'ES256',
        use: 'sig',
      },
    },
  ],
  ...at,
}
export const newSigningKeyExample = { ...signingKeyExample, secret: null }

export const revocationInputExample = { jti: '019aab64-1c11-7a31-9d3e-0a4f6f2f9a10' }
export const revocationExample = {
  page: 'loyalty',
  jti: revocationInputExample.jti,
  expires_at: '2026-11-22T10:30:30Z',
  created_at: '2026-11-22T09:30:00Z',
}

export const tokenCheckExample = {
  active: false,
  reason: 'jwt.expired' as const,
  detail: 'The token has ended.',
  claims: null,
}

export const appRequestExample = {
  id: '019aab64-1c11-7a31-9d3e-0a4f6f2f9a10',
  at: '2026-11-22T09:30:00Z',
  Browser: 'curl',
  ClientIP: '198.51.100.7',
  HasSSL: true,
  IsSSL: true,
  Method: 'POST',
  QueryString: 'debug=[redacted]',
  ReferrerURL: '',
  RequestURL: 'https://broker.example.com/apps/loyalty/token',
  UserAgent: 'curl/8.5.0',
}
export const appExceptionExample = {
  id: '019aab64-1c11-7a31-9d3e-0a4f6f2f9a10',
  at: '2026-11-22T09:30:00Z',
  Message: 'The body is not valid JSON.',
  Description: '',
  InnerException: '',
  FunctionName: 'Main Block',
}
