import { z } from 'zod'
import { PHASES } from '../../marketing-cloud/activity-config.ts'
import { CONTEXT_GRANTS, type ContextGrantType } from '../../marketing-cloud/security-context.ts'
import { STATUSES } from '../../state.ts'
import { instant } from './instant.ts'
import { problemDetail } from './problem.ts'

const GRANT_TYPES = Object.keys(CONTEXT_GRANTS) as [ContextGrantType, ...ContextGrantType[]]

/** Of the grant: which of them there are, the grant says. */
const grantMembers = {
  issuer: z.string().optional(),
  audience: z.string().optional(),
  subject: z.string().optional(),
  keyId: z.string().optional(),
  algorithm: z.string().optional(),
  lifetimeSeconds: z.int().optional(),
  clientId: z.string().optional(),
  clientAuthentication: z.enum(['body', 'header']).optional(),
}

/** A credential as activities name it; its secret is never in it. */
export const securityContext = z.object({
  name: z.string(),
  externalKey: z.string(),
  grantType: z.enum(GRANT_TYPES),
  tokenEndpoint: z.string(),
  contentType: z.enum(['application/x-www-form-urlencoded', 'application/json']),
  validServiceUrls: z.array(z.string()).describe('Where the token may go'),
  scope: z.string().optional(),
  ...grantMembers,
  keyType: z.literal('Security Context'),
  credential: z.string().describe('Name of the credential that it is, for `/v1`'),
  status: z.enum(STATUSES),
  reason: z.object({ code: z.string(), detail: z.string(), since: instant }).nullable(),
  secretUpdatedAt: instant.nullable(),
  tokenExpiresAt: instant.nullable(),
  createdAt: instant,
  updatedAt: instant,
})

export const securityContextDeletion = z.object({
  externalKey: z.string(),
  revocation: z.object({
    outcome: z.string().describe('How the revocation at the provider went (RFC 7009)'),
    detail: z.string(),
  }),
})

/** A key that signs bodies; its bytes are never in it. */
export const saltKey = z.object({
  name: z.string(),
  externalKey: z.string(),
  bytes: z.int().describe('How long the key is'),
  keyType: z.literal('Salt'),
  createdAt: instant,
  updatedAt: instant,
})

const activityStatus = z.enum(['draft', 'published', 'stopped'])
const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()])

/** An activity in a list. */
export const activitySummary = z.object({
  key: z.string(),
  status: activityStatus,
  name: z.string().nullable().describe('In the first language of the configuration'),
  type: z.enum(['REST', 'RESTDECISION']),
  workflowApiVersion: z.enum(['1.1', '1.0', '0.5']),
  category: z.string(),
  url: z.string().describe('Of `execute`'),
  securityContextKey: z.string().nullable(),
  timeout: z.int().describe('In milliseconds'),
  retryCount: z.int(),
  retryDelay: z.int().describe('In milliseconds'),
  concurrentRequests: z.int(),
  phases: z.array(z.enum(PHASES)).describe('Which of them have an endpoint'),
  outcomes: z.array(z.string()).describe('What `branchResult` may be'),
  source: z.string().nullable().describe('Where the configuration was fetched from'),
  ids: z.object({ activityObjectID: z.string(), journeyId: z.string(), activityId: z.string() }),
  revision: z.int(),
  createdAt: instant,
  updatedAt: instant,
})

/** An activity, its configuration, and what keeps it from being published. */
export const activity = activitySummary.extend({
  jwtSigningSecret: z.object({ set: z.boolean() }),
  config: z.record(z.string(), z.unknown()).describe('The config.json as it was handed in'),
  problems: z.array(problemDetail),
})

/** How phases went. */
export const drive = z.object({
  key: z.string(),
  status: activityStatus,
  phases: z.array(
    z.object({
      phase: z.enum(PHASES),
      outcome: z.enum(['ok', 'failed', 'not_configured']),
      httpStatus: z.int().optional(),
      code: z.string().optional(),
      detail: z.string().optional(),
    }),
  ),
})

/** What became of one contact. */
export const contactResult = z.object({
  line: z.int().optional().describe('Of the stream, from 1; absent for a contact by itself'),
  contactKey: z.string().optional(),
  status: z.enum(['sent', 'ejected', 'failed', 'invalid']),
  outArguments: z.record(z.string(), scalar).optional(),
  branchResult: z.string().optional(),
  note: z.string().optional().describe('What of the answer was not used, and why'),
  reason: z.object({ code: z.string(), detail: z.string(), httpStatus: z.int().optional() }).optional(),
  attempts: z.int().describe('Requests made'),
  mayBeRepeated: z
    .literal(true)
    .optional()
    .describe('The activity may have received this contact more than once'),
})

/** A run as far as it has come. */
export const run = z.object({
  id: z.string(),
  activityKey: z.string(),
  status: z
    .enum(['running', 'interrupted', 'finished'])
    .describe('`running` also when the broker that drove it is gone'),
  lines: z.int().describe('How far the input was read'),
  counts: z.object({
    sent: z.int(),
    ejected: z.int(),
    failed: z.int(),
    invalid: z.int(),
    repeated: z.int(),
  }),
  startedAt: instant,
  updatedAt: instant,
  endedAt: instant.nullable(),
  reason: z
    .object({ code: z.string(), detail: z.string() })
    .nullable()
    .describe('What kept an interrupted run from sending on, where it was not stopped'),
})
