import { USER_CONTEXT_HEADERS } from '@bursar/domain/destination-sdk/user-context-headers.ts'

/** `userContext` as the headers of a request say. */
export function userContextOf(headers: Headers): Record<string, string> {
  const entries = Object.entries(USER_CONTEXT_HEADERS).flatMap(([header, name]) => {
    const value = headers.get(header)?.trim()
    return value ? [[name, value.slice(0, 1000)] as const] : []
  })
  return Object.fromEntries(entries)
}
