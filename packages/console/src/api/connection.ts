import { useSyncExternalStore } from 'react'

/** A value that components follow: who changes it calls `set`. */
function createSignal<T>(initial: T) {
  let value = initial
  const listeners = new Set<() => void>()
  return {
    get: () => value,
    set(next: T) {
      if (Object.is(next, value)) return
      value = next
      for (const listener of listeners) listener()
    },
    subscribe(listener: () => void) {
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
  }
}

const isLost = createSignal(false)
const isSessionOver = createSignal(false)
let whenReopened: PromiseWithResolvers<void> | null = null

/** Every answer and every failure to get one passes here. */
export const connection = { lost: () => isLost.set(true), found: () => isLost.set(false) }

/**
 * A session that ended under an open page: calls wait here until somebody has signed in again, and then go out
 * as they were, so that nothing typed is lost.
 */
export const sessionGate = {
  async wait(): Promise<void> {
    whenReopened ??= Promise.withResolvers()
    isSessionOver.set(true)
    await whenReopened.promise
  },
  open(): void {
    isSessionOver.set(false)
    whenReopened?.resolve()
    whenReopened = null
  },
}

export const useConnectionLost = () => useSyncExternalStore(isLost.subscribe, isLost.get)
export const useSessionOver = () => useSyncExternalStore(isSessionOver.subscribe, isSessionOver.get)
