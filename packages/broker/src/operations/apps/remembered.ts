/** Documents that were opened, by a key of the reader's, until they change. */
export interface Remembered<T> {
  /** From memory only. */
  get(key: string): T | undefined
  /** Loads it where it is not there; what does not exist is not remembered. */
  find(key: string): Promise<T | undefined>
  /** Forgets a document by its id; loads that are under way are not kept. */
  forget(id: string): void
  clear(): void
}

/** Bounded; whoever was loaded first goes first. `isTrusted` is false while memory may be out of date. */
export function remember<T extends { id: string }>(
  entriesAtMost: number,
  isTrusted: () => boolean,
  load: (key: string) => Promise<T | undefined>,
): Remembered<T> {
  const entries = new Map<string, T>()
  const keyById = new Map<string, string>()
  const loading = new Map<string, Promise<T | undefined>>()
  let generation = 0

  function keep(key: string, entry: T): void {
    if (entries.size >= entriesAtMost) drop(entries.keys().next().value!)
    entries.set(key, entry)
    keyById.set(entry.id, key)
  }

  function drop(key: string): void {
    const entry = entries.get(key)
    if (entry === undefined) return
    entries.delete(key)
    keyById.delete(entry.id)
  }

  async function loadOnce(key: string): Promise<T | undefined> {
    const began = generation
    const entry = await load(key)
    if (entry !== undefined && began === generation) keep(key, entry)
    return entry
  }

  return {
    get: (key) => (isTrusted() ? entries.get(key) : undefined),

    find(key) {
      const known = isTrusted() ? entries.get(key) : undefined
      if (known !== undefined) return Promise.resolve(known)
      let flight = loading.get(key)
      if (flight === undefined) {
        flight = loadOnce(key).finally(() => loading.delete(key))
        loading.set(key, flight)
      }
      return flight
    },

    forget(id) {
      generation += 1
      // A load that began before must not be joined by somebody who comes after the change.
      loading.clear()
      const key = keyById.get(id)
      if (key !== undefined) drop(key)
    },

    clear() {
      generation += 1
      loading.clear()
      entries.clear()
      keyById.clear()
    },
  }
}
