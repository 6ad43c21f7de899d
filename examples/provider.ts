/**
 * A real authorization server and a small API behind it, for trying Bursar out on one machine:
 * `npm run example-provider`. Client `demo`, secret `correct horse & battery`, scope `api:read`. Client `crm`, secret
 * `crm-secret`, says its secret in the form. `--life` is how long tokens live, seconds.
 */
import { createServer } from 'node:http'
import { parseArgs } from 'node:util'
import Provider from 'oidc-provider'

const { values } = parseArgs({
  options: { port: { type: 'string', default: '9000' }, life: { type: 'string', default: '600' } },
})
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
    {
      client_id: 'crm',
      client_secret: 'crm-secret',
      token_endpoint_auth_method: 'client_secret_post',
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
  ttl: { ClientCredentials: Number(values.life) },
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
