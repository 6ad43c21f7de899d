/** More are not held back: the first is late by as much as the others take. */
const AT_MOST = 64

/**
 * Does `act` with everything that is handed in during one turn of the event loop right behind each other, once `later`
 * says that the turn is over. For writes: one that leaves wakes whoever reads it, and that costs several times what the
 * write does; readers that are awake already take what comes next without. Whoever is alone in a turn waits for nobody.
 */
export function inTurn<T>(act: (item: T) => void, later: (run: () => void) => unknown): (item: T) => void {
  let items: T[] = []
  const actOnAll = () => {
    const ready = items
    items = []
    for (const item of ready) act(item)
  }
  return (item) => {
    if (items.length === 0) later(actOnAll)
    items.push(item)
    if (items.length === AT_MOST) actOnAll()
  }
}
