import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll } from 'vitest'
import type { Answer, Api } from '../api.ts'
import { startTestBroker, type TestBroker } from '../broker.ts'
import { type HttpServer, readText, sendJson, startHttpServer } from '../http-server.ts'
import { type ActivityServer, startActivity } from './activity-server.ts'

/** What the token endpoint was sent. */
export interface TokenCall {
  path: string
  headers: Record<string, string | string[] | undefined>
  text: string
  /** Of a form or of JSON. */
  members: Record<string, string>
}

export interface TokenEndpoint extends HttpServer {
  calls: TokenCall[]
  /** Status of the next answers; 200 answers `token-1`, `token-2`, … */
  status: number
}

export async function startTokenEndpoint(): Promise<TokenEndpoint> {
  const calls: TokenCall[] = []
  let issued = 0
  const server = await startHttpServer(async (request, response) => {
    const text = await readText(request)
    const json = /json/.test(request.headers['content-type'] ?? '')
    const members = json
      ? (JSON.parse(text) as Record<string, string>)
      : Object.fromEntries(new URLSearchParams(text))
    calls.push({ path: request.url ?? '', headers: request.headers, text, members })
    if (endpoint.status !== 200) return sendJson(response, endpoint.status, { error: 'invalid_client' })
    issued += 1
    sendJson(response, 200, { access_token: `token-${issued}`, token_type: 'Bearer', expires_in: 3600 })
  })
  const endpoint: TokenEndpoint = { ...server, calls, status: 200 }
  return endpoint
}

const { privateKey, publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
export const RSA = {
  pem: privateKey.export({ type: 'pkcs8', format: 'pem' }) as string,
  publicKey,
}

/** A broker, an activity and a token endpoint, for all tests of a file. */
export interface World {
  broker: TestBroker
  api: Api
  activity: ActivityServer
  tokens: TokenEndpoint
  /** Below `/marketing-cloud`. */
  call(method: string, path: string, body?: unknown): Promise<Omit<Answer, 'body'> & { body: Json }>
  /** A security context with client id and secret, whose token may go to these URLs. */
  createContext(key: string, urls: readonly string[], members?: Json): Promise<void>
  /** Registers and publishes; answers the configuration. */
  publish(key: string, execute: Json, more?: Json): Promise<Json>
}

// biome-ignore lint/suspicious/noExplicitAny: answers are read here as they come.
export type Json = Record<string, any>

export function openWorld(env: Record<string, string> = {}): World {
  const world = {} as World
  beforeAll(async () => {
    const [broker, activity, tokens] = await Promise.all([
      startTestBroker({ env }),
      startActivity(),
      startTokenEndpoint(),
    ])
    Object.assign(world, worldOf(broker, activity, tokens))
  })
  afterAll(() => Promise.all([world.broker.close(), world.activity.close(), world.tokens.close()]))
  return world
}

export function worldOf(
  broker: TestBroker,
  activity: ActivityServer,
  tokens: TokenEndpoint,
  api: Api = broker.api,
): World {
  const call: World['call'] = (method, path, body) => api.call(method, `/marketing-cloud${path}`, body)
  return {
    broker,
    api,
    activity,
    tokens,
    call,
    async createContext(key, urls, members = {}) {
      const body = { ...clientCredentials(tokens), externalKey: key, validServiceUrls: urls, ...members }
      const made = await call('POST', '/security-contexts?wait=20', body)
      if (made.status !== 201) throw new Error(made.text)
    },
    async publish(key, execute, more = {}) {
      const config = restActivity(execute, more)
      const made = await call('POST', '/activities', { key, config })
      if (made.status !== 201) throw new Error(made.text)
      const published = await call('POST', `/activities/${key}/publish`)
      if (published.status !== 200) throw new Error(published.text)
      return config
    },
  }
}

export const clientCredentials = (tokens: { url: string }): Json => ({
  name: 'Orders',
  grantType: 'client_credentials',
  tokenEndpoint: `${tokens.url}/token`,
  clientId: 'orders',
  clientSecret: 'secret-of-the-client',
})

export const jwtBearer = (tokens: { url: string }): Json => ({
  name: 'Orders',
  externalKey: 'orders',
  grantType: 'JWT Bearer',
  tokenEndpoint: `${tokens.url}/token`,
  issuer: 'the-issuer',
  audience: 'the-audience',
  subject: 'the-subject',
  privateKey: RSA.pem,
  validServiceUrls: ['https://orders.example.com/activity/'],
})

/** A config.json with these members of `arguments.execute` and these at the top. */
export const restActivity = (execute: Json, more: Json = {}): Json => ({
  workflowApiVersion: '1.1',
  type: 'REST',
  metaData: { icon: 'images/icon.png', category: 'message' },
  lang: { 'en-US': { name: 'Order discount', description: 'Gives a discount' } },
  arguments: { execute: { inArguments: [], outArguments: [], ...execute } },
  ...more,
})

export const secured = (key: string): Json => ({
  securityOptions: { securityType: 'securityContext', securityContextKey: key },
})

export const contact = (key: string, members: Json = {}): Json => ({ key, ...members })
