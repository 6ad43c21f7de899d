import { z } from 'zod'
import { ERRORS, type ErrorCode } from '../error.ts'
import { ANSWERS, BODIES } from './components.ts'
import { errorsOf, type Route, type RouteBody } from './route.ts'
import { problemType } from './wire/problem.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document of these routes. */
export function describeApi(routes: readonly Route[], version: string): Json {
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    paths[route.path]![route.method.toLowerCase()] = describeRoute(route)
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Bursar',
      version,
      description:
        'A self-hosted broker for outbound credentials: it keeps them, renews their tokens and lets them go only where they may.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: { ...describeSchemas(ANSWERS, 'output'), ...describeSchemas(BODIES, 'input') },
      securitySchemes: {
        key: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'bsr_<id>_<secret>',
          description: 'The key of a caller',
        },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-bursar_session',
          description:
            'A session at the console; calls that change something send `Bursar-Console: 1` as well',
        },
      },
    },
  }
}

function describeRoute(route: Route): Json {
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description !== undefined && { description: route.description }),
    tags: [route.tag],
    security: route.scope === null ? [] : [{ key: [] }, { session: [] }],
    ...(route.scope !== null && { 'x-scope': route.scope }),
    parameters: [
      ...describeParameters('path', route.params),
      ...describeParameters('query', route.query),
      ...(route.ifMatch ? [IF_MATCH] : []),
    ],
    ...(route.body && {
      requestBody: {
        required: true,
        content: describeBody(route.body),
      },
    }),
    responses: { [route.answer.status]: describeAnswer(route), ...describeErrors(errorsOf(route)) },
  }
}

function describeBody({ schema, mediaTypes, streamTypes = [], example }: RouteBody): Json {
  const whole = { schema: refer(schema), example }
  const lines = { schema: { type: 'string' }, example: `${JSON.stringify(example)}\n` }
  return {
    ...Object.fromEntries(mediaTypes.map((type) => [type, whole])),
    ...Object.fromEntries(streamTypes.map((type) => [type, lines])),
  }
}

function describeAnswer({ answer }: Route): Json {
  return {
    description: answer.description,
    ...((answer.location !== undefined || answer.etag !== undefined) && {
      headers: {
        ...(answer.location !== undefined && {
          Location: { description: 'Path of what was made', schema: { type: 'string' } },
        }),
        ...(answer.etag !== undefined && {
          ETag: { description: 'For `If-Match`', schema: { type: 'string' } },
        }),
      },
    }),
    ...((answer.schema ?? answer.mediaTypes) !== undefined && {
      content: {
        ...(answer.schema && {
          'application/json': { schema: refer(answer.schema), example: answer.example },
        }),
        ...Object.fromEntries(
          (answer.mediaTypes ?? []).map((type) => [type, { schema: { type: 'string' } }]),
        ),
      },
    }),
  }
}

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'An `ETag` that was read before; what was changed since is refused with 412',
  schema: { type: 'string' },
}

/** Error codes share a response where they share a status; each is one of its examples. */
function describeErrors(codes: readonly ErrorCode[]): Json {
  const responses: Record<string, Json> = {}
  for (const [status, group] of Object.entries(Object.groupBy(codes, (code) => ERRORS[code].status)))
    responses[status] = {
      description: group!.map((code) => ERRORS[code].title).join('; '),
      content: {
        'application/problem+json': {
          schema: { $ref: '#/components/schemas/Problem' },
          examples: Object.fromEntries(group!.map((code) => [code, { value: exampleProblem(code) }])),
        },
      },
    }
  return responses
}

function exampleProblem(code: ErrorCode): Json {
  const { status, title } = ERRORS[code]
  return {
    type: problemType(code),
    title,
    status,
    code,
    detail: `${title}.`,
    errors: [],
    request_id: '7c1e5c1b',
  }
}

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

const nameOf = (schema: z.ZodType): string | undefined =>
  Object.entries({ ...ANSWERS, ...BODIES }).find(([, known]) => known === schema)?.[0]

/** A reference where the schema has a name, itself where it has none. */
function refer(schema: z.ZodType): Json {
  const name = nameOf(schema)
  return name === undefined ? toJsonSchema(schema, 'output') : { $ref: `#/components/schemas/${name}` }
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

function toJsonSchema(schema: z.ZodType, io: 'input' | 'output'): Json {
  return bare(z.toJSONSchema(schema, { io, override: leaveOpen }) as Json)
}

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
