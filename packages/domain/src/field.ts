import { z } from 'zod'
import { mappedValue } from './response-mapping.ts'

/** Names stand in templates as `authData.<name>`. */
export const fieldName = z
  .string()
  .regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'A name is letters, digits and "_", and begins with a letter.')

export const fieldValue = z.union([z.string().max(16_384), z.boolean(), z.int()])
export type FieldValue = z.infer<typeof fieldValue>

/** One thing that a recipe asks for, fixes, or takes out of an answer. */
export const field = z.strictObject({
  name: fieldName.describe('Its name; templates read `authData.<name>`.'),
  title: z.string().max(200).optional().describe('For the person who is asked.'),
  description: z.string().max(2000).optional(),
  type: z.enum(['string', 'boolean', 'integer']).default('string'),
  secret: z
    .boolean()
    .default(false)
    .describe('Sealed and never shown: the value stands in `secrets` under the name of the field.'),
  required: z.boolean().default(false).describe('Without a value the credential is refused.'),
  supplied_by: z
    .enum(['customer', 'partner'])
    .optional()
    .describe('Who gives the value: each credential (customer, the default), or the recipe (partner).'),
  value: fieldValue.optional().describe('What the partner fixed; no credential can change it.'),
  default: fieldValue.optional().describe('The value where the credential gives none.'),
  enum: z.array(fieldValue).min(1).max(200).optional().describe('The only values there are.'),
  pattern: z.string().min(1).max(1000).optional().describe('RE2 expression that the whole text matches.'),
  from_response: mappedValue
    .optional()
    .describe('Where each answer keeps the value; it is kept with the token.'),
})
export type Field = z.infer<typeof field>

export const fields = z.array(field).max(100)
export const fieldValues = z.record(fieldName, fieldValue)

/** What checks about fields read of a recipe, which may not be valid yet. */
export interface FieldsRecipe {
  fields?: readonly Field[] | undefined
  field_values?: Readonly<Record<string, FieldValue>> | undefined
}

/** The declared fields; an empty list for a recipe that has none or none that can be read. */
export const fieldsOf = (recipe: { [member: string]: unknown } | FieldsRecipe): readonly Field[] => {
  const written: unknown = recipe.fields
  return Array.isArray(written) ? written.filter((one) => typeof one?.name === 'string') : []
}

export const suppliedBy = (one: Field): 'customer' | 'partner' | 'response' => {
  if (one.from_response !== undefined) return 'response'
  return one.supplied_by ?? (one.value === undefined ? 'customer' : 'partner')
}

/** A value of its field: what the recipe fixed, what the credential says, the default; undefined without any. */
export function plainValue(recipe: FieldsRecipe, one: Field): FieldValue | undefined {
  const own = recipe.field_values
  const said = own !== undefined && Object.hasOwn(own, one.name) ? own[one.name] : undefined
  return one.value ?? said ?? one.default
}

/** A secret of its field as the type says; one that is not of that type stays a text. */
export function typedValue({ type }: Pick<Field, 'type'>, text: string): FieldValue {
  if (type === 'boolean' && (text === 'true' || text === 'false')) return text === 'true'
  if (type === 'integer' && /^-?\d{1,15}$/.test(text)) return Number(text)
  return text
}
