import type { IncomingMessage, ServerResponse } from 'node:http'
import { type HttpServer, readText, sendJson, startHttpServer } from './http-server.ts'

export interface TokenCall {
  path: string
  headers: IncomingMessage['headers']
  form: URLSearchParams
}

/** How a token endpoint answers; a record is the JSON of a 200. */
export type Behaviour = (call: TokenCall, response: ServerResponse) => unknown

/** A provider whose behaviour a test chooses, and an API that takes its newest token only. */
export interface Provider extends HttpServer {
  tokenUrl: string
  apiUrl: string
  behave(behaviour: Behaviour): void
  /** What the token endpoint was sent, oldest first. */
  calls: TokenCall[]
  /** What came to the API. */
  apiCalls: Array<{ url: string; headers: IncomingMessage['headers']; body: string }>
  /** Tokens that the API takes; all of them when null. */
  accepted: Set<string> | null
}

export async function startProvider(behaviour: Behaviour = countingTokens()): Promise<Provider> {
  let current = behaviour
  const calls: TokenCall[] = []
  const apiCalls: Provider['apiCalls'] = []
  const server = await startHttpServer(async (request, response) => {
    const path = (request.url ?? '').split('?', 1)[0]!
    const text = await readText(request)
    if (path.startsWith('/api')) {
      apiCalls.push({ url: request.url ?? '', headers: request.headers, body: text })
      const token = (request.headers.authorization ?? '').replace(/^Bearer /, '')
      if (provider.accepted === null || provider.accepted.has(token)) {
        return sendJson(response, 200, { path: request.url, body: text })
      }
      const challenge = { 'WWW-Authenticate': 'Bearer error="invalid_token"' }
      return sendJson(response, 401, { error: 'invalid_token' }, challenge)
    }
    const call = { path, headers: request.headers, form: new URLSearchParams(text) }
    calls.push(call)
    const body = await current(call, response)
    if (body !== undefined && !response.headersSent) sendJson(response, 200, body)
  })
  const provider: Provider = {
    ...server,
    tokenUrl: `${server.url}/token`,
    apiUrl: `${server.url}/api/`,
    behave(next) {
      current = next
    },
    calls,
    apiCalls,
    accepted: null,
  }
  return provider
}

/** Tokens `token-1`, `token-2`, … each with these further members. */
export function countingTokens(members: Record<string, unknown> = { expires_in: 3600 }): Behaviour {
  let count = 0
  return () => {
    count += 1
    return { access_token: `token-${count}`, token_type: 'Bearer', ...members }
  }
}

export const failing =
  (
    status: number,
    body: unknown = { error: 'server_error' },
    headers: Record<string, string> = {},
  ): Behaviour =>
  (_call, response) =>
    sendJson(response, status, body, headers)

/** A server that rotates: each refresh token is good once, and using one again ends the whole family. */
export interface RotatingFamily {
  behaviour: Behaviour
  first: string
  current(): string
  accessTokens: Set<string>
  refreshes(): number
  reused(): number
  alive(): boolean
}

export function rotatingFamily(
  members: Record<string, unknown> = { expires_in: 3600 },
  name = '',
): RotatingFamily {
  let count = 0
  let reuses = 0
  let alive = true
  let current = `${name}refresh-0`
  const used = new Set<string>()
  const accessTokens = new Set<string>()
  return {
    first: current,
    current: () => current,
    accessTokens,
    refreshes: () => count,
    reused: () => reuses,
    alive: () => alive,
    behaviour({ form }, response) {
      const sent = form.get('refresh_token') ?? ''
      if (!alive || sent !== current) {
        if (used.has(sent)) {
          reuses += 1
          alive = false
          accessTokens.clear()
        }
        return sendJson(response, 400, { error: 'invalid_grant' })
      }
      used.add(sent)
      count += 1
      current = `${name}refresh-${count}`
      const accessToken = `${name}access-${count}`
      accessTokens.add(accessToken)
      return { access_token: accessToken, token_type: 'Bearer', refresh_token: current, ...members }
    },
  }
}

/** A credential with client id and secret at this provider. */
export const clientCredentials = (
  provider: Pick<Provider, 'tokenUrl' | 'apiUrl'>,
  name: string,
  recipe: Record<string, unknown> = {},
): Record<string, unknown> => ({
  name,
  recipe: {
    grant: 'client_credentials',
    token_url: provider.tokenUrl,
    client_id: 'client',
    ...recipe,
  },
  secrets: { client_secret: 'secret-of-the-client' },
  destinations: [provider.apiUrl],
})

/** A credential that lives on a refresh token of this provider. */
export const refreshing = (
  provider: Pick<Provider, 'tokenUrl' | 'apiUrl'>,
  name: string,
  refreshToken: string,
  recipe: Record<string, unknown> = {},
): Record<string, unknown> => ({
  name,
  recipe: { grant: 'refresh_token', token_url: provider.tokenUrl, client_id: 'client', ...recipe },
  secrets: { client_secret: 'secret-of-the-client', refresh_token: refreshToken },
  destinations: [provider.apiUrl],
})
