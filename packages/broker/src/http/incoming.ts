import type { IncomingMessage } from 'node:http'
import type { Context } from 'hono'

/** The request of `node:http` behind that of the router; none where the router is asked by itself. */
export const incomingOf = (context: Context): IncomingMessage | undefined =>
  (context.env as { incoming?: IncomingMessage } | undefined)?.incoming
