import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import Provider, { errors } from 'oidc-provider'
import { type HttpServer, readText } from '../http-server.ts'

export const CLIENT = 'Experience-Platform-client-id'
export const CLIENT_SECRET = 'Experience-Platform-client-secret'
export const OTHER_CLIENT = 'client-of-a-customer'
export const OTHER_SECRET = 'client-secret-here'
export const SPECIAL_REFRESH_TOKEN = 'special_refresh_token'

export interface Moviestar extends HttpServer {
  /** Token requests, oldest first. */
  calls: Array<{ path: string; host: string; form: Record<string, string>; authorization: string | null }>
  /** Whether a token lives here. */
  isAlive(token: string): Promise<boolean>
  forget(): void
  /** Token requests are counted and wait, until what this answers is called. */
  hold(): () => void
}

/** Addresses of the token endpoint besides the one that the library has. */
const TOKEN_PATHS = ['/OAuth/refresh_token', '/OAuth/accessToken', '/identity/oauth/token']
const TOKEN_PATH = '/OAuth/access_token'

/**
 * A real authorization server behind the addresses of the founding document's examples. The password grant, which
 * OAuth 2.1 dropped, and the special refresh token are grants that are registered with it.
 */
export async function startMoviestar(): Promise<Moviestar> {
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const calls: Moviestar['calls'] = []
  let gate: Promise<void> | null = null
  const post = { token_endpoint_auth_method: 'client_secret_post', application_type: 'native' }
  const all = {
    grant_types: ['authorization_code', 'refresh_token', 'client_credentials', 'password'],
    redirect_uris: ['http://127.0.0.1/data/core/activation/oauth/api/v1/callback'],
    response_types: ['code'],
    scope: 'openid offline_access read write delete',
  }
  const provider = new Provider(url, {
    clients: [
      { client_id: CLIENT, client_secret: CLIENT_SECRET, ...post, ...all },
      { client_id: OTHER_CLIENT, client_secret: OTHER_SECRET, ...post, ...all },
      {
        client_id: 'basic-client',
        client_secret: CLIENT_SECRET,
        application_type: 'native',
        ...all,
        token_endpoint_auth_method: 'client_secret_basic',
      },
    ],
    scopes: ['openid', 'offline_access', 'read', 'write', 'delete'],
    routes: { token: TOKEN_PATH, authorization: '/dialog/OAuth' },
    features: { devInteractions: { enabled: true }, clientCredentials: { enabled: true } },
    // Without `openid` no one asks for offline access, so it is given to whoever may refresh.
    issueRefreshToken: () => true,
    rotateRefreshToken: true,
    findAccount: (_context: unknown, id: string) => ({ accountId: id, claims: () => ({ sub: id }) }),
    cookies: { keys: ['cookie-key'] },
  })
  provider.registerGrantType(
    'password',
    async (context) => {
      const { client, params } = context.oidc
      if (params.username !== 'ada' || params.password !== 'right & proper+1') {
        throw new errors.InvalidGrant('user name or password are wrong')
      }
      const token = new provider.ClientCredentials({ client, scope: params.scope ?? '' })
      context.body = { access_token: await token.save(), token_type: 'Bearer' }
    },
    ['username', 'password', 'scope'],
  )
  const answer = provider.callback()
  server.on('request', async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]!
    if (path === '/OAuth/authorization') request.url = request.url!.replace(path, '/dialog/OAuth')
    if (request.method !== 'POST' || ![TOKEN_PATH, ...TOKEN_PATHS].includes(path))
      return answer(request, response)
    const form = Object.fromEntries(new URLSearchParams(await readText(request)))
    const { host = '', authorization = null } = request.headers
    calls.push({ path, host, form, authorization })
    await gate
    if (form.refresh_token === SPECIAL_REFRESH_TOKEN) {
      const client = await provider.Client.find(form.client_id ?? '')
      const token = new provider.ClientCredentials({ client, scope: 'read' })
      response.writeHead(200, { 'Content-Type': 'application/json' })
      return response.end(JSON.stringify({ access_token: await token.save(), token_type: 'Bearer' }))
    }
    request.url = TOKEN_PATH
    // The body was read; the library takes what stands here instead.
    Object.assign(request, { body: form })
    return answer(request, response)
  })
  return {
    url,
    calls,
    async isAlive(token) {
      return (
        (await provider.ClientCredentials.find(token)) !== undefined ||
        (await provider.AccessToken.find(token)) !== undefined
      )
    },
    forget() {
      calls.length = 0
    },
    hold() {
      const { promise, resolve } = Promise.withResolvers<void>()
      gate = promise
      return () => {
        gate = null
        resolve()
      }
    },
    async close() {
      const closed = once(server, 'close')
      server.close()
      server.closeAllConnections()
      await closed
    },
  }
}
