import { z } from 'zod'
import { actionsOf } from '../../reactor/actions.ts'
import type { RelationshipShape } from '../../reactor/json-api/document.ts'
import { writtenRelationships } from '../../reactor/relationships.ts'
import { DEFINITIONS, type WrittenType } from '../../reactor/resource-definitions.ts'
import { REVISIONED } from '../../reactor/revisioned.ts'
import type { SecretType } from '../../reactor/secrets/secret-type.ts'
import { SECRET_TYPES } from '../../reactor/secrets/table.ts'
import { writtenShape } from './attributes.ts'
import { nameOfType } from './names.ts'
import { resourceIdOf } from './resources.ts'

const object = z.record(z.string(), z.unknown()).optional()

/** A document with one thing in it (JSON:API 1.0, "Document Structure"); what else it may hold decides nothing. */
const documentOf = (data: z.ZodType) => z.strictObject({ data, meta: object, jsonapi: object, links: object })

const identifierOf = ({ type }: RelationshipShape) =>
  z.strictObject({ type: z.enum([type].flat()), id: z.string().min(1), meta: object })

const linkageOf = (shape: RelationshipShape): z.ZodType =>
  shape.many ? z.array(identifierOf(shape)) : identifierOf(shape).nullable()

const relationshipsOf = (type: WrittenType) =>
  Object.fromEntries(
    Object.entries(writtenRelationships(type)).map(([name, shape]) => [
      name,
      z.object({ data: linkageOf(shape), links: object, meta: object }).optional(),
    ]),
  )

const secretCredentials = ({ credentials }: SecretType) => credentials as z.ZodObject

/** New secrets, by the type that they are of. */
const newSecret = z.discriminatedUnion(
  'type_of',
  Object.values(SECRET_TYPES).map((type) =>
    DEFINITIONS.secrets.input.extend({
      type_of: z.literal(type.typeOf),
      credentials: secretCredentials(type),
    }),
  ) as unknown as [z.ZodObject<{ type_of: z.ZodLiteral<string> }>],
)

const newAttributes = (type: WrittenType): z.ZodType => {
  if (type === 'secrets') return newSecret
  const { input } = DEFINITIONS[type]
  return input.safeParse({}).success ? input.optional() : input
}

/** Adobe's SDK makes callbacks from a resource that does not say its type. */
export const isTypeOptional = (type: WrittenType): boolean => type === 'callbacks'

const inputOf = (type: WrittenType) =>
  documentOf(
    z.strictObject({
      type: isTypeOptional(type) ? z.literal(type).optional() : z.literal(type),
      ...(Object.keys(DEFINITIONS[type].input.shape).length > 0 && { attributes: newAttributes(type) }),
      relationships: z.strictObject(relationshipsOf(type)).optional(),
      links: object,
      meta: object,
    }),
  )

/** What is left out stays; of what was read everything may be sent back, as long as it says the same. */
const patchOf = (type: WrittenType) =>
  documentOf(
    z.strictObject({
      type: z.literal(type),
      id: resourceIdOf(type),
      attributes: z.looseObject(writtenShape(type)).partial().optional(),
      relationships: z.looseObject(relationshipsOf(type)).optional(),
      links: object,
      meta: z
        .looseObject(actionsOf(type).length > 0 ? { action: z.enum(actionsOf(type)).optional() } : {})
        .optional(),
    }),
  )

const mapTypes = <K extends WrittenType, T>(types: readonly K[], make: (type: WrittenType) => T) =>
  Object.fromEntries(types.map((type) => [type, make(type)])) as Readonly<Record<K, T>>

const CREATED = Object.keys(DEFINITIONS) as WrittenType[]
/** Notes are never changed. */
export const CHANGED = CREATED.filter((type): type is Exclude<WrittenType, 'notes'> => type !== 'notes')

export const INPUTS = mapTypes(CREATED, inputOf)
export const PATCHES = mapTypes(CHANGED, patchOf)

/** What a relationship of a library is set to, or has added or taken out. */
export const LIBRARY_LINKAGE = {
  environment: { type: 'environments' },
  ...Object.fromEntries(REVISIONED.map((type) => [type, { type, many: true }])),
} as Readonly<Record<'environment' | (typeof REVISIONED)[number], RelationshipShape>>

/** Adobe's SDK says the id of the library beside the data. */
const linkageInput = (shape: RelationshipShape) =>
  documentOf(linkageOf(shape)).extend({ id: z.unknown().optional() })

export const LINKAGE_INPUTS = {
  environment: linkageInput(LIBRARY_LINKAGE.environment),
  extensions: linkageInput(LIBRARY_LINKAGE.extensions),
  data_elements: linkageInput(LIBRARY_LINKAGE.data_elements),
  rules: linkageInput(LIBRARY_LINKAGE.rules),
}

/** The schemas of what the door takes, by the names they have in OpenAPI. */
export const RESOURCE_BODIES: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(CREATED.map((type) => [`${nameOfType(type)}Input`, INPUTS[type]])),
  ...Object.fromEntries(CHANGED.map((type) => [`${nameOfType(type)}Patch`, PATCHES[type]])),
  ReactorEnvironmentLinkageInput: LINKAGE_INPUTS.environment,
  ...Object.fromEntries(REVISIONED.map((type) => [`${nameOfType(type)}LinkageInput`, LINKAGE_INPUTS[type]])),
}
