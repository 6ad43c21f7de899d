import { ERRORS, type ErrorCode } from '../error.ts'
import type { Dialect } from './dialect.ts'
import { describeComponents, type Json, nameOf, refer } from './json-schema.ts'
import { describeParameters, describeShared } from './parameters.ts'
import { dialectOf, errorsOf, type Route, type RouteBody, type SharedParameter } from './route.ts'

/** What several calls have in common stands once in the document. */
interface Shared {
  parameters: Map<string, SharedParameter>
  responses: Map<string, Json>
  /** Errors by dialect and code. */
  examples: Map<string, Json>
  /** Texts of examples that several calls have, by the names of their schemas. */
  repeated: ReadonlyMap<string, string>
}

/** The OpenAPI 3.1 document of these routes. */
export function describeApi(routes: readonly Route[], version: string): Json {
  const repeated = repeatedExamples(routes)
  const shared: Shared = { parameters: new Map(), responses: new Map(), examples: new Map(), repeated }
  const paths: Record<string, Json> = {}
  for (const route of routes) {
    paths[route.path] ??= {}
    paths[route.path]![route.method.toLowerCase()] = describeRoute(route, shared)
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
      schemas: describeComponents(),
      parameters: Object.fromEntries([...shared.parameters].map(([id, one]) => [id, describeShared(one)])),
      responses: Object.fromEntries(shared.responses),
      examples: {
        ...Object.fromEntries([...repeated].map(([name, text]) => [name, { value: JSON.parse(text) }])),
        ...Object.fromEntries(shared.examples),
      },
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

function describeRoute(route: Route, shared: Shared): Json {
  for (const parameter of route.shared ?? []) shared.parameters.set(parameter.id, parameter)
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
      ...(route.shared ?? []).map(({ id }) => ({ $ref: `#/components/parameters/${id}` })),
      ...(route.ifMatch ? [IF_MATCH] : []),
    ],
    ...(route.body && {
      requestBody: {
        required: route.body.optional !== true,
        content: describeBody(route.body, shared),
      },
    }),
    responses: { [route.answer.status]: describeAnswer(route, shared), ...describeErrors(route, shared) },
  }
}

function describeBody(body: RouteBody, shared: Shared): Json {
  const { mediaTypes, streamTypes = [], example } = body
  const lines = { schema: { type: 'string' }, example: `${JSON.stringify(example)}\n` }
  return {
    ...Object.fromEntries(mediaTypes.map((type) => [type, describeContent(body, shared)])),
    ...Object.fromEntries(streamTypes.map((type) => [type, lines])),
  }
}

function describeAnswer(route: Route, shared: Shared): Json {
  const { description, location, etag, schema, example, mediaTypes } = route.answer
  return {
    description,
    ...((location !== undefined || etag !== undefined) && {
      headers: {
        ...(location !== undefined && {
          Location: { description: 'Path of what was made', schema: { type: 'string' } },
        }),
        ...(etag !== undefined && {
          ETag: { description: 'For `If-Match`', schema: { type: 'string' } },
        }),
      },
    }),
    ...((schema ?? mediaTypes) !== undefined && {
      content: {
        ...(schema && { [dialectOf(route).mediaType]: describeContent({ schema, example }, shared) }),
        ...Object.fromEntries((mediaTypes ?? []).map((type) => [type, { schema: { type: 'string' } }])),
      },
    }),
  }
}

function describeContent(content: Pick<RouteBody, 'schema' | 'example'>, { repeated }: Shared): Json {
  const { schema, example } = content
  const name = nameOf(schema)
  return name !== undefined && repeated.get(name) === JSON.stringify(example)
    ? { schema: refer(schema), examples: { [name]: { $ref: `#/components/examples/${name}` } } }
    : { schema: refer(schema), example }
}

/** Of each schema the first example that more than one call has. */
function repeatedExamples(routes: readonly Route[]): Map<string, string> {
  const seen = new Set<string>()
  const repeated = new Map<string, string>()
  for (const { body, answer } of routes) {
    for (const { schema, example } of [body ?? {}, answer] as Array<Partial<RouteBody>>) {
      const name = schema && nameOf(schema)
      if (name === undefined) continue
      const text = JSON.stringify(example)
      if (seen.has(name + text) && !repeated.has(name)) repeated.set(name, text)
      seen.add(name + text)
    }
  }
  return repeated
}

const IF_MATCH: Json = {
  name: 'If-Match',
  in: 'header',
  required: false,
  description: 'An `ETag` that was read before; what was changed since is refused with 412',
  schema: { type: 'string' },
}

/** Error codes share a response where they share a status; each is one of its examples. */
function describeErrors(route: Route, shared: Shared): Json {
  const dialect = dialectOf(route)
  const byStatus = Object.groupBy(errorsOf(route), (code) => dialect.statusOf(code))
  return Object.fromEntries(
    Object.entries(byStatus).map(([status, codes]) => {
      const name = `${dialect.name}_${codes!.join('_')}`
      if (!shared.responses.has(name)) shared.responses.set(name, describeError(dialect, codes!, shared))
      return [status, { $ref: `#/components/responses/${name}` }]
    }),
  )
}

function describeError(dialect: Dialect, codes: readonly ErrorCode[], { examples }: Shared): Json {
  const nameFor = (code: ErrorCode) => `${dialect.name}_${code}`
  for (const code of codes) examples.set(nameFor(code), { value: dialect.exampleOf(code) })
  return {
    description: codes.map((code) => ERRORS[code].title).join('; '),
    content: {
      [dialect.errorMediaType]: {
        schema: refer(dialect.errorSchema),
        examples: Object.fromEntries(
          codes.map((code) => [code, { $ref: `#/components/examples/${nameFor(code)}` }]),
        ),
      },
    },
  }
}
