import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A token endpoint with answers of about 1.2 kB, each token another one. `/rotating` rotates refresh tokens and
 * counts every one that comes twice. `/counts` says how many came since `/reset`, and when.
 */
const lifeSeconds = Number(process.argv[2] ?? 3600)
const filler = randomBytes(780).toString('base64url')
const spent = new Set<string>()
let issued = 0
let counts = { issued: 0, reused: 0, firstMs: 0, lastMs: 0 }

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  if (request.url === '/reset') counts = { issued: 0, reused: 0, firstMs: 0, lastMs: 0 }
  if (request.method === 'GET') return void response.end(JSON.stringify(counts))
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    issued += 1
    counts.issued += 1
    counts.lastMs = Date.now()
    if (counts.firstMs === 0) counts.firstMs = counts.lastMs
    const rotating = request.url === '/rotating'
    if (rotating) {
      const given = new URLSearchParams(Buffer.concat(chunks).toString('latin1')).get('refresh_token') ?? ''
      if (given.startsWith('rt-') && spent.has(given)) counts.reused += 1
      spent.add(given)
    }
    const body = JSON.stringify({
      access_token: `at-${issued}-${filler}`,
      token_type: 'Bearer',
      expires_in: lifeSeconds,
      scope: 'read write',
      ...(rotating && { refresh_token: `rt-${issued}-${filler.slice(0, 60)}` }),
    })
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)])
    response.end(body, 'latin1')
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
