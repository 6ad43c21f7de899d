import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/** The limit of reading a token: `node:http` with a constant body of as many bytes as the first argument says. */
const body = 'x'.repeat(Number(process.argv[2]))
const headers = ['Content-Type', 'application/json', 'Content-Length', String(body.length)]
const server = createServer({ keepAliveTimeout: 65_000 }, (_request, response) => {
  response.writeHead(200, headers)
  response.end(body, 'latin1')
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
