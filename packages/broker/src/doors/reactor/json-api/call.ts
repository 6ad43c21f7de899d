import { BASE_PATH, type ReactorRoute } from '@bursar/domain/api/reactor/reactor-route.ts'
import { BursarError } from '@bursar/domain/error.ts'
import { parseInstant } from '@bursar/domain/instant.ts'
import {
  MEDIA_TYPE,
  type ResourceIdentifier,
  type ResourceInput,
  readIdentifiers,
  readResource,
} from '@bursar/domain/reactor/json-api/document.ts'
import { checkQuery, type ListQuery, readListQuery } from '@bursar/domain/reactor/json-api/list-query.ts'
import { type FieldValue, pageOf } from '@bursar/domain/reactor/json-api/query-values.ts'
import { writtenRelationships } from '@bursar/domain/reactor/relationships.ts'
import type { Context } from 'hono'
import { readBody } from '../../../http/body.ts'
import type { Caller } from '../../../operations/operations.ts'
import { checkParent, PARENTS } from './parent.ts'
import type { Linkage, ResourceObject } from './resource-object.ts'

export interface Env {
  Variables: {
    requestId: string
    caller: Caller
    /** Of the table of routes: what the request is read by. */
    route: ReactorRoute
  }
}
export type Call = Context<Env>

export const callerOf = (call: Call): Caller => call.get('caller')
export const param = (call: Call, name: string): string => call.req.param(name) ?? ''

/** Where links begin. */
export const baseOf = (call: Call): string => new URL(call.req.url).origin + BASE_PATH

/** The resource of a request; what it lies below is what the path says. */
export async function resourceIn(call: Call): Promise<ResourceInput> {
  const { method } = call.get('route')
  const { type, attributes, typed } = writtenIn(call)
  const input = readResource(await bodyIn(call), {
    type,
    id: method === 'PATCH' ? param(call, 'id') : null,
    attributes,
    ...(typed && { typed }),
    relationships: writtenRelationships(type),
  })
  const [, , place, id] = call.req.path.split('/')
  for (const [name, type] of Object.entries(PARENTS)) if (place === type) checkParent(input, name, id)
  return input
}

/** What the table of routes says of the resource that a request brings. */
export function writtenIn(call: Call): NonNullable<ReactorRoute['resource']> {
  const { resource, operationId } = call.get('route')
  if (resource === undefined) throw new Error(`${operationId} takes no resource.`)
  return resource
}

/** The resource identifiers of a request, as relationship endpoints take them. */
export async function identifiersIn(
  call: Call,
): Promise<ResourceIdentifier | readonly ResourceIdentifier[] | null> {
  const { linkage, operationId } = call.get('route')
  if (linkage === undefined) throw new Error(`${operationId} takes no linkage.`)
  return readIdentifiers(await bodyIn(call), linkage)
}

/** The document of a request, of whatever form. JSON:API 1.0, "Content Negotiation": the media type has no parameters. */
export async function bodyIn(call: Call): Promise<unknown> {
  checkQuery(queryOf(call))
  const type = call.req.header('content-type')
  if (type?.includes(';') && type.toLowerCase().startsWith(MEDIA_TYPE)) {
    throw new BursarError('request.media_type', {
      detail: 'The media type of JSON:API has no parameters.',
      hint: `Send \`Content-Type: ${MEDIA_TYPE}\`.`,
    })
  }
  return readBody(call.req.raw, [MEDIA_TYPE])
}

const queryOf = (call: Call) => new URL(call.req.url).searchParams

/** Filters, order and page of a list. */
export function listQueryIn(call: Call): ListQuery {
  const { fields, operationId } = call.get('route')
  if (fields === undefined) throw new Error(`${operationId} is not a list.`)
  return readListQuery(queryOf(call), fields)
}

const WILDCARDS = new Set(['application/json', 'application/*', '*/*'])
/** `revision` chooses nothing here, `profile` never has to be known (JSON:API 1.1), `q` is a weight. */
const PARAMETERS = new Set(['revision', 'profile', 'q'])

/** JSON:API 1.0, "Content Negotiation": not acceptable when every mention of the media type has other parameters. */
export function checkAccept(call: Call): void {
  const accept = call.req.header('accept')
  if (accept === undefined || accept.trim() === '' || accept.split(',').some(isAcceptable)) return
  throw new BursarError('json_api.not_acceptable', {
    detail: `Answers are ${MEDIA_TYPE}, without parameters but revision.`,
  })
}

function isAcceptable(range: string): boolean {
  const [type, ...rest] = range.split(';').map((part) => part.trim().toLowerCase())
  const parameters = rest.filter((part) => part !== '').map((part) => part.split('=') as [string, string?])
  // RFC 9110 §12.4.2: a weight of 0 is a refusal.
  if (parameters.some(([name, value]) => name === 'q' && /^0(?:\.0*)?$/.test(value ?? ''))) return false
  return WILDCARDS.has(type!) || (type === MEDIA_TYPE && parameters.every(([name]) => PARAMETERS.has(name)))
}

export interface Page {
  total: number
  pageNumber: number
  pageSize: number
}

/** One resource, or null where a to-one relationship points to nothing. */
export function answerOne(call: Call, data: ResourceObject | null): Response {
  checkQuery(queryOf(call))
  return answer({ data: data && sparse(call)(data) }, call.get('route').answer.status)
}

/** A page of resources, with where it stands among the others and the way to them. */
export function answerMany(call: Call, data: readonly ResourceObject[], page: Page): Response {
  const place = pagination(page)
  return answer({
    data: data.map(sparse(call)),
    links: pageLinks(call, place),
    meta: { pagination: place },
  })
}

/** A page of what is at hand already; filters and sorting see what answers show. */
export function answerSome(call: Call, all: readonly ResourceObject[]): Response {
  const query = listQueryIn(call)
  const { fields = {} } = call.get('route')
  const fieldOf = ({ attributes }: ResourceObject, name: string) => {
    const value = attributes[name] as FieldValue
    return fields[name] === 'instant' && typeof value === 'string' ? parseInstant(value) : value
  }
  const { items, ...page } = pageOf(all, fieldOf, query)
  return answerMany(call, items, page)
}

/** A page of what the core has listed. */
export const answerPage = <T>(
  call: Call,
  page: Page & { items: readonly T[] },
  present: (base: string, item: T) => ResourceObject,
): Response => {
  const base = baseOf(call)
  return answerMany(
    call,
    page.items.map((item) => present(base, item)),
    page,
  )
}

/** The linkage of a relationship (JSON:API 1.0, "Fetching Relationships"). */
export function answerLinkage(
  data: Linkage | readonly Linkage[] | null,
  links: { self: string; related: string },
): Response {
  return answer({ data, links })
}

export const answerNothing = (): Response => new Response(null, { status: 204 })

const answer = (document: object, status = 200): Response =>
  new Response(JSON.stringify(document), { status, headers: { 'Content-Type': MEDIA_TYPE } })

function pagination({ total, pageNumber, pageSize }: Page) {
  const pages = Math.ceil(total / pageSize)
  return {
    current_page: pageNumber,
    next_page: pageNumber < pages ? pageNumber + 1 : null,
    prev_page: pageNumber > 1 ? pageNumber - 1 : null,
    total_pages: pages,
    total_count: total,
  }
}

/** The other pages of what was asked (JSON:API 1.0, "Pagination"); null where there is none. */
function pageLinks(
  call: Call,
  { next_page, prev_page, total_pages }: ReturnType<typeof pagination>,
): Readonly<Record<'first' | 'prev' | 'next' | 'last', string | null>> {
  const { origin, pathname, searchParams } = new URL(call.req.url)
  searchParams.delete('page[number]')
  searchParams.append('page[number]', '')
  const page = `${origin}${pathname}?${searchParams}`
  return {
    first: `${page}1`,
    prev: prev_page === null ? null : `${page}${prev_page}`,
    next: next_page === null ? null : `${page}${next_page}`,
    // The first page of a list without any resource is there, and has none.
    last: `${page}${Math.max(1, total_pages)}`,
  }
}

/** Only the fields that were asked for (JSON:API 1.0, "Sparse Fieldsets"). */
function sparse(call: Call): (resource: ResourceObject) => ResourceObject {
  const asked = new Map<string, ReadonlySet<string> | null>()
  const namesOf = (type: string): ReadonlySet<string> | null => {
    let names = asked.get(type)
    if (names === undefined) {
      const written = call.req.query(`fields[${type}]`)
      names = written === undefined ? null : new Set(written.split(','))
      asked.set(type, names)
    }
    return names
  }
  return (resource) => {
    const names = namesOf(resource.type)
    if (names === null) return resource
    const only = <T>(fields: Record<string, T>) =>
      Object.fromEntries(Object.entries(fields).filter(([name]) => names.has(name)))
    return {
      ...resource,
      attributes: only(resource.attributes),
      relationships: only(resource.relationships),
    }
  }
}
