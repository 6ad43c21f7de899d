import { z } from 'zod'
import { RELATIONSHIPS, type RelationshipFacts } from '../../reactor/relationships.ts'
import { RESOURCE_TYPES, type ResourceType } from '../../reactor/resource-type.ts'
import { ATTRIBUTES, META } from './attributes.ts'
import { reactorError, reactorErrors } from './dialect.ts'
import { nameOfType } from './names.ts'
import { reactorUser, reactorUserDocument } from './user.ts'

export const TYPES = Object.keys(RESOURCE_TYPES) as ResourceType[]

export const resourceIdOf = (type: ResourceType) =>
  z.string().regex(new RegExp(`^${RESOURCE_TYPES[type]}[0-9a-f]{32}$`))

const identifierOf = (to: RelationshipFacts['to']) => z.object({ type: z.enum([to].flat()), id: z.string() })

const link = z.string().describe('URL')

/** JSON:API 1.0, "Resource Linkage". */
function linkageOf({ to, many, nullable }: RelationshipFacts): z.ZodType {
  const identifier = identifierOf(to)
  if (many) return z.array(identifier)
  return nullable ? identifier.nullable() : identifier
}

const relationshipOf = (facts: RelationshipFacts) =>
  z.object({
    links: z.object({ related: link, self: link.optional() }),
    ...(facts.shown && { data: linkageOf(facts) }),
    // A secret says so of its environment.
    ...(facts.shown && facts.nullable && { meta: z.object({ stage: z.string().optional() }).optional() }),
  })

/**
 * A resource of a type (JSON:API 1.0, "Resource Objects"). No attribute and no relationship has to be there, since
 * `fields` leaves out the others.
 */
function resourceOf(type: ResourceType) {
  const relationships = Object.entries(RELATIONSHIPS[type]).map(([name, facts]) => [
    name,
    relationshipOf(facts),
  ])
  const variants = ATTRIBUTES[type].map((shape) => z.object(shape).partial())
  return z.object({
    id: resourceIdOf(type),
    type: z.literal(type),
    attributes: variants.length === 1 ? variants[0]! : z.union(variants),
    relationships: z.object(Object.fromEntries(relationships)).partial(),
    links: z.looseObject({ self: link }),
    meta: z.object(META[type] ?? {}),
  })
}

const mapTypes = <T>(make: (type: ResourceType) => T) =>
  Object.fromEntries(TYPES.map((type) => [type, make(type)])) as Readonly<Record<ResourceType, T>>

const RESOURCES = mapTypes(resourceOf)

/** Where a page stands among the others. */
const pagination = z.object({
  current_page: z.int().min(1),
  next_page: z.int().nullable(),
  prev_page: z.int().nullable(),
  total_pages: z.int().min(0),
  total_count: z.int().min(0),
})

/** The other pages of the same query (JSON:API 1.0, "Pagination"). */
const pageLinks = z.object({
  first: link,
  prev: link.nullable(),
  next: link.nullable(),
  last: link,
})

/** One resource of each type. */
export const DOCUMENTS = mapTypes((type) => z.object({ data: RESOURCES[type] }))

/** One, or null, where a relationship may point to nothing. */
export const DOCUMENTS_OR_NOTHING = mapTypes((type) => z.object({ data: RESOURCES[type].nullable() }))

/** A page of resources. */
export const LISTS = mapTypes((type) =>
  z.object({ data: z.array(RESOURCES[type]), links: pageLinks, meta: z.object({ pagination }) }),
)

/** The linkage of any relationship (JSON:API 1.0, "Fetching Relationships"). */
const anyIdentifier = identifierOf(TYPES)
export const reactorLinkage = z.object({
  data: z.union([anyIdentifier, z.array(anyIdentifier)]).nullable(),
  links: z.object({ self: link, related: link }),
})

const isNullable = new Set(
  Object.values(RELATIONSHIPS).flatMap((all) =>
    Object.values(all).flatMap(({ to, nullable }) => (nullable ? [to].flat() : [])),
  ),
)

const named = <T extends z.ZodType>(
  schemas: Readonly<Record<ResourceType, T>>,
  suffix: string,
  types: readonly ResourceType[] = TYPES,
): Record<string, z.ZodType> =>
  Object.fromEntries(types.map((type) => [nameOfType(type) + suffix, schemas[type]]))

/** The schemas of what the door answers, by the names they have in OpenAPI. */
export const RESOURCE_ANSWERS: Readonly<Record<string, z.ZodType>> = {
  ...named(RESOURCES, ''),
  ...named(DOCUMENTS, 'Document'),
  ...named(
    DOCUMENTS_OR_NOTHING,
    'DocumentOrNothing',
    TYPES.filter((type) => isNullable.has(type)),
  ),
  ...named(LISTS, 'List'),
  ReactorUser: reactorUser,
  ReactorUserDocument: reactorUserDocument,
  ReactorPagination: pagination,
  ReactorPageLinks: pageLinks,
  ReactorLinkage: reactorLinkage,
  ReactorError: reactorError,
  ReactorErrors: reactorErrors,
}
