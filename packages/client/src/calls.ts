import type { ApiRoute, AnswerOf as DomainAnswerOf, OperationId } from '@bursar/domain/api/table.ts'
import type { z } from 'zod'

type RouteOf<Id extends OperationId> = Extract<ApiRoute, { operationId: Id }>
type CallOf<R> = R extends { method: infer M extends string; path: infer P extends string }
  ? `${M} ${P}`
  : never

/** Every call of the client. One that the REST API does not have in this form does not compile. */
export const CALLS = {
  createCredential: 'POST /v1/credentials',
  listCredentials: 'GET /v1/credentials',
  getCredential: 'GET /v1/credentials/{name}',
  updateCredential: 'PATCH /v1/credentials/{name}',
  deleteCredential: 'DELETE /v1/credentials/{name}',
  authorizeCredential: 'POST /v1/credentials/{name}/authorize',
  pauseCredential: 'POST /v1/credentials/{name}/pause',
  resumeCredential: 'POST /v1/credentials/{name}/resume',
  exchangeCredential: 'POST /v1/credentials/{name}/exchange',
  listExchanges: 'GET /v1/credentials/{name}/exchanges',
  getToken: 'GET /v1/credentials/{name}/token',
  validateCredential: 'POST /v1/validate',
  explain: 'POST /v1/explain',
  createProvider: 'POST /v1/providers',
  listProviders: 'GET /v1/providers',
  getProvider: 'GET /v1/providers/{name}',
  putProvider: 'PUT /v1/providers/{name}',
  deleteProvider: 'DELETE /v1/providers/{name}',
  createCaller: 'POST /v1/callers',
  listCallers: 'GET /v1/callers',
  deleteCaller: 'DELETE /v1/callers/{id}',
} as const satisfies { [Id in OperationId]?: CallOf<RouteOf<Id>> }

export type CallId = keyof typeof CALLS
export type AnswerOf<Id extends CallId> = DomainAnswerOf<Id>

/** The body of a call as it is written; undefined for calls without one. */
export type BodyOf<Id extends CallId> =
  RouteOf<Id> extends { body: { schema: infer S extends z.ZodType } } ? z.input<S> : undefined
/** The query of a call, as numbers and text. */
export type QueryOf<Id extends CallId> =
  RouteOf<Id> extends { query: infer S extends z.ZodType }
    ? { [Name in keyof z.output<S>]?: z.output<S>[Name] | undefined }
    : Record<string, never>
