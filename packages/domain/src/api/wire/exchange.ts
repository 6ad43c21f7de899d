import { z } from 'zod'
import { instant } from './instant.ts'

/** One execution of a recipe, redacted. Members beside these are the trace of the call. */
export const exchange = z.looseObject({
  id: z.string(),
  credential: z.string(),
  started_at: instant,
  duration_ms: z.int().min(0),
  trigger: z.string().describe('What asked for it: creation, the refresher, a caller, a 401'),
  kind: z.string().describe('How it ended: token, refused, unavailable, unreadable, …'),
})

/** What `validate` answers: the record of an exchange of which nothing was saved. */
export const validation = z.looseObject({
  valid: z.boolean().describe('True when a token came'),
  kind: z.string().describe('How the exchange ended: token, refused, unavailable, unreadable, …'),
  hints: z.array(z.string()).describe('What to try'),
})
