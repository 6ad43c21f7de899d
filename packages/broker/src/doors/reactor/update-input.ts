import { isDeepStrictEqual } from 'node:util'
import { isObject } from '@bursar/domain/json.ts'
import { type ResourceInput, readResource } from '@bursar/domain/reactor/json-api/document.ts'
import { writtenRelationships } from '@bursar/domain/reactor/relationships.ts'
import { DEFINITIONS } from '@bursar/domain/reactor/resource-definitions.ts'
import type { Reactor } from '../../operations/reactor/reactor.ts'
import { bodyIn, type Call, param, writtenIn } from './json-api/call.ts'
import { checkParent, PARENTS } from './json-api/parent.ts'
import type { ResourceObject } from './json-api/resource-object.ts'
import { findShown } from './shown-resource.ts'

/**
 * The change of a resource. Many clients send the whole resource back that they read: then what only the server
 * writes may be there as it stands, and is refused where it says something else.
 */
export async function updateIn(call: Call, reactor: Reactor): Promise<ResourceInput> {
  const { type } = writtenIn(call)
  const { shape } = DEFINITIONS[type].input
  const relationships = writtenRelationships(type)
  const id = param(call, 'id')
  const body = await bodyIn(call)
  const [attributes, related] = [membersOf(body, 'attributes'), membersOf(body, 'relationships')]
  const foreign =
    attributes.some((name) => !Object.hasOwn(shape, name)) ||
    related.some((name) => !Object.hasOwn(relationships, name) || Object.hasOwn(PARENTS, name))
  const shown = foreign ? await findShown(call, reactor, type, id) : undefined
  const own = { shape, relationships }
  const isWhole =
    shown !== undefined && Object.keys(shown.attributes).every((name) => attributes.includes(name))
  const input = readResource(isWhole ? withoutEcho(body, shown, own) : body, { type, id, relationships })
  for (const name of Object.keys(PARENTS)) {
    const parent = shown?.relationships[name]?.data
    checkParent(input, name, parent && 'id' in parent ? parent.id : undefined)
  }
  return input
}

type Data = Record<string, unknown>

const dataOf = (body: unknown): Data => (isObject(body) && isObject(body.data) ? body.data : {})

function membersOf(body: unknown, name: string): string[] {
  const members = dataOf(body)[name]
  return isObject(members) ? Object.keys(members) : []
}

function withoutEcho(
  body: unknown,
  shown: ResourceObject,
  own: { shape: object; relationships: object },
): unknown {
  const data = { ...dataOf(body) }
  if (isObject(data.attributes)) {
    data.attributes = rest(
      data.attributes,
      (name, value) =>
        !Object.hasOwn(own.shape, name) &&
        Object.hasOwn(shown.attributes, name) &&
        isDeepStrictEqual(value, shown.attributes[name]),
    )
  }
  if (isObject(data.relationships)) {
    data.relationships = rest(
      data.relationships,
      (name, value) =>
        !Object.hasOwn(own.relationships, name) &&
        Object.hasOwn(shown.relationships, name) &&
        isDeepStrictEqual(value, shown.relationships[name]),
    )
  }
  return { ...(body as Data), data }
}

const rest = (members: Data, isEcho: (name: string, value: unknown) => boolean): Data =>
  Object.fromEntries(Object.entries(members).filter(([name, value]) => !isEcho(name, value)))
