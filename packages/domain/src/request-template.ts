import { z } from 'zod'
import { isHeaderValue, isSettableHeader } from './header-syntax.ts'
import { templateText } from './template/template-text.ts'

export const REQUEST_METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'] as const

const headerName = z.string().refine(isSettableHeader, 'Not the name of a header that may be set.')
const headerText = templateText.refine(
  (text) => typeof text !== 'string' || isHeaderValue(text),
  'Not visible ASCII in one line.',
)

/** A token request that is written down instead of made by the grant. */
export const requestTemplate = z.strictObject({
  url: templateText.optional().describe('`token_url` by default.'),
  method: z.enum(REQUEST_METHODS).default('POST'),
  content_type: z
    .string()
    .max(256)
    .refine(isHeaderValue, 'Not visible ASCII in one line.')
    .optional()
    .describe('Of the body; application/x-www-form-urlencoded by default.'),
  query: templateText.optional().describe('Added to the URL after "?".'),
  headers: z.record(headerName, headerText).default({}),
  body: templateText.optional(),
})
export type RequestTemplate = z.infer<typeof requestTemplate>
