import type { Socket } from 'node:net'

let corked: Socket[] = []

/** More are not held back: the first is late by as much as the others take. */
const AT_MOST = 64

/**
 * Uncorks sockets that were written to in one turn of the event loop right behind each other, when the turn is over.
 * A write that leaves wakes whoever reads it, and that costs several times what the write does; readers that are awake
 * already take what comes next without. Whoever is alone in a turn waits for nobody.
 */
export function uncorkInTurn(socket: Socket): void {
  if (corked.length === 0) setImmediate(uncorkAll)
  corked.push(socket)
  if (corked.length === AT_MOST) uncorkAll()
}

function uncorkAll(): void {
  const ready = corked
  corked = []
  for (const socket of ready) socket.uncork()
}
