import type { IncomingMessage } from 'node:http'
import { BursarError } from '@bursar/domain/error.ts'

/** Of a token request; what is signed of one has to fit into headers later. */
const BYTES_AT_MOST = 64 * 1024
const ARRIVES_WITHIN_MS = 10_000

/** The body as text. Bytes that are not UTF-8 are refused by whoever parses it: they became U+FFFD. */
export function readRequestText(req: IncomingMessage): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    const timer = setTimeout(() => req.destroy(), ARRIVES_WITHIN_MS)
    const refuse = () => {
      clearTimeout(timer)
      req.pause()
      reject(
        new BursarError('request.too_large', { detail: `The body is larger than ${BYTES_AT_MOST} bytes.` }),
      )
    }
    if (Number(req.headers['content-length'] ?? 0) > BYTES_AT_MOST) return refuse()
    req.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > BYTES_AT_MOST) return refuse()
      chunks.push(chunk)
    })
    req.once('end', () => {
      clearTimeout(timer)
      resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString())
    })
    req.once('close', () => {
      clearTimeout(timer)
      reject(new BursarError('request.invalid', { detail: 'The body ended early.' }))
    })
  })
}
