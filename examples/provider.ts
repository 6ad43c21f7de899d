/**
 * A real authorization server and a small API behind it, for trying Bursar out on one machine:
 * `npm run example-provider`. Client `demo`, secret `correct horse & battery`, scope `api:read`.
 */
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import Provider from 'oidc-provider'

const { values } = parseArgs({ options: { port: { type: 'string', default: '9000' } } })
const port = Number(values.port)
const issuer = `http://127.0.0.1:${port}`

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: 'demo',
      client_secret: 'correct horse & battery',
      grant_types: ['client_credentials'],
      redirect_uris: [],
      response_types: [],
      scope: 'api:read',
    },
  ],
  scopes: ['api:read'],
  features: {
    clientCredentials: { enabled: true },
    introspection: { enabled: true },
    devInteractions: { enabled: false },
  },
  ttl: { ClientCredentials: 600 },
})

const answer = provider.callback()
createServer(async (req, res) => {
  if (!req.url?.startsWith('/api/')) return answer(req, res)
  const token = /^Bearer (.+)$/.exec(req.headers.authorization ?? '')?.[1]
  const found = token && (await provider.ClientCredentials.find(token))
  res.statusCode = found ? 200 : 401
  res.setHeader('Content-Type', 'application/json')
  res.end(
    `${JSON.stringify(found ? { hello: found.clientId, scope: found.scope } : { error: 'invalid_token' })}\n`,
  )
}).listen(port, '127.0.0.1', () => console.log(`authorization server and API: ${issuer}`))
