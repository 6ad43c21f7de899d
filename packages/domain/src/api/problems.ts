import type { z } from 'zod'
import type { Problem } from '../error.ts'

/** JSON pointer, RFC 6901 §3. */
export const pointer = (segments: readonly PropertyKey[]): string =>
  segments.map((segment) => `/${String(segment).replaceAll('~', '~0').replaceAll('/', '~1')}`).join('')

/**
 * What a schema found wrong with `value`, as problems with paths under `base`: one for each unknown
 * member. No problem quotes the value.
 */
export function readProblems(
  error: z.ZodError,
  value: unknown,
  base: readonly PropertyKey[] = [],
): Problem[] {
  return error.issues.flatMap((issue): Problem[] => {
    const path = [...base, ...issue.path]
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => ({
        path: pointer([...path, key]),
        code: 'unknown_member',
        detail: 'There is no such member here.',
      }))
    if (issue.code === 'invalid_type' && memberAt(value, issue.path) === undefined)
      return [{ path: pointer(path), code: 'required', detail: 'It is missing.' }]
    return [{ path: pointer(path), code: issue.code, detail: `${issue.message}.` }]
  })
}

function memberAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>(
    (inner, member) => (inner as Record<PropertyKey, unknown> | null | undefined)?.[member],
    value,
  )
}
