import { z } from 'zod'
import { secretInput } from '../../secret-input.ts'
import { STATUSES } from '../../state.ts'
import { plainText } from '../query.ts'
import { credential } from './credential.ts'
import { instant } from './instant.ts'

const count = z.int().min(0)
const counted = z.array(z.object({ value: z.string(), credentials: count }))

/** What a list of credentials can be filtered by, with how many there are of each. */
export const facets = z.object({
  total: count,
  statuses: counted,
  grants: counted,
  providers: counted,
  environments: counted,
  labels: z
    .array(z.object({ name: z.string(), value: z.string(), credentials: count }))
    .describe('The most frequent first, at most 500'),
})

export const environment = z.object({
  name: z.string().nullable().describe('Null for credentials without one'),
  credentials: count,
  by_status: z.record(z.string(), count),
})

export const BULK_AT_MOST = 500

export const bulkInput = z.strictObject({
  action: z.enum(['pause', 'resume', 'exchange']),
  names: z.array(plainText(200)).min(1).max(BULK_AT_MOST),
})

/** What became of each; nothing of one changes anything for another. */
export const bulkResult = z.object({
  done: count,
  failed: count,
  items: z.array(
    z.object({
      name: z.string(),
      ok: z.boolean(),
      status: z.enum(STATUSES).nullable().describe('Of the credential afterwards'),
      error: z.object({ code: z.string(), detail: z.string(), hint: z.string().optional() }).nullable(),
    }),
  ),
})

export const setting = z.object({
  name: z.string(),
  flag: z.string().nullable(),
  env: z.string(),
  value: z.string().describe('Secrets as `[secret]`'),
  origin: z.enum(['flag', 'environment', 'file', 'default']),
  description: z.string(),
})

export const node = z.object({
  node_id: z.string(),
  version: z.string(),
  started_at: instant,
  seen_at: instant,
  state: z.enum(['up', 'gone']),
  worker: z.int().min(1).nullable(),
  url: z.string(),
  ring_keys: z.array(z.string()).describe('Ids of the key ring keys it holds'),
  spooled: count,
  current: z.boolean().describe('Whether it is the one that answers'),
})

const callerName = { id: z.string(), name: z.string().nullable().describe('Null when it was deleted') }

/** Who used a credential, who could, and what names it. */
export const credentialUsage = z.object({
  name: z.string(),
  last_used_at: instant.nullable(),
  uses: z.array(
    z.object({
      caller: z.object(callerName),
      delivery: z.enum(['token', 'proxy']).describe('`proxy` stands for proxy and forward-auth'),
      uses: count,
      first_used_at: instant,
      last_used_at: instant,
    }),
  ),
  allowed: z
    .array(z.object({ ...callerName, token: z.boolean(), proxy: z.boolean(), scopes: z.array(z.string()) }))
    .describe('Callers whose scopes let them use it'),
  references: z
    .array(z.object({ door: z.string(), kind: z.string(), id: z.string(), name: z.string().nullable() }))
    .describe('What doors keep that names it'),
})

/** What can be told of a token without telling it. */
export const tokenClaims = z.object({
  version: count,
  format: z.enum(['jwt', 'opaque', 'none']),
  header: z.record(z.string(), z.unknown()).nullable(),
  claims: z.record(z.string(), z.unknown()).nullable().describe('Decoded, not verified'),
  length: count.describe('Characters of the token'),
  scope: z.string().nullable(),
  outputs: z.array(z.string()).describe('Names of what else came with it'),
  has_refresh_token: z.boolean(),
})

export const secretRotation = z.strictObject({
  secret: plainText(64).describe('Which, such as `client_secret`'),
  value: secretInput.describe('The new one, or where it lives'),
  keep_old_seconds: z
    .int()
    .min(0)
    .max(2_592_000)
    .default(86_400)
    .describe('How long the old one is used where the provider refuses the new one; at most 30 days'),
  validate: z.boolean().default(true).describe('Whether the new one is tried first'),
})

export const secretRotationResult = z.object({
  credential: credential,
  validated: z
    .boolean()
    .describe('Whether it brought a token before it was saved; some grants can not be tried harmlessly'),
  old_until: instant.nullable(),
})
