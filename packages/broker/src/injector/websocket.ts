import { type IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { AnswerHead } from './attempt.ts'
import { responseFields } from './header-fields.ts'

/** True for an opening handshake: RFC 6455 §4.2.1. */
export const asksForWebSocket = (req: IncomingMessage): boolean =>
  req.method === 'GET' && req.headers.upgrade?.toLowerCase() === 'websocket'

/**
 * An answer on a socket that the server gave away for an upgrade. It is the last one there, since what the
 * caller sends afterwards was never meant to be read as HTTP by us.
 */
export function answerOn(req: IncomingMessage, socket: Socket): ServerResponse {
  const res = new ServerResponse(req)
  res.shouldKeepAlive = false
  res.assignSocket(socket)
  socket.on('error', () => res.destroy())
  socket.on('drain', () => res.emit('drain'))
  res.once('finish', () => socket.destroySoon())
  return res
}

/**
 * Passes the destination's 101 on and joins both connections; no frame is looked at. What the caller sent
 * behind its handshake has been kept back until now: had the destination declined, it would have been read
 * there as a request that no rule has seen.
 */
export function joinWebSocket(
  res: ServerResponse,
  socket: Socket,
  early: Buffer,
  { rawHeaders }: AnswerHead,
  upstream: Duplex,
): void {
  res.detachSocket(socket)
  const fields = ['Connection', 'Upgrade', 'Upgrade', 'websocket', ...responseFields(rawHeaders, false)]
  const lines = ['HTTP/1.1 101 Switching Protocols']
  for (let i = 0; i < fields.length; i += 2) lines.push(`${fields[i]}: ${fields[i + 1]}`)
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1')
  if (early.length > 0) upstream.write(early)
  join(socket, upstream)
  join(upstream, socket)
}

/** Bytes one way with back-pressure; when one side is gone the other must learn of it. */
function join(from: Duplex, to: Duplex): void {
  from.on('error', () => to.destroy())
  from.on('close', () => to.destroy())
  from.pipe(to)
}
