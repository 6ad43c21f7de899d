import { queryOptions } from '@tanstack/react-query'
import { call } from '../api/call.ts'

/** The part of JSON Schema 2020-12 that Bursar's own description uses. */
export interface JsonSchema {
  $ref?: string
  type?: string | string[]
  enum?: string[]
  const?: unknown
  anyOf?: JsonSchema[]
  oneOf?: JsonSchema[]
  items?: JsonSchema
  properties?: Record<string, JsonSchema>
  additionalProperties?: JsonSchema | boolean
  required?: string[]
  description?: string
  default?: unknown
  format?: string
  minimum?: number
  maximum?: number
}

export interface ApiDescription {
  components: { schemas: Record<string, JsonSchema> }
}

/** What the running server says of itself: forms are drawn from it. */
export const apiDescriptionQuery = queryOptions({
  queryKey: ['openapi'],
  queryFn: async () =>
    (await call('GET', '/openapi.json', { withoutSession: true })) as unknown as ApiDescription,
  staleTime: Number.POSITIVE_INFINITY,
})

export function resolve(api: ApiDescription, schema: JsonSchema): JsonSchema {
  if (schema.$ref === undefined) return schema
  const name = schema.$ref.split('/').at(-1)!
  const { $ref: _, ...beside } = schema
  return { ...resolve(api, api.components.schemas[name] ?? {}), ...beside }
}

/** The variants of a union, references followed, unions inside it laid flat. */
export function variantsOf(api: ApiDescription, schema: JsonSchema): JsonSchema[] {
  const whole = resolve(api, schema)
  const variants = whole.anyOf ?? whole.oneOf
  return variants === undefined ? [whole] : variants.flatMap((one) => variantsOf(api, one))
}

/** The members of each grant's recipe. */
export function recipeMembers(api: ApiDescription, grant: string): JsonSchema | undefined {
  const recipe = api.components.schemas.CredentialInput?.properties?.recipe
  if (recipe === undefined) return undefined
  return variantsOf(api, recipe).find((one) => one.properties?.grant?.const === grant)
}

/** All grants the server knows. */
export function grantsOf(api: ApiDescription): string[] {
  const recipe = api.components.schemas.CredentialInput?.properties?.recipe
  const variants = recipe === undefined ? [] : variantsOf(api, recipe)
  return variants.map((one) => one.properties?.grant?.const).filter((one) => typeof one === 'string')
}

export type MemberKind = 'text' | 'choice' | 'boolean' | 'number' | 'list' | 'map' | 'json'

/** Which input fits a member. */
export function kindOf(api: ApiDescription, schema: JsonSchema): MemberKind {
  const variants = variantsOf(api, schema).filter((one) => one.type !== 'null')
  const types = new Set(variants.map((one) => (Array.isArray(one.type) ? one.type[0] : one.type)))
  const [first] = variants
  if (first?.enum !== undefined && variants.length === 1) return 'choice'
  if (types.has('array')) {
    const items = variants.find((one) => one.type === 'array')?.items
    return items !== undefined && variantsOf(api, items).every((one) => one.type === 'string')
      ? 'list'
      : 'json'
  }
  if (types.size !== 1) return types.has('string') ? 'text' : 'json'
  if (types.has('string')) return 'text'
  if (types.has('boolean')) return 'boolean'
  if (types.has('integer') || types.has('number')) return 'number'
  if (types.has('object')) {
    const { additionalProperties, properties } = first!
    const isTexts =
      properties === undefined &&
      typeof additionalProperties === 'object' &&
      additionalProperties.type === 'string'
    return isTexts ? 'map' : 'json'
  }
  return 'json'
}
