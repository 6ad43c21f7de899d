import { z } from 'zod'
import { STATUSES } from '../../state.ts'
import { plainText } from '../query.ts'
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
