import { connect } from 'node:net'

/** No test waits longer than this for the other side to close. */
const BOUND_MS = 10_000

/** Sends bytes as they are and reads until the other side closes. `half` closes our side behind them. */
export function exchangeRaw(url: string, bytes: string, { half = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) })
    let received = ''
    socket.setTimeout(BOUND_MS, () => socket.destroy())
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
    })
    socket.on('error', () => undefined)
    socket.on('close', () => resolve(received))
    if (half) socket.end(Buffer.from(bytes, 'latin1'))
    else socket.write(Buffer.from(bytes, 'latin1'))
  })
}

/** A request whose target and headers are sent byte for byte. */
export const rawRequest = (method: string, target: string, headers: readonly string[], body = ''): string =>
  [`${method} ${target} HTTP/1.1`, 'Host: bursar.test', ...headers, '', body].join('\r\n')

export const statusOf = (answer: string): number => Number(/^HTTP\/1\.1 (\d{3}) /.exec(answer)?.[1] ?? 0)

/** What a WebSocket client opens with, RFC 6455 §4.1. */
export const WEBSOCKET = [
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]
