import { z } from 'zod'
import { RIGHTS } from '../../reactor/rights.ts'

const link = z.string().describe('URL')

const organization = z.object({
  name: z.string(),
  admin: z.boolean().describe('The key has the scope `admin`'),
  active: z.boolean(),
  login_companies: z.array(z.string()).describe('Ids of the companies: one'),
  product_contexts: z.array(z.string()),
  tenant_id: z.string(),
})

/** Whoever asks, as Reactor shows a user. */
export const reactorUser = z.object({
  id: z.string().regex(/^UR[0-9a-f]{32}$/),
  type: z.literal('users'),
  attributes: z
    .object({
      active_org: z.string().describe('The workspace of the key'),
      display_name: z.string().describe('Name of the caller'),
      email: z.null(),
      expires_in: z.int().nullable().describe('Seconds until the key ends; null where it does not'),
      job_function: z.null(),
      organizations: z.record(z.string(), organization).describe('By name: the workspace'),
    })
    .partial(),
  relationships: z.object({}),
  links: z.object({ self: link }),
  meta: z.object({
    rights: z.array(z.enum(RIGHTS)).describe('All of them with the scope `credentials:write`, else none'),
    scopes: z.array(z.string()).describe('What the key may do, as `/v1/callers` has it'),
  }),
})
export const reactorUserDocument = z.object({ data: reactorUser })
