import { endpointOrigin } from './endpoint-origin.ts'

/** Clock differences of providers, by origin of the token endpoint, as seen in `Date` headers. */
export interface Skew {
  /** Seconds to add to our clock to get the provider's; small differences count as none. */
  of(recipe: Record<string, unknown>): number
  note(recipe: Record<string, unknown>, seconds: number): void
  /** The greatest difference, and with how many providers there is one; null when all agree with us. */
  worst(): { origin: string; seconds: number; origins: number } | null
}

/** Below this many seconds the whole-second `Date` header and the way there explain the difference. */
const NOISE_SECONDS = 2
const ORIGINS_AT_MOST = 10_000

export function createSkew(): Skew {
  const seconds = new Map<string, number>()
  return {
    worst() {
      const [first] = [...seconds].sort(([, a], [, b]) => Math.abs(b) - Math.abs(a))
      return first === undefined ? null : { origin: first[0], seconds: first[1], origins: seconds.size }
    },
    of: (recipe) => seconds.get(originOf(recipe)) ?? 0,
    note(recipe, skew) {
      const origin = originOf(recipe)
      // An address that only a template knows has no clock of its own here.
      if (origin === '') return
      if (Math.abs(skew) <= NOISE_SECONDS) seconds.delete(origin)
      else if (seconds.size < ORIGINS_AT_MOST) seconds.set(origin, skew)
    },
  }
}

function originOf(recipe: Record<string, unknown>): string {
  return typeof recipe.token_url === 'string' ? (endpointOrigin(recipe.token_url) ?? '') : ''
}
