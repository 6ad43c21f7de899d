import type { z } from 'zod'
import type { ErrorCode } from '../error.ts'
import { type Dialect, NATIVE } from './dialect.ts'

/** What a call carries besides path and query. */
export interface RouteBody {
  schema: z.ZodType
  mediaTypes: readonly string[]
  /** In which the body is a stream of lines, each of them as the schema says. */
  streamTypes?: readonly string[]
  /** `operation` when the content is judged by the domain, which knows more than a schema can say. */
  checkedBy: 'door' | 'operation'
  /** The call may come without it. */
  optional?: true
  example: unknown
}

/** A parameter that several calls take; OpenAPI has it once, by its id. */
export interface SharedParameter {
  id: string
  name: string
  in: 'query' | 'header'
  description: string
  /** How members and lists are written, where not as OpenAPI assumes it. */
  style?: { style: 'deepObject' | 'form'; explode: boolean }
  schema: z.ZodType
}

/** What a call answers when it went well. */
export interface RouteAnswer {
  status: 200 | 201 | 204
  description: string
  /** Absent for 204. */
  schema?: z.ZodType
  example?: unknown
  /** Path of what was made, its `{members}` taken from the answer. */
  location?: string
  /** Member of the answer that stands in the `ETag`. */
  etag?: string
  /** What comes instead of JSON, or, where there is a schema as well, beside it. */
  mediaTypes?: readonly string[]
}

/** One call of the API. Door, OpenAPI, docs and tests are made from this and nothing else. */
export interface Route {
  /** That of the native API when absent. */
  dialect?: Dialect
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** With `{members}` as in OpenAPI. */
  path: string
  operationId: string
  tag: string
  summary: string
  description?: string
  /** What the caller's key must allow: `any` takes every key; null is open to everybody. */
  scope: string | null
  params?: z.ZodObject
  query?: z.ZodObject
  shared?: readonly SharedParameter[]
  body?: RouteBody
  /** Takes `If-Match` with an `ETag` that was read before (RFC 9110 §13.1.1). */
  ifMatch?: true
  answer: RouteAnswer
  /** Besides those that every call can end in. */
  errors: readonly ErrorCode[]
}

/** Keeps the literal types, so that a door without a handler for a route does not compile. */
export const defineRoute = <const R extends Route>(route: R): R => route

/** Errors that every call with a key or a session can end in. */
export const KEY_ERRORS = [
  'caller.unauthenticated',
  'caller.forbidden',
  'session.ended',
  'session.foreign_request',
] as const satisfies readonly ErrorCode[]

/** Errors that every call with a body can end in. */
export const BODY_ERRORS = [
  'request.malformed_json',
  'request.too_large',
  'request.media_type',
] as const satisfies readonly ErrorCode[]

export const dialectOf = ({ dialect }: Route): Dialect => dialect ?? NATIVE

/** All error codes of a route, each once. */
export function errorsOf(route: Route): ErrorCode[] {
  return [
    ...new Set<ErrorCode>([
      ...(route.scope === null ? [] : KEY_ERRORS),
      ...(route.body === undefined ? [] : BODY_ERRORS),
      ...(route.ifMatch ? (['request.precondition'] as const) : []),
      ...(route.scope === null ? (['internal'] as const) : dialectOf(route).errors),
      ...route.errors,
    ]),
  ]
}
