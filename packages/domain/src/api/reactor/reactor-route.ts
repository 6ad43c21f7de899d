import { z } from 'zod'
import type { ErrorCode } from '../../error.ts'
import { MEDIA_TYPE, type RelationshipShape } from '../../reactor/json-api/document.ts'
import type { FieldKind } from '../../reactor/json-api/list-query.ts'
import type { RelationshipFacts } from '../../reactor/relationships.ts'
import { LIST_FIELDS, type WrittenType } from '../../reactor/resource-definitions.ts'
import { mapTypes, type ResourceType, singularOf, wordsOf } from '../../reactor/resource-type.ts'
import type { Route, RouteAnswer, RouteBody } from '../route.ts'
import { REACTOR } from './dialect.ts'
import { exampleLinkage, examplePage, exampleResource } from './examples.ts'
import { FIELDS, LIST_PARAMETERS } from './list-parameters.ts'
import { pascal } from './names.ts'
import { DOCUMENTS, DOCUMENTS_OR_NOTHING, LISTS, reactorLinkage, resourceIdOf } from './resources.ts'

/** A call of the door of Reactor: what its request is read by stands beside what is said of it. */
export interface ReactorRoute extends Route {
  /** A resource that the request brings; whether a new one has to have attributes. */
  resource?: { type: WrittenType; attributes: 'required' | 'optional'; typed?: 'optional' }
  /** Resource identifiers that the request brings. */
  linkage?: RelationshipShape
  /** What the list is filtered and sorted by. */
  fields?: Readonly<Record<string, FieldKind>>
}

export const BASE_PATH = '/reactor'

/** Errors of reading the document of a request. */
export const DOCUMENT_ERRORS = [
  'json_api.malformed',
  'json_api.query',
  'json_api.conflict',
  'request.invalid',
] as const satisfies readonly ErrorCode[]

const ID_PARAMS = mapTypes((type) =>
  z.strictObject({ id: resourceIdOf(type).describe(`Id of the ${wordsOf(type)}`) }),
)

type Said = Pick<Route, 'operationId' | 'summary'> & Partial<Pick<Route, 'description' | 'tag'>>

export const tagOf = (type: ResourceType): string => `Reactor: ${type.replaceAll('_', ' ')}`

/** What is the same for each call below a resource of a type, or below the list of them. */
export function reactorCall(
  method: Route['method'],
  type: ResourceType,
  below: string,
  said: Said,
): Omit<ReactorRoute, 'answer' | 'errors'> {
  return {
    dialect: REACTOR,
    method,
    path: `${BASE_PATH}/${type}${below}`,
    tag: tagOf(type),
    scope: method === 'GET' ? 'credentials:read' : 'credentials:write',
    ...(below.includes('{id}') && { params: ID_PARAMS[type] }),
    ...said,
  }
}

export const bodyOf = (schema: z.ZodType, example: unknown): RouteBody => ({
  schema,
  mediaTypes: [MEDIA_TYPE],
  checkedBy: 'operation',
  example,
})

export const answerOne = (type: ResourceType, status: 200 | 201 = 200): RouteAnswer => ({
  status,
  description: `The ${wordsOf(type)}`,
  schema: DOCUMENTS[type],
  example: { data: exampleResource(type) },
})

export const answerNothing: RouteAnswer = { status: 204, description: 'It is gone' }

export const answerLinkage = (
  type: ResourceType,
  name: string,
  facts: Pick<RelationshipFacts, 'to' | 'many'>,
): RouteAnswer => ({
  status: 200,
  description: 'What the relationship points to',
  schema: reactorLinkage,
  example: exampleLinkage(type, name, facts),
})

/** What makes a call one that lists; the path is that of an example. */
export const listing = (type: ResourceType, path: string) =>
  ({
    shared: LIST_PARAMETERS[type],
    fields: LIST_FIELDS[type],
    answer: {
      status: 200,
      description: 'A page of them',
      schema: LISTS[type],
      example: examplePage(type, path),
    },
  }) as const

/** What makes a call one that reads a resource. */
export const reading = (type: ResourceType, nullable: boolean) =>
  ({
    shared: [FIELDS],
    answer: nullable
      ? {
          ...answerOne(type),
          description: `The ${wordsOf(type)}, or null`,
          schema: DOCUMENTS_OR_NOTHING[type],
        }
      : answerOne(type),
  }) as const

export const of = (type: ResourceType): string => pascal(singularOf(type))

/** `an environment` */
export const a = (type: ResourceType): string => `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${wordsOf(type)}`
