import type { Client } from 'pg'
import { faultOf, outcomeUnknown } from './fault.ts'
import type { Link } from './link.ts'

interface Waiting<Item> {
  item: Item
  resolve: (saved: boolean) => void
  reject: (error: unknown) => void
}

export interface BatchOptions<Item> {
  links: readonly Link[]
  limit: number
  /** Two items with one key never share a statement, which could change a row only once. */
  keyOf: (item: Item) => string
  /** One statement, committed by itself; answers the positions of the items it saved. */
  save: (client: Client, items: readonly Item[]) => Promise<ReadonlySet<number>>
}

const ATTEMPTS = 3

/** Saves single rows in statements for many: whatever arrives while one is under way makes up the next. */
export class Batch<Item> {
  readonly #options: BatchOptions<Item>
  readonly #idle: Link[]
  #waiting: Waiting<Item>[] = []
  #scheduled = false

  constructor(options: BatchOptions<Item>) {
    this.#options = options
    this.#idle = [...options.links]
  }

  add(item: Item): Promise<boolean> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ item, resolve, reject })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#scheduled || this.#waiting.length === 0 || this.#idle.length === 0) return
    this.#scheduled = true
    setImmediate(() => {
      this.#scheduled = false
      const link = this.#idle.pop()
      if (!link) return
      this.#save(link, this.#take(), ATTEMPTS).finally(() => {
        this.#idle.push(link)
        this.#schedule()
      })
      this.#schedule()
    })
  }

  #take(): Waiting<Item>[] {
    const keys = new Set<string>()
    const taken: Waiting<Item>[] = []
    const left: Waiting<Item>[] = []
    for (const waiting of this.#waiting) {
      const key = this.#options.keyOf(waiting.item)
      const fits = taken.length < this.#options.limit && !keys.has(key)
      keys.add(key)
      ;(fits ? taken : left).push(waiting)
    }
    this.#waiting = left
    return taken
  }

  async #save(link: Link, batch: readonly Waiting<Item>[], attempts: number): Promise<void> {
    if (batch.length === 0) return
    let sent = false
    try {
      const saved = await link.use((client) => {
        sent = true
        return this.#options.save(
          client,
          batch.map(({ item }) => item),
        )
      })
      batch.forEach(({ resolve }, index) => {
        resolve(saved.has(index))
      })
    } catch (error) {
      if (!sent) return rejectAll(batch, error)
      const fault = faultOf(error)
      if (fault.kind === 'retry' && attempts > 1) return this.#save(link, batch, attempts - 1)
      if (fault.kind === 'lost') return rejectAll(batch, outcomeUnknown(error))
      if (fault.kind === 'unavailable' || batch.length === 1) return rejectAll(batch, fault.error)
      // One row that the server refuses must not take its neighbours with it.
      for (const waiting of batch) await this.#save(link, [waiting], attempts)
    }
  }
}

function rejectAll(batch: readonly Waiting<unknown>[], error: unknown): void {
  for (const { reject } of batch) reject(error)
}
