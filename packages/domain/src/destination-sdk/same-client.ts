import { isObject } from '../json.ts'

type Entry = Readonly<Record<string, unknown>>

const CLIENT = ['authType', 'grant', 'clientId'] as const
const URLS: Readonly<Record<string, (entry: Entry) => unknown>> = {
  accessTokenUrl: (entry) => entry.accessTokenUrl,
  refreshTokenUrl: (entry) => entry.refreshTokenUrl,
  accessTokenRequest: (entry) => requestUrl(entry.accessTokenRequest),
}

function requestUrl(request: unknown): unknown {
  if (!isObject(request) || !isObject(request.urlBasedDestination)) return undefined
  const { url } = request.urlBasedDestination
  return isObject(url) ? JSON.stringify([url.templatingStrategy, url.value]) : undefined
}

const isSame = (one: unknown, other: unknown): boolean => (one ?? null) === (other ?? null)

/** Whether an entry speaks for the client of the one before, and sends its secrets to the same addresses. */
export const isSameClient = (entry: Entry, before: Entry): boolean =>
  CLIENT.every((member) => isSame(entry[member], before[member])) &&
  Object.values(URLS).every((urlOf) => isSame(urlOf(entry), urlOf(before)))

/**
 * What of an entry can not change while accounts are made from it: they keep the client and the addresses they
 * were made with, and read the secrets as they are now. An address may be added, and the one of refreshes moved.
 */
export function membersAccountsRelyOn(entry: Entry, before: Entry): string[] {
  const ofClient = CLIENT.filter((member) => !isSame(entry[member], before[member]))
  const ofUrls = ['accessTokenUrl', 'accessTokenRequest'].filter((member) => {
    const was = URLS[member]!(before)
    return was != null && was !== URLS[member]!(entry)
  })
  return [...ofClient, ...ofUrls]
}
