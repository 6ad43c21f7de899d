import { isObject } from '@bursar/domain/json.ts'
import { RESOURCE_TYPES, type ResourceType } from '@bursar/domain/reactor/resource-type.ts'
import { EXIT } from './exit-code.ts'
import { Failure, usageFailure } from './failure.ts'

/** A resource as JSON:API 1.0 has it. */
export interface Resource {
  type: string
  id: string
  attributes: Record<string, unknown>
  relationships?: Record<string, { data?: unknown }>
  meta?: Record<string, unknown>
}

/**
 * The document for a call on this path: the file holds attributes by their names, and under `relationships`
 * ids by theirs.
 */
export function documentOf(path: string, written: Record<string, unknown>, action?: string): object {
  const { type, id } = targetOf(path)
  const { relationships = {}, ...attributes } = written
  if (!isObject(relationships)) throw usageFailure('The member "relationships" holds ids by name.')
  return {
    data: {
      type,
      ...(id !== undefined && { id }),
      ...(action === undefined && { attributes }),
      ...(Object.keys(relationships).length > 0 && { relationships: linked(relationships) }),
      ...(action !== undefined && { meta: { action } }),
    },
  }
}

/** `/properties/PR…/secrets` makes secrets, `/secrets/SE…` is one. */
function targetOf(path: string): { type: string; id?: string } {
  const parts = path.split('?', 1)[0]!.split('/').filter(Boolean)
  const last = parts.at(-1) ?? ''
  const type = typeOf(last)
  return type === undefined ? { type: last } : { type, id: last }
}

/** The type that an id is of, by its first two letters. */
function typeOf(id: string): ResourceType | undefined {
  const types = Object.entries(RESOURCE_TYPES) as Array<[ResourceType, string]>
  return types.find(([, prefix]) => id.startsWith(prefix) && /^[0-9a-f]{32}$/.test(id.slice(2)))?.[0]
}

const linked = (relationships: Record<string, unknown>) =>
  Object.fromEntries(
    Object.entries(relationships).map(([name, ids]) => [
      name,
      { data: Array.isArray(ids) ? ids.map((id) => identifier(name, id)) : identifier(name, ids) },
    ]),
  )

function identifier(name: string, id: unknown): { type: string; id: string } | null {
  if (id === null) return null
  const type = typeof id === 'string' ? typeOf(id) : undefined
  if (type === undefined)
    throw usageFailure(`The relationship ${name} holds no id.`, 'Such as EN and 32 digits.')
  return { type, id: id as string }
}

interface ErrorObject {
  code: string
  title: string
  detail: string
  source?: { pointer?: string; parameter?: string }
  meta?: { request_id?: string }
}

const EXIT_CODES: Readonly<Record<number, number>> = {
  400: EXIT.usage,
  401: EXIT.denied,
  403: EXIT.denied,
  404: EXIT.notFound,
  415: EXIT.usage,
  422: EXIT.usage,
}

/** Of a secret that was tried: what its provider did, or did not do. */
const UPSTREAM = 'secret-processing-error'

/** A refusal in JSON:API as the command line tells of it. */
export function failureOf(status: number, text: string): Failure {
  const { errors } = JSON.parse(text) as { errors: ErrorObject[] }
  const [first] = errors
  return new Failure(first?.title ?? 'The server refused.', {
    exitCode: first?.code === UPSTREAM ? EXIT.upstreamFailed : (EXIT_CODES[status] ?? EXIT.failed),
    code: first?.code,
    problems: errors.map(({ code, detail, source }) => ({
      path: source?.pointer ?? source?.parameter ?? '',
      code,
      detail,
    })),
    requestId: first?.meta?.request_id,
  })
}
