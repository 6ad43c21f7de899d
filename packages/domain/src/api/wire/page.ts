import { z } from 'zod'

/** A page of a list. `next_cursor` goes into `?cursor=` to get the next one; null at the end. */
export const pageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), next_cursor: z.string().nullable() })
