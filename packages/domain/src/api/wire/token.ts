import { z } from 'zod'
import { instant } from './instant.ts'

/** A token handed out. The refresh token never is. */
export const token = z.object({
  access_token: z.string(),
  token_type: z.string(),
  expires_at: instant.nullable().describe('Null when the token has no known end'),
  version: z.int().min(1).describe('Grows with every new token of the credential'),
  outputs: z
    .record(z.string(), z.string())
    .optional()
    .describe('Further named outputs of the exchange, such as `id_token`'),
})
