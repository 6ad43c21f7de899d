import { z } from 'zod'
import { instant } from './instant.ts'

const scopes = z
  .array(z.string())
  .describe(
    '`credentials:read`, `credentials:write`, `tokens:<name or pattern>`, `proxy:<name or pattern>`, ' +
      '`events:<environment or pattern>`, `audit:read`, `admin`',
  )

/** Who may ask, without the key. */
export const caller = z.object({
  id: z.string(),
  name: z.string(),
  scopes,
  expires_at: instant.nullable(),
  last_used_at: instant.nullable(),
  created_at: instant,
})

/** The one answer that carries the key. */
export const newCaller = caller.extend({
  key: z.string().describe('Shown once; only its hash is kept'),
})

export const callerInput = z.strictObject({
  name: z.string(),
  scopes,
  expires_at: instant.nullable().optional(),
})
