import { hash } from 'node:crypto'
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
  /**
   * The provider said `Retry-After` to one credential of a client: the others need not ask to hear it again.
   * Answers what other nodes are told of it; null where that is not worth a write.
   */
  pause(recipe: Recipe, seconds: number): string | null
  /** What another node was told, as its `pause` answered it. */
  heed(notice: string): void
}

type Recipe = Readonly<Record<string, unknown>>

/** Somebody takes it in a moment. */
const NEXT_TURN_SECONDS = 1
/** A longer wait is kept by the credential that was told; the others ask in between. */
const PAUSE_AT_MOST_SECONDS = 120
/** A pause that is shorter, or longer than the one before by less, is over before the others have saved anything. */
const TOLD_FROM_SECONDS = 5
/** Clients that were told to wait and never asked again are forgotten then. */
const PAUSES_AT_MOST = 1_000

interface Origin {
  running: number
  waiting: Array<() => void>
}

/** `atOnce` is asked each time: how much of what an origin is asked at once is this node's may change. */
export function createOriginLimits(atOnce: () => number, now: () => number): OriginLimits {
  const origins = new Map<string, Origin>()
  /** By digest, which is all that other nodes say of a client. */
  const pausedUntil = new Map<string, number>()

  function pauseLeft(origin: string, recipe: Recipe): number {
    if (pausedUntil.size === 0) return 0
    const client = digestOf(origin, recipe)
    const left = (pausedUntil.get(client) ?? 0) - now()
    if (left <= 0) pausedUntil.delete(client)
    return Math.max(0, left)
  }

  function keep(client: string, until: number): void {
    if (pausedUntil.size >= PAUSES_AT_MOST) {
      for (const [other, end] of pausedUntil) if (end <= now()) pausedUntil.delete(other)
    }
    pausedUntil.set(client, until)
  }

  return {
    async run(recipe, work, patience) {
      const origin = originOf(recipe)
      if (origin === null) {
        // Nobody is asked: the token follows from the secrets.
        await work(() => {})
        return null
      }
      const left = pauseLeft(origin, recipe)
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
      const client = digestOf(originOf(recipe), recipe)
      const before = Math.max(pausedUntil.get(client) ?? 0, now())
      const until = now() + Math.min(seconds, PAUSE_AT_MOST_SECONDS)
      keep(client, until)
      return until - before >= TOLD_FROM_SECONDS ? `${client} ${until}` : null
    },

    heed(notice) {
      const [client = '', text] = notice.split(' ')
      const until = Math.min(Number(text), now() + PAUSE_AT_MOST_SECONDS)
      if (until > Math.max(pausedUntil.get(client) ?? 0, now())) keep(client, until)
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

const digestOf = (origin: string | null, recipe: Recipe): string =>
  hash('sha256', `${origin} ${clientOf(recipe)}`, 'base64url')

/** Whom the provider told to wait: a client, which may be known by a field only. */
const clientOf = ({ client_id: id, field_values: values }: Recipe): string =>
  typeof id === 'string' ? id : JSON.stringify(values ?? null)
