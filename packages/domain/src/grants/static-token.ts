import { z } from 'zod'
import { isHeaderName } from '../header-syntax.ts'
import { parseInstant } from '../instant.ts'
import { fieldMembers } from '../variation.ts'
import { asksNobody, defineGrant, requireSecret } from './grant.ts'

/** A token that somebody was given, such as an API key. */
export const staticToken = defineGrant({
  type: 'static_token',
  title: 'Static token',
  source: 'RFC 6750 §2.1',
  fields: z.object({
    grant: z.literal('static_token'),
    token_type: z.string().refine(isHeaderName, 'Not a word that can stand before a token.').optional(),
    expires_at: z
      .string()
      .refine((text) => parseInstant(text) !== undefined, 'Not a date: write 2030-01-31T00:00:00Z.')
      .optional()
      .describe('When the token ends, as far as is known.'),
    ...fieldMembers,
  }),
  consent: 'none',
  renewal: 'never',
  secrets: () => ({ required: ['token'], optional: [] }),
  plan: (input) => {
    const { token_type: tokenType = 'Bearer', expires_at: written } = input.recipe
    const expiresAt = written === undefined ? undefined : parseInstant(written)
    const outputs = { accessToken: requireSecret(input, 'token'), tokenType, others: {} }
    return { kind: 'given', outputs: { ...outputs, ...(expiresAt !== undefined && { expiresAt }) } }
  },
  read: asksNobody,
})
