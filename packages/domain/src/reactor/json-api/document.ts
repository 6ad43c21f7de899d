import { BursarError, type ErrorCode, type Problem } from '../../error.ts'
import { isObject } from '../../json.ts'
import { pointer, shownName } from '../../problem.ts'
import type { ResourceType } from '../resource-type.ts'

/** JSON:API 1.0, "Content Negotiation". */
export const MEDIA_TYPE = 'application/vnd.api+json'

/** What a request may say of a relationship. */
export interface RelationshipShape {
  type: ResourceType | readonly ResourceType[]
  many?: true
}

export interface ExpectedResource {
  type: ResourceType
  /** The id in the path of an update; null where the server makes the id. */
  id: string | null
  relationships?: Readonly<Record<string, RelationshipShape>>
  /** A new resource has to bring attributes. */
  attributes?: 'required' | 'optional'
  /** A resource that does not say its type is taken for one of it. */
  typed?: 'optional'
}

export interface ResourceIdentifier {
  type: ResourceType
  id: string
}

/** A resource as a request brings it, its form checked. */
export interface ResourceInput {
  attributes: Record<string, unknown>
  /** Absent ones are left as they are; null takes a to-one relationship away. */
  relationships: Readonly<Record<string, ResourceIdentifier | readonly ResourceIdentifier[] | null>>
  meta: Record<string, unknown>
}

const TOP_LEVEL = ['data', 'meta', 'jsonapi', 'links']
const RESOURCE = ['type', 'id', 'attributes', 'relationships', 'links', 'meta']
const RELATIONSHIP = ['data', 'links', 'meta']
const IDENTIFIER = ['type', 'id', 'meta']

/** What is wrong, by what has to be answered (JSON:API 1.0, "Creating" and "Updating Resources"). */
type Fault = Problem & { status: 400 | 403 | 409 }

const CODES: Record<Fault['status'], ErrorCode> = {
  400: 'json_api.malformed',
  403: 'json_api.client_id',
  409: 'json_api.conflict',
}

/** Reads the document of a request by JSON:API 1.0; throws with every fault at once. */
export function readResource(body: unknown, expected: ExpectedResource): ResourceInput {
  const faults: Fault[] = []
  const input = resourceOf(body, expected, faults)
  refuse(faults)
  return input
}

/** Reads a document whose data are resource identifiers, as relationship endpoints take them. */
export function readIdentifiers(
  body: unknown,
  shape: RelationshipShape,
): ResourceIdentifier | readonly ResourceIdentifier[] | null {
  const faults: Fault[] = []
  // Adobe's SDK says the id of the resource beside the data; it stands in the path.
  const read = isDocument(withoutId(body), faults)
    ? linkageOf((body as { data: unknown }).data, shape, '/data', faults)
    : null
  refuse(faults)
  return read ?? null
}

function withoutId(body: unknown): unknown {
  if (!isObject(body)) return body
  const { id: _id, ...document } = body
  return document
}

function refuse(faults: readonly Fault[]): void {
  if (faults.length === 0) return
  const status = ([400, 403, 409] as const).find((one) => faults.some((fault) => fault.status === one))!
  const problems = faults.map(({ status: _status, ...problem }) => problem)
  throw new BursarError(CODES[status], { detail: problems[0]!.detail, problems })
}

const malformed = (path: string, detail: string): Fault => ({
  path,
  code: 'invalid-document',
  detail,
  status: 400,
})

function isDocument(body: unknown, faults: Fault[]): body is Record<string, unknown> {
  if (!isObject(body)) {
    faults.push(malformed('', 'A JSON:API document is an object.'))
    return false
  }
  for (const name of Object.keys(body)) {
    if (TOP_LEVEL.includes(name)) continue
    const known = name === 'errors' || name === 'included'
    const detail = known
      ? `A request has no "${name}".`
      : `A document has no member "${shownName(name)}"; it has data and meta.`
    faults.push(malformed(pointer('', [name]), detail))
  }
  for (const name of ['meta', 'links', 'jsonapi']) objectAt(body, name, '', faults)
  if (body.data === undefined) {
    faults.push(malformed('/data', 'A request has its resource in "data".'))
    return false
  }
  return true
}

function resourceOf(body: unknown, expected: ExpectedResource, faults: Fault[]): ResourceInput {
  const nothing: ResourceInput = { attributes: {}, relationships: {}, meta: {} }
  if (!isDocument(body, faults)) return nothing
  const { data } = body
  if (!isObject(data)) {
    const what = data === null ? 'null' : Array.isArray(data) ? 'a list' : 'a value'
    faults.push(malformed('/data', `Data is ${what}; this call takes one resource, which is an object.`))
    return nothing
  }
  unknownMembers(data, RESOURCE, '/data', faults)
  checkType(data, expected, faults)
  checkId(data, expected, faults)
  objectAt(data, 'links', '/data', faults)
  const attributes = objectAt(data, 'attributes', '/data', faults)
  if (data.attributes === undefined && expected.attributes === 'required')
    faults.push(malformed('/data/attributes', 'A new resource has attributes.'))
  const written = objectAt(data, 'relationships', '/data', faults)
  checkFields(attributes, written, faults)
  return {
    attributes,
    relationships: relationshipsOf(written, expected.relationships ?? {}, faults),
    meta: objectAt(data, 'meta', '/data', faults),
  }
}

function checkType(data: Record<string, unknown>, { type, typed }: ExpectedResource, faults: Fault[]): void {
  if (typed === 'optional' && data.type === undefined) return
  if (typeof data.type !== 'string') {
    const detail = data.type === undefined ? 'A resource says its type.' : 'The type is a text.'
    faults.push(malformed('/data/type', detail))
  } else if (data.type !== type) {
    const detail = `The type here is "${type}", not "${shownName(data.type)}".`
    faults.push({ path: '/data/type', code: 'conflict', detail, status: 409 })
  }
}

function checkId(data: Record<string, unknown>, { id }: ExpectedResource, faults: Fault[]): void {
  if (id === null) {
    if (data.id === undefined) return
    const detail = 'Ids are made by the server; leave it out.'
    faults.push({ path: '/data/id', code: 'client-generated-id', detail, status: 403 })
  } else if (typeof data.id !== 'string') {
    const detail = data.id === undefined ? 'An update names the id of what it changes.' : 'The id is a text.'
    faults.push(malformed('/data/id', detail))
  } else if (data.id !== id) {
    const detail = 'The id is not the one in the path.'
    faults.push({ path: '/data/id', code: 'conflict', detail, status: 409 })
  }
}

/** Attributes and relationships share one set of names, in which `type` and `id` are taken. */
function checkFields(
  attributes: Record<string, unknown>,
  relationships: Record<string, unknown>,
  faults: Fault[],
): void {
  for (const [place, fields] of Object.entries({ attributes, relationships })) {
    for (const name of ['type', 'id']) {
      if (Object.hasOwn(fields, name))
        faults.push(malformed(`/data/${place}/${name}`, `No field of a resource is called "${name}".`))
    }
  }
  for (const name of Object.keys(attributes)) {
    if (Object.hasOwn(relationships, name))
      faults.push(
        malformed(
          pointer('/data/relationships', [name]),
          'An attribute and a relationship have the same name.',
        ),
      )
  }
  for (const name of ['relationships', 'links']) {
    if (Object.hasOwn(attributes, name))
      faults.push(malformed(`/data/attributes/${name}`, `An attribute can not be called "${name}".`))
  }
}

function relationshipsOf(
  written: Record<string, unknown>,
  shapes: Readonly<Record<string, RelationshipShape>>,
  faults: Fault[],
): ResourceInput['relationships'] {
  const read: Array<[string, ResourceIdentifier | readonly ResourceIdentifier[] | null]> = []
  for (const [name, relationship] of Object.entries(written)) {
    const path = pointer('/data/relationships', [name])
    if (name === 'type' || name === 'id') continue
    if (!Object.hasOwn(shapes, name)) {
      const taken = Object.keys(shapes).join(', ') || 'none'
      faults.push(
        malformed(path, `This document takes no relationship "${shownName(name)}", only: ${taken}.`),
      )
      continue
    }
    if (!isObject(relationship)) {
      faults.push(malformed(path, 'A relationship is an object with "data".'))
      continue
    }
    unknownMembers(relationship, RELATIONSHIP, path, faults)
    for (const member of ['links', 'meta']) objectAt(relationship, member, path, faults)
    if (relationship.data === undefined) {
      faults.push(malformed(`${path}/data`, 'A relationship names what it points to in "data".'))
      continue
    }
    const linkage = linkageOf(relationship.data, shapes[name]!, `${path}/data`, faults)
    if (linkage !== undefined) read.push([name, linkage])
  }
  return Object.fromEntries(read)
}

function linkageOf(
  data: unknown,
  { type, many }: RelationshipShape,
  path: string,
  faults: Fault[],
): ResourceIdentifier | readonly ResourceIdentifier[] | null | undefined {
  if (many) {
    if (!Array.isArray(data)) {
      faults.push(malformed(path, 'This relationship is to many: a list of resource identifiers.'))
      return undefined
    }
    return data.flatMap((one, index) => identifierOf(one, type, `${path}/${index}`, faults) ?? [])
  }
  if (data === null) return null
  return identifierOf(data, type, path, faults)
}

function identifierOf(
  data: unknown,
  types: RelationshipShape['type'],
  path: string,
  faults: Fault[],
): ResourceIdentifier | undefined {
  if (!isObject(data)) {
    faults.push(malformed(path, 'A resource identifier is an object with "type" and "id".'))
    return undefined
  }
  unknownMembers(data, IDENTIFIER, path, faults)
  const known = [types].flat() as ResourceType[]
  const type = known.find((one) => one === data.type)
  if (type === undefined)
    faults.push(malformed(`${path}/type`, `The type here is ${known.map((one) => `"${one}"`).join(' or ')}.`))
  if (typeof data.id !== 'string' || data.id === '')
    faults.push(malformed(`${path}/id`, 'A resource identifier has an id, which is a text.'))
  return type !== undefined && typeof data.id === 'string' && data.id !== ''
    ? { type, id: data.id }
    : undefined
}

function unknownMembers(
  object: Record<string, unknown>,
  known: readonly string[],
  path: string,
  faults: Fault[],
): void {
  for (const name of Object.keys(object)) {
    if (!known.includes(name))
      faults.push(
        malformed(
          pointer(path, [name]),
          `There is no member "${shownName(name)}" here, only ${known.join(', ')}.`,
        ),
      )
  }
}

function objectAt(
  owner: Record<string, unknown>,
  name: string,
  path: string,
  faults: Fault[],
): Record<string, unknown> {
  const value = owner[name]
  if (value === undefined) return {}
  if (isObject(value)) return value
  faults.push(malformed(`${path}/${name}`, `The member "${name}" is an object.`))
  return {}
}
