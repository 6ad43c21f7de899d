/** Examples of what lies below `/marketing-cloud`; a test reads each with its schema. */

const MADE_AT = '2026-03-01T09:00:00Z'

export const contextInputExample = {
  name: 'Orders',
  externalKey: 'orders',
  grantType: 'client_credentials',
  tokenEndpoint: 'https://login.example.com/token',
  clientId: 'journey',
  clientSecret: '…',
  validServiceUrls: ['https://orders.example.com/activity/'],
}

export const contextExample = {
  name: 'Orders',
  externalKey: 'orders',
  grantType: 'client_credentials' as const,
  tokenEndpoint: 'https://login.example.com/token',
  contentType: 'application/x-www-form-urlencoded' as const,
  validServiceUrls: ['https://orders.example.com/activity/'],
  clientId: 'journey',
  clientAuthentication: 'body' as const,
  keyType: 'Security Context' as const,
  credential: 'mc.orders',
  status: 'active' as const,
  reason: null,
  secretUpdatedAt: MADE_AT,
  tokenExpiresAt: '2026-03-01T10:00:00Z',
  createdAt: MADE_AT,
  updatedAt: MADE_AT,
}

export const saltKeyInputExample = {
  name: 'Orders',
  externalKey: 'orders-2026',
  key: '0x000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f',
}

export const saltKeyExample = {
  name: 'Orders',
  externalKey: 'orders-2026',
  bytes: 32,
  keyType: 'Salt' as const,
  createdAt: MADE_AT,
  updatedAt: MADE_AT,
}

const config = {
  workflowApiVersion: '1.1',
  type: 'REST',
  lang: { 'en-US': { name: 'Order discount' } },
  arguments: {
    execute: {
      url: 'https://orders.example.com/activity/execute',
      inArguments: [{ email: '{{InteractionDefaults.Email}}' }],
      securityOptions: { securityType: 'securityContext', securityContextKey: 'orders' },
    },
  },
}

export const activityInputExample = { key: 'discount', config }

export const activitySummaryExample = {
  key: 'discount',
  status: 'draft' as const,
  name: 'Order discount',
  type: 'REST' as const,
  workflowApiVersion: '1.1' as const,
  category: 'custom',
  url: 'https://orders.example.com/activity/execute',
  securityContextKey: 'orders',
  timeout: 60_000,
  retryCount: 0,
  retryDelay: 1000,
  concurrentRequests: 1,
  phases: [],
  outcomes: [],
  source: null,
  ids: { activityObjectID: 'Jm3kP0…', journeyId: 'x81Lqa…', activityId: 'p0Tz3e…' },
  revision: 1,
  createdAt: MADE_AT,
  updatedAt: MADE_AT,
}

export const activityExample = {
  ...activitySummaryExample,
  jwtSigningSecret: { set: false },
  config,
  problems: [],
}

export const driveExample = (phase: 'save' | 'validate' | 'publish' | 'unpublish' | 'stop') => {
  const status = {
    save: 'draft',
    validate: 'draft',
    publish: 'published',
    unpublish: 'draft',
    stop: 'stopped',
  } as const
  const calls = phase === 'publish' ? (['save', 'validate', 'publish'] as const) : [phase]
  return {
    key: 'discount',
    status: status[phase],
    phases: calls.map((call) => ({ phase: call, outcome: 'ok' as const, httpStatus: 200 })),
  }
}

export const contactExample = {
  key: '003A000001',
  attributes: { Email: 'anna@example.com' },
  events: {},
  interactions: {},
  interactionDefaults: { Email: 'anna@example.com' },
}

export const contactResultExample = {
  contactKey: '003A000001',
  status: 'sent' as const,
  outArguments: { discount: 10 },
  attempts: 1,
}

export const runExample = {
  id: 'q7Vd2m…',
  activityKey: 'discount',
  status: 'finished' as const,
  lines: 1200,
  counts: { sent: 1197, ejected: 3, failed: 0, invalid: 0, repeated: 0 },
  startedAt: MADE_AT,
  updatedAt: '2026-03-01T09:02:10Z',
  endedAt: '2026-03-01T09:02:10Z',
  reason: null,
}
