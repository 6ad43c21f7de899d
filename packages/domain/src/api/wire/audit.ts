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
