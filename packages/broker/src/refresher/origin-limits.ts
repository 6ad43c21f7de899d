/** Bounds how many exchanges are under way with one origin; a few more may wait, the rest is sent back. */
export interface OriginLimits {
  /** Runs the work when there is room. False, without running it, when too many wait already. */
  run(recipe: Record<string, unknown>, work: () => Promise<void>): Promise<boolean>
}

export function createOriginLimits(atOnce: number): OriginLimits {
  const origins = new Map<string, { running: number; waiting: Array<() => void> }>()

  return {
    async run(recipe, work) {
      const url = typeof recipe.token_url === 'string' ? URL.parse(recipe.token_url) : null
      const origin = url?.origin ?? ''
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
