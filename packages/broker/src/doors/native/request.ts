import type { Route } from '@bursar/domain/api/route.ts'
import type { ApiRoute } from '@bursar/domain/api/table.ts'
import { BursarError, type Problem } from '@bursar/domain/error.ts'
import { pointer } from '@bursar/domain/problem.ts'
import { problemsOfIssues, unknownMember } from '@bursar/domain/schema-problem.ts'
import type { z } from 'zod'
import { readBody } from '../../http/body.ts'
import type { Caller } from '../../operations/operations.ts'
import type { Visitor } from './visitor.ts'

/** zod writes `| undefined` on every optional member, though it never sets one to that. */
type Exact<T> = { [K in keyof T]: Exclude<T[K], undefined> }
type Read<S> = S extends z.ZodType ? Exact<z.output<S>> : Record<never, never>

/** What the handler of a route is given, as far as the table says. */
export interface RequestOf<R extends Route> {
  caller: R['scope'] extends null ? undefined : Caller
  visitor: Visitor
  /** Of the request, for what a handler answers conditionally. */
  headers: Headers
  /** Revisions that `If-Match` allows; null where any will do. */
  ifMatch: readonly number[] | null
  params: Read<R['params']>
  query: Read<R['query']>
  /** Unknown where the operation judges it. */
  body: R extends { body: { checkedBy: 'door'; schema: infer S extends z.ZodType } } ? z.output<S> : unknown
}

export type RequestOfOperation<Id extends ApiRoute['operationId']> = RequestOf<
  Extract<ApiRoute, { operationId: Id }>
>

/** Reads path, query and body of a call; everything wrong with path and query is said at once. */
export async function readRequest(
  route: Route,
  request: Request,
  pathParams: Readonly<Record<string, string>>,
): Promise<{ params: unknown; query: unknown; body: unknown; ifMatch: readonly number[] | null }> {
  const problems: Problem[] = []
  const { values, repeated } = readQuery(request.url)
  problems.push(...repeated)
  const query = check(route.query, values, 'query', problems)
  const params = check(route.params, pathParams, 'path', problems)
  if (problems.length > 0) throw new BursarError('request.invalid', { problems })
  const ifMatch = route.ifMatch ? readIfMatch(request.headers.get('if-match')) : null
  return { params, query, body: route.body && (await readCheckedBody(route.body, request)), ifMatch }
}

/** RFC 9110 §13.1.1. A tag that is not one of ours matches nothing. */
function readIfMatch(header: string | null): readonly number[] | null {
  if (header === null || header.trim() === '*') return null
  return header.split(',').flatMap((tag) => {
    const [, revision] = /^"(\d{1,15})"$/.exec(tag.trim()) ?? []
    return revision === undefined ? [] : [Number(revision)]
  })
}

function readQuery(url: string): { values: Record<string, string>; repeated: Problem[] } {
  const entries = [...new URL(url).searchParams]
  const names = entries.map(([name]) => name)
  return {
    values: Object.fromEntries(entries),
    repeated: [...new Set(names.filter((name, index) => names.indexOf(name) < index))].map((name) => ({
      path: pointer('/query', [name]),
      code: 'field.repeated',
      detail: 'It is there more than once.',
    })),
  }
}

function check(
  schema: z.ZodObject | undefined,
  values: Readonly<Record<string, string>>,
  place: 'query' | 'path',
  problems: Problem[],
): unknown {
  if (schema) {
    const result = schema.safeParse(values)
    if (result.success) return result.data
    problems.push(...problemsOfIssues(result.error.issues, schema, `/${place}`))
  } else {
    for (const name of Object.keys(values))
      problems.push(unknownMember(pointer(`/${place}`, [name]), name, []))
  }
  return {}
}

async function readCheckedBody(body: NonNullable<Route['body']>, request: Request): Promise<unknown> {
  const value = await readBody(request, body.mediaTypes)
  if (body.checkedBy === 'operation') return value
  const result = body.schema.safeParse(value)
  if (result.success) return result.data
  throw new BursarError('request.invalid', {
    problems: problemsOfIssues(result.error.issues, body.schema, ''),
  })
}
