import { connect } from 'node:net'

/** No test waits longer than this for the other side to close. */
const BOUND_MS = 10_000

/** How long a request that is not complete may wait for an answer before our side is closed. */
const PATIENCE_MS = 30

/**
 * Sends bytes as they are and reads until the other side closes. With `half` our side is closed behind them:
 * once an answer has begun, or when none comes because the other side waits for more.
 */
export function exchangeRaw(url: string, bytes: string, { half = false } = {}): Promise<string> {
  const { hostname, port } = new URL(url)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: Number(port) })
    let received = ''
    let patience: NodeJS.Timeout | undefined
    socket.setTimeout(BOUND_MS, () => socket.destroy())
    socket.on('data', (chunk) => {
      received += chunk.toString('latin1')
      if (half) setImmediate(() => socket.end())
    })
    socket.on('error', () => undefined)
    socket.on('close', () => {
      clearTimeout(patience)
      resolve(received)
    })
    socket.write(Buffer.from(bytes, 'latin1'), () => {
      if (half) patience = setTimeout(() => socket.end(), PATIENCE_MS)
    })
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
