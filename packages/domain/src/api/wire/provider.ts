import { z } from 'zod'
import { secretReference } from '../../outside-reference.ts'
import { secretsInput, secretsPatch } from '../../secret-input.ts'
import { instant } from './instant.ts'
import { partOfRecipe } from './recipe.ts'

/** A named, versioned recipe. */
export const provider = z.object({
  name: z.string(),
  version: z.int().min(1),
  title: z.string().nullable(),
  description: z.string().nullable(),
  recipe: partOfRecipe,
  secrets: z
    .record(
      z.string(),
      z.object({ set: z.literal(true), updated_at: instant, reference: secretReference.optional() }),
    )
    .describe('Secrets that all credentials of this provider share'),
  created_at: instant,
})

export const providerInput = z.strictObject({
  name: z.string().describe('Names this provider in the workspace'),
  title: z.string().nullable().optional(),
  description: z.string().nullable().optional().describe('For the person who connects'),
  recipe: partOfRecipe,
  secrets: secretsInput.optional().describe('Shared by all credentials of this provider'),
})

/** The name stands in the path. */
export const providerReplacement = z.strictObject({
  name: z.string().optional().describe('If present, the name of the path'),
  title: z.string().nullable().optional(),
  description: z.string().nullable().optional(),
  recipe: partOfRecipe,
  secrets: secretsPatch.optional().describe('Those not named stay as they are; null removes one'),
})
