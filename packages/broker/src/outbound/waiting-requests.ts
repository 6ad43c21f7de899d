/** Requests that wait for a connection to their origin: first come, first served, and none for ever. */
export class WaitingRequests<Request> {
  readonly #timers = new Map<Request, NodeJS.Timeout>()
  readonly #waitMs: number
  readonly #onTimeout: (request: Request) => void
  #emptied: (() => void) | null = null

  constructor(waitMs: number, onTimeout: (request: Request) => void) {
    this.#waitMs = waitMs
    this.#onTimeout = onTimeout
  }

  get size(): number {
    return this.#timers.size
  }

  push(request: Request): void {
    const onTimeout = () => {
      this.#remove(request)
      this.#onTimeout(request)
    }
    this.#timers.set(request, setTimeout(onTimeout, this.#waitMs))
  }

  shift(): Request | undefined {
    const [next] = this.#timers.keys()
    if (next !== undefined) this.#remove(next)
    return next
  }

  /** Resolves once nobody waits. */
  emptied(): Promise<void> {
    if (this.size === 0) return Promise.resolve()
    return new Promise((resolve) => {
      this.#emptied = resolve
    })
  }

  #remove(request: Request): void {
    clearTimeout(this.#timers.get(request))
    this.#timers.delete(request)
    if (this.size === 0) this.#emptied?.()
  }
}
