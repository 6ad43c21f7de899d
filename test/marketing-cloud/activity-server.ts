import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { readText, sendJson } from '../http-server.ts'

/** What the activity was sent. */
export interface ActivityCall {
  path: string
  headers: IncomingMessage['headers']
  text: string
  /** Parsed, where it is JSON. */
  body: Record<string, unknown>
  /** In-arguments merged into one object. */
  inArguments: Record<string, unknown>
}

export type ActivityBehaviour = (call: ActivityCall, response: ServerResponse) => unknown

/** A custom activity on a port of its own, which counts connections as they are made, before any byte. */
export interface ActivityServer {
  url: string
  calls: ActivityCall[]
  connections(): number
  /** By path; what a function answers is the JSON of a 200. */
  behave(path: string, behaviour: ActivityBehaviour): void
  close(): Promise<void>
}

export async function startActivity(): Promise<ActivityServer> {
  const calls: ActivityCall[] = []
  const behaviours = new Map<string, ActivityBehaviour>()
  let connections = 0
  const server = createServer(async (request, response) => {
    const text = await readText(request)
    const json = /^\s*\{/.test(text)
    const body = json ? (JSON.parse(text) as Record<string, unknown>) : {}
    const parts = (body.inArguments ?? []) as Array<Record<string, unknown>>
    const path = request.url ?? ''
    const call = { path, headers: request.headers, text, body, inArguments: Object.assign({}, ...parts) }
    calls.push(call)
    const answer = await (behaviours.get(path) ?? (() => ({})))(call, response)
    if (answer !== undefined && !response.headersSent) sendJson(response, 200, answer)
  })
  server.on('connection', () => {
    connections += 1
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    connections: () => connections,
    behave: (path, behaviour) => void behaviours.set(path, behaviour),
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}

export const answering =
  (status: number, body: unknown = {}): ActivityBehaviour =>
  (_call, response) =>
    void sendJson(response, status, body)
