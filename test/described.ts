import { DESCRIBED_ROUTES } from '@bursar/domain/api/described-routes.ts'
import { nameOf } from '@bursar/domain/api/json-schema.ts'
import { describeApi } from '@bursar/domain/api/openapi.ts'
import { dialectOf, errorsOf, type Route } from '@bursar/domain/api/route.ts'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { expect } from 'vitest'
import type { z } from 'zod'

/** A call as it went over the wire; the path without its query. */
export interface Exchange {
  method: string
  path: string
  /** What was sent and understood as JSON. */
  sent: unknown
  status: number
  mediaType: string | null
  body: unknown
}

/** How well the segments of a path fit those of a route: the number that are the same, or -1. */
function matchOf(route: string, path: string): number {
  const [wanted, given] = [route.split('/'), path.split('/')]
  if (wanted.length !== given.length) return -1
  const fits = wanted.every((segment, at) => segment === given[at] || (segment.startsWith('{') && given[at]))
  return fits ? wanted.filter((segment, at) => segment === given[at]).length : -1
}

/** What the document says of a call; a path that names more of it goes before one with more parameters. */
export function describedCall(method: string, path: string): Route | undefined {
  const [best] = DESCRIBED_ROUTES.filter((route) => route.method === method && matchOf(route.path, path) >= 0)
    .map((route) => [matchOf(route.path, path), route] as const)
    .toSorted(([a], [b]) => b - a)
  return best?.[1]
}

/** The calls that were answered well, by their operation ids. */
export const answered = new Set<string>()

/** The document as clients have it: its schemas are JSON Schema 2020-12, as OpenAPI 3.1 says. */
const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true })
ajv.addSchema(describeApi(DESCRIBED_ROUTES, '0'), 'api')

/** What the schema of this name in the document has against a value. */
function objections(schema: z.ZodType, value: unknown): unknown {
  const validate = ajv.getSchema(`api#/components/schemas/${nameOf(schema)}`)!
  return validate(value) ? undefined : validate.errors
}

/**
 * Holds a call against its description: the status is one that is described, and the answer has what its schema says
 * and nothing beside it. What was taken, the schema of the body takes. Both as the domain reads them, and as JSON Schema.
 */
export function checkDescribed({ method, path, sent, status, mediaType, body }: Exchange): void {
  const route = describedCall(method, path)
  const call = `${method} ${path} ${status}`
  if (route === undefined) return void expect([call, status >= 400]).toEqual([call, true])
  const dialect = dialectOf(route)
  if (status >= 400) {
    expect([call, mediaType]).toEqual([call, dialect.errorMediaType])
    expect(errorsOf(route).map(dialect.statusOf), call).toContain(status)
    expect([call, dialect.errorSchema.parse(body)]).toEqual([call, body])
    expect([call, objections(dialect.errorSchema, body)]).toEqual([call, undefined])
    return
  }
  expect([call, status]).toEqual([call, route.answer.status])
  answered.add(route.operationId)
  if (route.answer.schema === undefined) return
  expect([call, mediaType]).toEqual([call, dialect.mediaType])
  const read = route.answer.schema.safeParse(body)
  expect([call, read.error?.issues, read.data]).toEqual([call, undefined, body])
  expect([call, objections(route.answer.schema, body)]).toEqual([call, undefined])
  if (route.body === undefined || (route.body.optional && sent === undefined)) return
  expect([call, route.body.schema.safeParse(sent).error?.issues]).toEqual([call, undefined])
  expect([call, objections(route.body.schema, sent)]).toEqual([call, undefined])
}

/** What was sent, if it is JSON. */
export function parseSent(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
