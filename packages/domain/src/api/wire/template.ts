import { z } from 'zod'
import { TEMPLATE_LIMITS, TEMPLATE_PROFILES, type TemplateProfile } from '../../template/engine.ts'

/** A template to be tried. */
export const renderRequest = z.strictObject({
  template: z.string().max(TEMPLATE_LIMITS.sourceSize),
  context: z
    .record(z.string(), z.unknown())
    .default({})
    .describe('What the template sees: authData, userContext, response, or anything else'),
  profile: z
    .enum(Object.keys(TEMPLATE_PROFILES) as [TemplateProfile, ...TemplateProfile[]])
    .default('destination_sdk')
    .describe('What of the language may be used; recipes have destination_sdk'),
})

export const rendering = z.object({ output: z.string() })
