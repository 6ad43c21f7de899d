import type { IncomingMessage } from 'node:http'

/** At least; at most twice as long. */
const ARRIVES_WITHIN_MS = 10_000

/** Those whose body still comes. One timer for all: a timer for each costs as much as reading most bodies. */
const awaited = new Set<IncomingMessage>()
let sweep: NodeJS.Timeout | null = null

function sweepLater(): void {
  if (sweep !== null) return
  const late = [...awaited]
  sweep = setTimeout(() => {
    sweep = null
    for (const req of late) if (awaited.delete(req) && !req.complete) req.destroy()
    if (awaited.size > 0) sweepLater()
  }, ARRIVES_WITHIN_MS).unref()
}

/** Ends the connection where the body of this request is not here in good time; call what it answers once it is. */
export function awaitBody(req: IncomingMessage): () => void {
  awaited.add(req)
  sweepLater()
  return () => awaited.delete(req)
}

/** For a body that is worked on while it comes: it lasts as long as the work, and has no deadline from now on. */
export function letBodyStream(req: IncomingMessage | undefined): void {
  if (req !== undefined) awaited.delete(req)
}
