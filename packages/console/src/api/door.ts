import { queryOptions } from '@tanstack/react-query'
import { type AnyOptions, callAny } from './call.ts'
import { ApiProblem, type FieldProblem } from './problem.ts'
import { queryClient } from './query.ts'

/** Where a door stands; what is read of it is kept under this. */
export type DoorBase = '/marketing-cloud' | '/data/core/activation/authoring' | '/reactor'

const JSON_API = 'application/vnd.api+json'

/** One call of a door other than the native one, `path` below its base. Throws as `call` does. */
export async function callDoor<T>(
  base: DoorBase,
  method: string,
  path: string,
  options: AnyOptions = {},
): Promise<T> {
  const speaksJsonApi = base === '/reactor'
  const headers = speaksJsonApi
    ? { Accept: JSON_API, ...(options.body !== undefined && { 'Content-Type': JSON_API }) }
    : {}
  try {
    return await callAny<T>(method, base + path, { ...options, headers: { ...headers, ...options.headers } })
  } catch (error) {
    throw speaksJsonApi && error instanceof ApiProblem ? asProblem(error) : error
  }
}

/** A read for `useQuery`. */
export const readDoor = <T>(base: DoorBase, path: string, options: AnyOptions = {}) =>
  queryOptions<T>({
    queryKey: [base, path, options.query ?? null],
    queryFn: ({ signal }) => callDoor<T>(base, 'GET', path, { ...options, signal }),
  })

/** Everything read of a door is asked again. */
export const invalidateDoor = (base: DoorBase): Promise<unknown> =>
  queryClient.invalidateQueries({ queryKey: [base] })

/** An error object of JSON:API 1.0, as far as it is read here. */
interface JsonApiError {
  status?: string
  code?: string
  title?: string
  detail?: string
  source?: { pointer?: string }
  meta?: { hint?: string }
}

/** The errors of a JSON:API answer as problems of fields. */
function asProblem(error: ApiProblem): ApiProblem {
  const errors = (error.document.errors ?? []) as unknown as JsonApiError[]
  const [first] = errors
  const problems: FieldProblem[] = errors.flatMap(({ source, code = '', detail, title = '', meta }) =>
    source?.pointer === undefined
      ? []
      : [{ path: source.pointer, code, detail: detail ?? title, ...(meta?.hint && { hint: meta.hint }) }],
  )
  return new ApiProblem({
    status: error.status,
    code: first?.code ?? error.code,
    detail: first?.detail ?? first?.title ?? error.message,
    ...(first?.meta?.hint && { hint: first.meta.hint }),
    errors: problems,
  } as ConstructorParameters<typeof ApiProblem>[0])
}
