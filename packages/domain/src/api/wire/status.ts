import { z } from 'zod'

/** How this node and its database are. */
export const status = z.object({
  status: z.enum(['ok', 'degraded']),
  version: z.string(),
  node_id: z.string(),
  engine: z.enum(['sqlite', 'postgres']),
  database_age_seconds: z.number().min(0).describe('Since the database was last reached'),
  credentials: z.record(z.string(), z.int().min(0)).describe('How many there are in each status'),
  spooled: z.int().min(0).describe('Answers kept on local disk until the database is back'),
})
