import { z } from 'zod'
import { destination } from './destination.ts'

/** The question: may this credential's token go there? */
export const explainRequest = z.strictObject({
  credential: z.string().min(1).max(200),
  url: z.string().min(1).max(16_384),
  method: z
    .string()
    .regex(/^[A-Za-z]{1,20}$/, 'is not an HTTP method')
    .default('GET'),
})

/** The decision of the one matcher that serves every delivery. */
export const explanation = z.object({
  allowed: z.boolean(),
  rule: destination.optional().describe('The rule that decided'),
  reasons: z.array(
    z.object({
      code: z.string(),
      detail: z.string(),
      rule: z.string().optional().describe('The rule this is about, as it was written'),
    }),
  ),
})
