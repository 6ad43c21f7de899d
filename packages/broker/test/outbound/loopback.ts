import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import { type AddressInfo, createServer as createRawServer, type Server, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { onTestFinished } from 'vitest'
import type { OutboundSettings, SendResult } from '../../src/outbound/outbound.ts'
import { createOutbound } from '../../src/outbound/send.ts'

export const fixture = (name: string) =>
  readFileSync(new URL(`fixtures/${name}.pem`, import.meta.url), 'utf8')

/** A server on loopback, closed with every connection when the test has ended. */
async function listen(server: Server): Promise<{ port: number; sockets: Set<Socket> }> {
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    // A test that resets connections must not fail for what the other end then says.
    socket.on('error', () => {}).on('close', () => sockets.delete(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port: (server.address() as AddressInfo).port, sockets }
}

export async function listenHttp(handler: RequestListener) {
  const { port, sockets } = await listen(createServer(handler))
  return { port, url: `http://127.0.0.1:${port}/token`, sockets }
}

export async function listenHttps(certificate: string, handler: RequestListener) {
  const options = { cert: fixture(certificate), key: fixture(`${certificate}-key`) }
  const { port, sockets } = await listen(createSecureServer(options, handler))
  return { port, sockets }
}

/** Bytes in, bytes out: for answers no HTTP server would give. */
export async function listenRaw(onSocket: (socket: Socket) => void) {
  const { port, sockets } = await listen(createRawServer(onSocket))
  return { port, url: `http://127.0.0.1:${port}/token`, sockets }
}

export const settings = (overrides: Partial<OutboundSettings> = {}): OutboundSettings => ({
  allow: ['127.0.0.0/8'],
  insecureHttp: 'loopback',
  connectTimeoutMs: 5_000,
  limits: { deadlineMs: 5_000, maxBodyBytes: 1024 * 1024 },
  clock: { unixMs: Date.now, monotonicMs: () => performance.now() },
  ...overrides,
})

export function outboundFor(overrides: Partial<OutboundSettings> = {}) {
  const outbound = createOutbound(settings(overrides))
  onTestFinished(() => outbound.close())
  const post = (url: string, body = 'grant_type=client_credentials', headers: Array<[string, string]> = []) =>
    outbound.send({ method: 'POST', url, headers, body })
  return { ...outbound, post }
}

/** The answer, or a failed test that says why there was none. */
export function answerOf(result: SendResult) {
  if (result.kind !== 'answer') throw new Error(`No answer: ${JSON.stringify(result.failure)}`)
  return result.answer
}

export function failureOf(result: SendResult) {
  if (result.kind !== 'no_answer') throw new Error(`An answer came: ${result.answer.status}`)
  return result.failure
}
