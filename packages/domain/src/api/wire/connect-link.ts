import { z } from 'zod'
import { instant } from './instant.ts'

/** A link as it is answered; its address is told once, when it is made. */
export const connectLink = z.object({
  id: z.string(),
  provider: z.string(),
  credential: z.string(),
  status: z.enum(['open', 'used', 'expired']),
  expires_at: instant,
  used_at: instant.nullable(),
  created_at: instant,
})

export const newConnectLink = connectLink.extend({
  url: z.string().describe('For the person who connects; shown this once'),
})
