import { z } from 'zod'
import { ANSWERS, BODIES } from './components.ts'

export type Json = Record<string, unknown>

/** The schemas that have names, as OpenAPI keeps them under `components`. */
export const describeComponents = (): Record<string, Json> => ({
  ...describeSchemas(ANSWERS, 'output'),
  ...describeSchemas(BODIES, 'input'),
})

const NAMES: ReadonlyMap<z.ZodType, string> = new Map(
  Object.entries({ ...ANSWERS, ...BODIES }).map(([name, schema]) => [schema, name]),
)

export const nameOf = (schema: z.ZodType): string | undefined => NAMES.get(schema)

/** A reference where the schema has a name, itself where it has none. */
export function refer(schema: z.ZodType): Json {
  const name = nameOf(schema)
  return name === undefined ? toJsonSchema(schema, 'output') : { $ref: `#/components/schemas/${name}` }
}

export function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  return bare(z.toJSONSchema(schema, { io, override: leaveOpen }) as Json)
}

function describeSchemas(
  named: Readonly<Record<string, z.ZodType>>,
  io: 'input' | 'output',
): Record<string, Json> {
  const registry = z.registry<{ id: string }>()
  for (const [id, schema] of Object.entries(named)) registry.add(schema, { id })
  const { schemas } = z.toJSONSchema(registry, {
    io,
    uri: (id) => `#/components/schemas/${id}`,
    override: io === 'output' ? leaveOpen : tidy,
  })
  const { [SHARED]: shared, ...own } = schemas as Record<string, Json>
  const all = { ...own, ...nameShared(shared?.$defs as Record<string, Json> | undefined, io) }
  const text = JSON.stringify(
    Object.fromEntries(Object.entries(all).map(([id, schema]) => [id, bare(schema)])),
  )
  return JSON.parse(text.replaceAll(`schemas/${SHARED}#/$defs/`, `schemas/${io}_`))
}

/** Where zod puts what refers to itself; such a path does not resolve inside an OpenAPI document. */
const SHARED = '__shared'

const nameShared = (definitions: Record<string, Json> = {}, prefix: string): Record<string, Json> =>
  Object.fromEntries(Object.entries(definitions).map(([name, schema]) => [`${prefix}_${name}`, schema]))

/** `format` says it; zod's pattern for dates fills a screen. */
function tidy({ jsonSchema }: { jsonSchema: Json }): void {
  if (jsonSchema.format === 'date-time') delete jsonSchema.pattern
}

/** Answers may grow members; a client that was made from this document must not refuse them. */
function leaveOpen({ jsonSchema }: { jsonSchema: Json }): void {
  tidy({ jsonSchema })
  if (jsonSchema.additionalProperties === false) delete jsonSchema.additionalProperties
}

const bare = ({ $schema: _schema, $id: _id, ...schema }: Json): Json => schema
