import { z } from 'zod'
import { instant } from './instant.ts'

/** One line of the audit trail. `hash` covers the line and the hash before it. */
export const auditEntry = z.object({
  seq: z.int().min(1),
  at: instant,
  actor: z.string().describe('A caller id or `system`'),
  action: z.string(),
  subject: z.string(),
  detail: z.record(z.string(), z.unknown()),
  hash: z.string(),
})

/** Whether each line still follows from the one before it. */
export const auditVerification = z.object({
  intact: z.boolean(),
  entries: z.int().min(0).describe('How many lines there are'),
  broken_at: z.int().min(1).nullable().describe('Number of the first line that is not what was written'),
})
