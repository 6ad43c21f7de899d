import { z } from 'zod'
import { GRANT_TYPES, type GrantType } from '../grants/table.ts'
import { recipeSchemaOf } from '../recipe.ts'

/** The part of JSON Schema that recipes use. */
export interface MemberSchema {
  type?: string
  enum?: string[]
  anyOf?: MemberSchema[]
  items?: MemberSchema
  properties?: Record<string, MemberSchema>
  additionalProperties?: MemberSchema | boolean
  required?: string[]
  description?: string
}

/** The members of each grant's recipe as JSON Schema: what flags and forms are made from. */
export function describeRecipes(): Array<{ grant: GrantType; members: Record<string, MemberSchema> }> {
  return GRANT_TYPES.map((grant) => {
    const schema = z.toJSONSchema(recipeSchemaOf(grant), { io: 'input' }) as MemberSchema
    return { grant, members: schema.properties ?? {} }
  })
}
