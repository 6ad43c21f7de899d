import { endpointOrigin } from '../operations/endpoint-origin.ts'

/**
 * Bounds how many exchanges are under way with one origin, and leaves a client of it alone for as long as it
 * was told to wait. A few exchanges may queue here under their lease; the rest is sent back once the patience
 * of whoever brought it ends.
 */
export interface OriginLimits {
  /**
   * Runs the work when there is room; else answers after how many seconds to try again, without running it.
   * Work that is done with the origin before its own end says so, and makes room for the next. What would wait
   * behind a full queue waits until `patience` resolves; without one it is sent back at once.
   */
  run(
    recipe: Recipe,
    work: (done: () => void) => Promise<void>,
    patience?: () => Promise<void>,
  ): Promise<number | null>
  /** The provider said `Retry-After` to one credential of a client: the others need not ask to hear it again. */
  pause(recipe: Recipe, seconds: number): void
}

type Recipe = Readonly<Record<string, unknown>>

/** Somebody takes it in a moment. */
const NEXT_TURN_SECONDS = 1
/** A longer wait is kept by the credential that was told; the others ask in between. */
const PAUSE_AT_MOST_SECONDS = 120

interface Origin {
  running: number
  waiting: Array<() => void>
}

/** `atOnce` is asked each time: how much of what an origin is asked at once is this node's may change. */
export function createOriginLimits(atOnce: () => number, now: () => number): OriginLimits {
  const origins = new Map<string, Origin>()
  const pausedUntil = new Map<string, number>()

  function pauseLeft(client: string): number {
    const left = (pausedUntil.get(client) ?? 0) - now()
    if (left <= 0) pausedUntil.delete(client)
    return Math.max(0, left)
  }

  return {
    async run(recipe, work, patience) {
      const origin = originOf(recipe)
      if (origin === null) {
        // Nobody is asked: the token follows from the secrets.
        await work(() => {})
        return null
      }
      const left = pauseLeft(`${origin} ${clientOf(recipe)}`)
      if (left > 0) return left
      let state = origins.get(origin)
      if (state === undefined) {
        state = { running: 0, waiting: [] }
        origins.set(origin, state)
      }
      if (state.running >= atOnce()) {
        const isFull = state.waiting.length >= atOnce()
        if (isFull && patience === undefined) return NEXT_TURN_SECONDS
        if (!(await waitForTurn(state, isFull ? patience : undefined))) return NEXT_TURN_SECONDS
      } else {
        state.running += 1
      }
      const room = state
      let made = false
      const makeRoom = () => {
        if (made) return
        made = true
        room.running -= 1
        while (room.waiting.length > 0 && room.running < atOnce()) {
          room.running += 1
          room.waiting.shift()!()
        }
        if (room.running === 0) origins.delete(origin)
      }
      try {
        await work(makeRoom)
      } finally {
        makeRoom()
      }
      return null
    },

    pause(recipe, seconds) {
      const until = now() + Math.min(seconds, PAUSE_AT_MOST_SECONDS)
      pausedUntil.set(`${originOf(recipe)} ${clientOf(recipe)}`, until)
    },
  }
}

/** False when the patience ended before the turn came. */
function waitForTurn({ waiting }: Origin, patience: (() => Promise<void>) | undefined): Promise<boolean> {
  return new Promise((resolve) => {
    const begin = () => resolve(true)
    waiting.push(begin)
    void patience?.().then(() => {
      const index = waiting.indexOf(begin)
      if (index === -1) return
      waiting.splice(index, 1)
      resolve(false)
    })
  })
}

/** The origin of the token endpoint; where only a template knows it, those of one template count as one. */
function originOf(recipe: Recipe): string | null {
  const written = (recipe.token_request as { url?: unknown } | undefined)?.url ?? recipe.token_url
  if (typeof written === 'string') return endpointOrigin(written)
  return (written as { template?: string } | undefined)?.template ?? null
}

/** Whom the provider told to wait: a client, which may be known by a field only. */
const clientOf = ({ client_id: id, field_values: values }: Recipe): string =>
  typeof id === 'string' ? id : JSON.stringify(values ?? null)
