import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Pool } from 'undici'

/**
 * The limit of event forwarding: `node:http` that takes a body, sends it on with `undici.dispatch` and a fixed
 * token, and answers what came back; nothing is looked at. Argument: the port of the destination.
 */
const pool = new Pool(`http://127.0.0.1:${process.argv[2]}`, { connections: 64, pipelining: 1 })
const headers = ['content-type', 'application/json', 'authorization', 'Bearer static-token-of-the-bench']

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    const answer: Buffer[] = []
    let status = 0
    pool.dispatch(
      { method: 'POST', path: '/collect', headers, body: Buffer.concat(chunks) },
      {
        onRequestStart() {},
        onResponseStart(_controller, code) {
          status = code
        },
        onResponseData: (_controller, chunk) => void answer.push(chunk),
        onResponseEnd() {
          const body = Buffer.concat(answer)
          response.writeHead(status, [
            'Content-Type',
            'application/json',
            'Content-Length',
            String(body.length),
          ])
          response.end(body)
        },
        onResponseError: () => response.writeHead(502).end(),
      },
    )
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
