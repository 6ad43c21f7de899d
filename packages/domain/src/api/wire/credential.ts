import { z } from 'zod'
import { secretReference } from '../../outside-reference.ts'
import { STATUSES } from '../../state.ts'
import { destination } from './destination.ts'
import { exchange } from './exchange.ts'
import { instant } from './instant.ts'
import { recipe } from './recipe.ts'

const labels = z.record(z.string(), z.string())

/** Why a credential is in its status. */
export const reason = z.object({
  code: z.string(),
  detail: z.string(),
  since: instant,
  exchange_id: z.string().optional().describe('The exchange that led to it'),
  who: z.enum(['nobody', 'provider', 'admin', 'person', 'operator']).describe('Who can mend it'),
  hint: z.string().optional(),
  retries: z
    .object({ left: z.int(), last_at: instant })
    .optional()
    .describe('Attempts that are left, where there is a fixed number of them'),
})

/** What is known of a token, without the token. */
export const tokenFacts = z.object({
  version: z.int().min(1),
  type: z.string().nullable(),
  issued_at: instant.nullable(),
  expires_at: instant.nullable().describe('Null when it has no known end'),
  expires_from: z
    .enum(['response', 'jwt', 'introspection', 'learned', 'default', 'none'])
    .nullable()
    .describe('Which rule said when it ends'),
  refresh_due_at: instant.nullable(),
})

/** A credential as it is answered: nothing secret in it. */
export const credential = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(STATUSES),
  display_status: z
    .enum([...STATUSES, 'expiring', 'refreshing'])
    .describe('The status with what an active credential is just doing'),
  revision: z.int().min(1).describe('Grows with every change of configuration; the `ETag`'),
  reason: reason.nullable(),
  provider: z.object({ name: z.string(), version: z.int().min(1) }).nullable(),
  recipe: recipe.describe('Complete: the recipe of the provider with the members of this credential over it'),
  secrets: z.record(
    z.string(),
    z.object({
      set: z.literal(true),
      updated_at: instant,
      reference: secretReference.optional().describe('Present when the value lives elsewhere'),
    }),
  ),
  destinations: z.array(destination),
  environment: z.string().nullable(),
  labels: labels,
  token: tokenFacts.nullable().describe('Null before the first token'),
  last_exchange: exchange.nullable(),
  created_at: instant,
  updated_at: instant,
})

/** What became of a deleted credential at its provider. */
export const deletion = z.object({
  name: z.string(),
  revocation: z.object({
    outcome: z.string().describe('How the revocation at the provider went (RFC 7009)'),
    detail: z.string(),
  }),
})

/** Where a person goes to sign in. */
export const authorization = z.object({
  authorization_url: z.string(),
  expires_at: instant,
  user_code: z.string().optional().describe('To be typed there (RFC 8628)'),
  verification_uri: z.string().optional(),
})
