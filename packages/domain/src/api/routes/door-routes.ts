import { z } from 'zod'
import type { RouteBody } from '../route.ts'

/** A page of a list of a door whose members are camelCase. */
export const doorPageOf = <T extends z.ZodType>(item: T) =>
  z.object({ items: z.array(item), nextCursor: z.string().nullable() })

export const doorPageExample = (item: unknown) => ({ items: [item], nextCursor: null })

/** A JSON body that an operation judges. */
export const doorBody = (
  schema: z.ZodType,
  example: unknown,
  mediaTypes: readonly string[] = ['application/json'],
): RouteBody => ({ schema, mediaTypes, checkedBy: 'operation', example })
