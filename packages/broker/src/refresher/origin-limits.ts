/** Bounds how many exchanges are under way with one origin; a few more may wait, the rest is sent back. */
export interface OriginLimits {
  /** Runs the work when there is room. False, without running it, when too many wait already. */
  run(recipe: Record<string, unknown>, work: () => Promise<void>): Promise<boolean>
}

export function createOriginLimits(atOnce: number): OriginLimits {
  const origins = new Map<string, { running: number; waiting: Array<() => void> }>()

  return {
    async run(recipe, work) {
      const origin = originOf(recipe)
      let state = origins.get(origin)
      if (state === undefined) {
        state = { running: 0, waiting: [] }
        origins.set(origin, state)
      }
      if (state.running >= atOnce) {
        if (state.waiting.length >= atOnce) return false
        await new Promise<void>((resolve) => state.waiting.push(resolve))
      } else {
        state.running += 1
      }
      try {
        await work()
      } finally {
        const next = state.waiting.shift()
        if (next !== undefined) next()
        else {
          state.running -= 1
          if (state.running === 0) origins.delete(origin)
        }
      }
      return true
    },
  }
}

/** The origin of the token endpoint; where only a template knows it, those of one template count as one. */
function originOf(recipe: Record<string, unknown>): string {
  const written = (recipe.token_request as { url?: unknown } | undefined)?.url ?? recipe.token_url
  if (typeof written === 'string') return URL.parse(written)?.origin ?? ''
  return (written as { template?: string } | undefined)?.template ?? ''
}
