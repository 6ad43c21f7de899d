import type { AnyRecipe } from './every-recipe.ts'
import { fieldsOf, suppliedBy } from './field.ts'
import type { SecretNeeds } from './grants/grant.ts'
import { grantOf } from './grants/table.ts'
import { sendsStandardRequest } from './refresh-way.ts'
import { fieldOfSecret } from './standard-field.ts'

/**
 * The secrets that a recipe takes: those of its grant, and those that its fields declare. A field of the same
 * meaning replaces the grant's; a request that is written down needs none by itself.
 */
export function secretNeeds(recipe: AnyRecipe): SecretNeeds {
  const grant = grantOf(recipe)
  const own = grant.secrets(recipe)
  const isCovered = (name: string) => fieldOfSecret(recipe, name) !== undefined
  const standard = sendsStandardRequest(recipe, grant)
  const needed = own.required.filter(
    (name) => standard || (name === 'refresh_token' && grant.renewal === 'only'),
  )
  const declared = fieldsOf(recipe).filter((one) => one.secret && suppliedBy(one) !== 'response')
  const isNeeded = (field: (typeof declared)[number]) =>
    field.required || needed.some((name) => fieldOfSecret(recipe, name) === field)
  return {
    required: [
      ...needed.filter((name) => !isCovered(name)),
      ...declared.filter(isNeeded).map(({ name }) => name),
    ],
    optional: [
      ...own.required.filter((name) => !needed.includes(name) && !isCovered(name)),
      ...own.optional.filter((name) => !isCovered(name)),
      ...declared.filter((field) => !isNeeded(field)).map(({ name }) => name),
    ],
  }
}
