import { z } from 'zod'
import { instant } from './instant.ts'
import { partOfRecipe } from './recipe.ts'

/** A named, versioned recipe. */
export const provider = z.object({
  name: z.string(),
  version: z.int().min(1),
  title: z.string().nullable(),
  recipe: partOfRecipe,
  created_at: instant,
})

export const providerInput = z.strictObject({
  name: z.string().describe('Names this provider in the workspace'),
  title: z.string().nullable().optional(),
  recipe: partOfRecipe,
})

/** The name stands in the path. */
export const providerReplacement = z.strictObject({
  name: z.string().optional().describe('If present, the name of the path'),
  title: z.string().nullable().optional(),
  recipe: partOfRecipe,
})
