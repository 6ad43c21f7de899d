import { createHmac, createSecretKey, randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * The limit of issuing over HTTP: `node:http` that reads the body, makes one bare HMAC over as many bytes as a JWT
 * has, and answers so many bytes.
 */
const body = 'x'.repeat(Number(process.argv[2]))
const key = createSecretKey(randomBytes(32))
const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length)]
const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    Buffer.concat(chunks).toString()
    createHmac('sha256', key).update(body).digest('base64url')
    response.writeHead(200, headers)
    response.end(body, 'latin1')
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
