import type { z } from 'zod'
import { type Json, toJsonSchema } from './json-schema.ts'
import type { SharedParameter } from './route.ts'

export interface Parameter {
  name: string
  in: 'path' | 'query'
  required: boolean
  description?: string
  schema: Json
}

export function describeParameters(place: 'path' | 'query', schema: z.ZodObject | undefined): Parameter[] {
  if (!schema) return []
  const { properties = {}, required = [] } = toJsonSchema(schema, 'output') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    ...(typeof description === 'string' && { description }),
    schema: rest,
  }))
}

/** A parameter of several calls, as OpenAPI keeps it under `components`. */
export const describeShared = ({ name, in: place, description, style, schema }: SharedParameter): Json => ({
  name,
  in: place,
  required: false,
  description,
  ...style,
  schema: toJsonSchema(schema, 'input'),
})
