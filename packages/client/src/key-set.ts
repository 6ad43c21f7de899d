import { BursarError } from './error.ts'
import { type PublicKey, readPublicKey } from './public-key.ts'

export interface KeySetSettings {
  /** Of `/.well-known/jwks.json`. */
  url: string
  timeoutMs: number
  ask: typeof fetch
  now: () => number
}

/** The public keys of a Bursar, as far as they are known here. */
export interface KeySet {
  /** Throws `BursarError` where the keys can not be had, so that nobody takes that for a bad token. */
  find(kid: string): Promise<PublicKey | undefined>
}

/** After this time the set is asked for again, behind the back of whoever is served from the one that is there. */
const FRESH_MS = 300_000
/** After this time the one that is there verifies nothing: a key that was withdrawn is gone at the latest then. */
const KEPT_MS = 900_000
/** A `kid` that is not known brings a request at most this often, whoever invents how many of them. */
const UNKNOWN_MS = 30_000
/** Where the last request failed, nobody waits for another one within this time. */
const FAILED_MS = 5_000

type Keys = ReadonlyMap<string, PublicKey>

export function createKeySet(settings: KeySetSettings): KeySet {
  const { now } = settings
  let kept: { keys: Keys; gotAtMs: number } | null = null
  let askedAtMs = Number.NEGATIVE_INFINITY
  let failure: { error: unknown; atMs: number } | null = null
  let flight: Promise<Keys> | null = null

  function load(): Promise<Keys> {
    if (flight !== null) return flight
    if (failure !== null && now() - failure.atMs < FAILED_MS) return Promise.reject(failure.error)
    askedAtMs = now()
    flight = fetchKeys(settings).then(
      (keys) => {
        kept = { keys, gotAtMs: now() }
        failure = null
        flight = null
        return keys
      },
      (error) => {
        failure = { error, atMs: now() }
        flight = null
        throw error
      },
    )
    return flight
  }

  return {
    async find(kid) {
      const ageMs = kept === null ? Number.POSITIVE_INFINITY : now() - kept.gotAtMs
      if (kept === null || ageMs >= KEPT_MS) return (await load()).get(kid)
      const known = kept.keys.get(kid)
      const isDue = now() - askedAtMs >= (known === undefined ? UNKNOWN_MS : FRESH_MS)
      if (known === undefined) return isDue || flight !== null ? (await load()).get(kid) : undefined
      // Whoever asks next meets the outcome; this one has a key.
      if (isDue) load().catch(() => {})
      return known
    },
  }
}

async function fetchKeys({ url, timeoutMs, ask }: KeySetSettings): Promise<Keys> {
  const unreadable = (detail: string, status = 0) =>
    new BursarError('client.not_bursar', { detail: `${url} ${detail}`, status })
  let response: Response
  try {
    // A redirect would let whoever it leads to choose the keys.
    response = await ask(url, {
      headers: { Accept: 'application/jwk-set+json, application/json' },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    })
  } catch (cause) {
    const hint = 'Is Bursar running there?'
    throw new BursarError('client.no_answer', { detail: `No answer from ${url}.`, hint, cause })
  }
  if (response.status !== 200) {
    await response.body?.cancel()
    throw unreadable(`answered ${response.status} instead of a key set.`, response.status)
  }
  const set = (await response.json().catch(() => null)) as { keys?: unknown } | null
  if (!Array.isArray(set?.keys)) throw unreadable('answered something else than a key set.', 200)
  const keys = new Map<string, PublicKey>()
  for (const jwk of set.keys as Array<Record<string, unknown> | null>) {
    const { kid, kty } = jwk ?? {}
    if (kty === 'oct') throw unreadable('shows a shared secret.', 200)
    const key = typeof kid === 'string' ? await readPublicKey(jwk!) : undefined
    if (key === undefined) continue
    if (keys.has(kid as string)) throw unreadable('has two keys of one kid.', 200)
    keys.set(kid as string, key)
  }
  return keys
}
