import { z } from 'zod'
import { readResponsePath, responsePath } from './response-path.ts'
import { renderTemplate, type TemplateFault } from './template/engine.ts'
import { template } from './template/template-text.ts'

/** Where a value comes from: a path into the answer, a template, or a constant. */
export const mappedValue = z.union([
  responsePath,
  template,
  z.strictObject({ value: z.union([z.string().max(16_384), z.number()]) }),
])
export type MappedValue = z.infer<typeof mappedValue>

/** Where an answer keeps what RFC 6749 §5 keeps at the top level under its own names. */
export const responseMapping = z
  .strictObject({
    access_token: mappedValue.optional(),
    refresh_token: mappedValue.optional(),
    expires_in: mappedValue.optional(),
    token_type: mappedValue.optional(),
    scope: mappedValue.optional(),
    error: mappedValue.optional(),
    error_description: mappedValue.optional(),
    status: z.int().min(200).max(299).optional().describe('The one status at which a token is taken.'),
    encoding: z.enum(['json']).optional().describe('The one encoding in which a token is taken.'),
    outputs: z
      .record(
        z.string().regex(/^[a-z][a-z0-9_]{0,63}$/, 'A name of lower-case letters, digits and "_".'),
        mappedValue,
      )
      .optional()
      .describe('Further named tokens of the answer, each with its path.'),
  })
  .describe(
    'Where the answer keeps the token, when not under the names of RFC 6749 §5: a path, `{ "template": "…" }` or `{ "value": "…" }`.',
  )
export type ResponseMapping = z.infer<typeof responseMapping>

export type MappedResult = { value: unknown } | { fault: TemplateFault }

/** The value that a mapping finds: `body` is where paths begin, `context` what templates see. */
export function readMapped(mapping: MappedValue, body: unknown, context: object): MappedResult {
  if (typeof mapping === 'string') return { value: readResponsePath(body, mapping) }
  if ('value' in mapping) return { value: mapping.value }
  const rendered = renderTemplate(mapping.template, context)
  return 'fault' in rendered ? rendered : { value: rendered.text }
}

/** The mapping in words, for messages. */
export const showMapping = (mapping: MappedValue): string =>
  typeof mapping === 'string' ? mapping : 'value' in mapping ? 'the constant' : 'what the template makes'
