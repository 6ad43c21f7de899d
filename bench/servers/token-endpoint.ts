import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'

/**
 * A token endpoint: answers of about 1.2 kB, each token another one. `/rotating` rotates refresh tokens and
 * counts every one that comes twice; `/counts` says how many came. Arguments: seconds a token lives, and
 * seconds of think time.
 */
const lifeSeconds = Number(process.argv[2] ?? 3600)
const filler = randomBytes(700).toString('base64url')
const spent = new Set<string>()
let issued = 0
let reused = 0

const server = createServer({ keepAliveTimeout: 65_000 }, (request, response) => {
  if (request.url === '/counts') {
    response.end(JSON.stringify({ issued, reused }))
    return
  }
  const chunks: Buffer[] = []
  request.on('data', (chunk: Buffer) => chunks.push(chunk))
  request.on('end', () => {
    issued += 1
    const answer: Record<string, unknown> = {
      access_token: `at-${issued}-${filler}`,
      token_type: 'Bearer',
      expires_in: lifeSeconds,
      scope: 'read write',
    }
    if (request.url === '/rotating') {
      const given = new URLSearchParams(Buffer.concat(chunks).toString('latin1')).get('refresh_token') ?? ''
      if (spent.has(given)) reused += 1
      spent.add(given)
      answer.refresh_token = `rt-${issued}-${filler.slice(0, 100)}`
    }
    const body = JSON.stringify(answer)
    response.writeHead(200, ['Content-Type', 'application/json', 'Content-Length', String(body.length)])
    response.end(body, 'latin1')
  })
})
server.listen(0, '127.0.0.1', () => {
  process.stdout.write(`${(server.address() as AddressInfo).port}\n`)
})
