import { z } from 'zod'

/** How a token is got. Which members there are depends on `grant`; secrets never stand here. */
export const recipe = z.looseObject({
  grant: z.string().optional().describe('The way to get a token'),
})
