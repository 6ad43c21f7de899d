import type { IncomingMessage } from 'node:http'
import { BursarError } from '@bursar/domain/error.ts'
import { awaitBody } from './body-deadline.ts'

/** The body as text. Bytes that are not UTF-8 are refused by whoever parses it: they became U+FFFD. */
export function readRequestText(req: IncomingMessage, bytesAtMost: number): Promise<string> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = []
    let length = 0
    let hasEnded = false
    const came = awaitBody(req)
    const end = () => {
      hasEnded = true
      came()
    }
    const refuse = () => {
      end()
      req.pause()
      reject(
        new BursarError('request.too_large', { detail: `The body is larger than ${bytesAtMost} bytes.` }),
      )
    }
    if (Number(req.headers['content-length'] ?? 0) > bytesAtMost) return refuse()
    req.on('data', (chunk: Buffer) => {
      length += chunk.length
      if (length > bytesAtMost) return refuse()
      chunks.push(chunk)
    })
    req.on('end', () => {
      end()
      resolve((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString())
    })
    req.on('close', () => {
      if (hasEnded) return
      end()
      reject(new BursarError('request.invalid', { detail: 'The body ended early.' }))
    })
  })
}
