import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ClientFacts } from '../../http/client-facts.ts'
import type { AppOperations, OpenPage } from '../../operations/apps/app-operations.ts'
import type { Log } from '../../operations/ports.ts'

/** What the door of the apps works with. */
export interface AppsDoorPorts {
  operations: Pick<
    AppOperations,
    | 'openAppPage'
    | 'recordAppRequest'
    | 'requestCompatToken'
    | 'requestAppToken'
    | 'verifyAppToken'
    | 'listPublicKeys'
  >
  log: Log
  /** Addresses and networks whose `X-Forwarded-…` is believed. */
  trustedProxies: readonly string[]
}

/** A request to a page, and who sent it. */
export interface PageCall {
  req: IncomingMessage
  res: ServerResponse
  page: OpenPage
  client: ClientFacts
}
