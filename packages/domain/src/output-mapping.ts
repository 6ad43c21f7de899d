import type { ExchangeContext } from './exchange-context.ts'
import type { FieldsRecipe } from './field.ts'
import { fieldsOf } from './field.ts'
import type { MappedValue, ResponseMapping } from './response-mapping.ts'
import { OUTPUT_FIELDS } from './standard-field.ts'

export interface MappedRecipe extends FieldsRecipe {
  response?: ResponseMapping | undefined
}

export type OutputMember = Exclude<keyof ResponseMapping, 'outputs' | 'status' | 'encoding'>

/**
 * Where an output of RFC 6749 §5.1 comes from: a field of its name that has a value or is read from the
 * answer, else the mapping, else the name itself.
 */
export function mappingOf(
  recipe: MappedRecipe,
  member: OutputMember,
  context: Pick<ExchangeContext, 'authData'>,
): MappedValue {
  const field = fieldsOf(recipe).find(({ name }) => OUTPUT_FIELDS.get(name) === member)
  if (field?.from_response !== undefined) return field.from_response
  const value = field && context.authData[field.name]
  // The scope that is asked for is the request's; what was granted the answer says.
  if (member !== 'scope' && (typeof value === 'string' || typeof value === 'number') && value !== '') {
    return { value }
  }
  return recipe.response?.[member] ?? member
}

/** The fields that answers tell, those aside that stand for an output. */
export const answeredFields = (recipe: FieldsRecipe): ReadonlyArray<readonly [string, MappedValue]> =>
  fieldsOf(recipe).flatMap(({ name, from_response: mapping }) =>
    mapping === undefined || OUTPUT_FIELDS.has(name) ? [] : [[name, mapping] as const],
  )
