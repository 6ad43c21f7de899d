/** Token endpoints are asked again and again; their addresses are taken apart once. */
const origins = new Map<string, string | null>()
const REMEMBERED_AT_MOST = 1_000
const REMEMBERED_LENGTH = 512

/** The origin of a token endpoint as URLs spell it; null for what is no URL. */
export function endpointOrigin(url: string): string | null {
  const known = origins.get(url)
  if (known !== undefined) return known
  const origin = URL.parse(url)?.origin ?? null
  if (url.length > REMEMBERED_LENGTH) return origin
  if (origins.size >= REMEMBERED_AT_MOST) origins.clear()
  origins.set(url, origin)
  return origin
}
