/** Headers that name for whom a configuration is made, by what templates call it. */
const HEADERS = {
  'x-gw-ims-org-id': 'imsOrgId',
  'x-sandbox-name': 'sandboxName',
  'x-sandbox-id': 'sandboxId',
  'x-api-key': 'client',
} as const

/** `userContext` as the headers of a request say. */
export function userContextOf(headers: Headers): Record<string, string> {
  const entries = Object.entries(HEADERS).flatMap(([header, name]) => {
    const value = headers.get(header)?.trim()
    return value ? [[name, value.slice(0, 1000)] as const] : []
  })
  return Object.fromEntries(entries)
}
