import { z } from 'zod'
import { injection } from './header.ts'
import { lifetimePolicy } from './lifetime.ts'
import { responseMapping } from './response-mapping.ts'
import type { Variation } from './variation.ts'

/** The members every recipe has, whatever its grant. */
export const everyRecipe = z.object({
  lifetime: lifetimePolicy.prefault({}).describe('When the token ends and when it is replaced.'),
  response: responseMapping.optional(),
  injection: injection.optional(),
})
export type EveryRecipe = z.infer<typeof everyRecipe>

/** A recipe of any grant, for code that does not care which. */
export interface AnyRecipe extends EveryRecipe, Variation {
  grant: string
  [member: string]: unknown
}
