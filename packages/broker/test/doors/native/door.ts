import { type AddressInfo, connect } from 'node:net'
import { serve } from '@hono/node-server'
import { afterAll } from 'vitest'
import type { NativeOperations } from '../../../src/doors/native/handlers.ts'
import { createNativeDoor } from '../../../src/doors/native/routes.ts'
import { type Call, KEY, recordOperations } from './operations.ts'

export interface OpenDoor {
  url: string
  calls: Call[]
  /** Every log line, as one text. */
  logged: () => string
  /** With the admin key, a JSON type where there is a body, and the path under the door's URL. */
  ask: (
    method: string,
    path: string,
    body?: string | Uint8Array<ArrayBuffer> | null,
    headers?: Record<string, string>,
  ) => Promise<Response>
  /** The answer to bytes on a plain socket. */
  askRaw: (request: string) => Promise<string>
}

/** The door on a real server on loopback, closed after the file's tests. */
export async function openDoor(overrides: Partial<NativeOperations> = {}): Promise<OpenDoor> {
  const { operations, calls } = recordOperations(overrides)
  const lines: string[] = []
  const write = (event: string, fields: object = {}) => void lines.push(JSON.stringify({ event, ...fields }))
  let ids = 0
  const door = createNativeDoor({
    operations,
    log: { debug: write, info: write, warn: write, error: write },
    clock: { now: () => 1_790_000_000, monotonicMs: () => 0 },
    random: { id: () => `request-${++ids}` },
    version: '0.1.0',
  })
  const server = serve({ fetch: door.fetch, port: 0, hostname: '127.0.0.1' })
  await new Promise((resolve) => server.once('listening', resolve))
  afterAll(() => new Promise((resolve) => server.close(resolve)))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  return {
    url,
    calls,
    logged: () => lines.join('\n'),
    ask: (method, path, body = null, headers = {}) =>
      fetch(url + path, {
        method,
        body,
        headers: {
          authorization: `Bearer ${KEY}`,
          ...(body !== null && { 'content-type': 'application/json' }),
          ...headers,
        },
      }),
    askRaw: (request) =>
      new Promise((resolve, reject) => {
        const socket = connect(port, '127.0.0.1', () => socket.write(request))
        let answer = ''
        socket.on('data', (chunk) => {
          answer += chunk
        })
        socket.on('end', () => resolve(answer))
        socket.on('error', reject)
      }),
  }
}
