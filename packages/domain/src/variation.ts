import { z } from 'zod'
import { fields, fieldValues } from './field.ts'
import { httpUrl } from './http-url.ts'
import { requestTemplate } from './request-template.ts'
import { validations } from './validation.ts'

/** What a recipe asks of each credential, whatever its grant. */
export const fieldMembers = {
  fields: fields.optional().describe('What each credential is asked for, what is fixed, what answers tell.'),
  field_values: fieldValues.optional().describe('Values of the fields that are no secrets, by name.'),
}

/** The members with which a recipe describes a token endpoint that is unlike others. */
export const variationMembers = {
  refresh_url: httpUrl.optional().describe('Where refresh tokens are spent; `token_url` by default.'),
  ...fieldMembers,
  user_context: z
    .record(z.string().regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/), z.string().max(1000))
    .optional()
    .describe('What templates see as `userContext.<name>`.'),
  token_request: requestTemplate
    .optional()
    .describe('The token request, instead of the one the grant makes; for refreshing too.'),
  refresh_request: z
    .union([z.enum(['standard', 'none']), requestTemplate])
    .optional()
    .describe(
      'How refresh tokens are spent: by a request of its own, as RFC 6749 §6 says (`standard`), or not at all (`none`); as `token_request` by default.',
    ),
  validations: validations.optional().describe('What has to be true of an answer before it is kept.'),
}

const variation = z.object(variationMembers)
export type Variation = z.infer<typeof variation>
