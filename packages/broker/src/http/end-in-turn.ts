import type { ServerResponse } from 'node:http'

interface Ending {
  res: ServerResponse
  text: string
  encoding: 'latin1' | 'utf8'
}

let endings: Ending[] = []

/** More are not held back: the first is late by as much as the others take. */
const AT_MOST = 64

/**
 * Ends answers that get ready in one turn of the event loop right behind each other, when the turn is over. The write
 * to a connection wakes whoever reads it, and that costs several times what the write does; readers that are awake
 * already take what comes next without. Whoever is alone in a turn waits for nobody.
 */
export function endInTurn(res: ServerResponse, text: string, encoding: Ending['encoding']): void {
  if (endings.length === 0) setImmediate(endAll)
  endings.push({ res, text, encoding })
  if (endings.length === AT_MOST) endAll()
}

function endAll(): void {
  const ready = endings
  endings = []
  for (const { res, text, encoding } of ready) res.end(text, encoding)
}
