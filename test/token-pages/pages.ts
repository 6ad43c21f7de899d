import { request as httpRequest } from 'node:http'
import type { Answer } from '../api.ts'
import type { TestBroker } from '../broker.ts'

/** What a page wrote, whatever it is. */
export interface PageAnswer {
  status: number
  headers: Headers
  text: string
  json: Record<string, unknown>
}

/** Talks to the token pages of a broker, as apps and resource servers do. */
export interface TokenPages {
  /** Any request to `/apps/{page}/{what}`. */
  ask(path: string, init?: RequestInit): Promise<PageAnswer>
  /** Posts text to a compat page. */
  post(page: string, text: string, headers?: Record<string, string>): Promise<PageAnswer>
  requestToken(page: string, members: Record<string, unknown>): Promise<PageAnswer>
  /** Asks a standard page, `client_secret_post` unless there is a header. */
  form(page: string, fields: Record<string, string>, headers?: Record<string, string>): Promise<PageAnswer>
  verify(page: string, token: string): Promise<PageAnswer>
  admin(method: string, path: string, body?: unknown): Promise<Answer & { body: Record<string, unknown> }>
  /** Makes what is asked for, and throws unless it was made. */
  make(path: string, body: unknown): Promise<Made>
  rows(page: string, table: 'requests' | 'exceptions'): Promise<Array<Record<string, unknown>>>
}

export function tokenPages(broker: TestBroker): TokenPages {
  const ask: TokenPages['ask'] = async (path, init) => {
    const response = await fetch(broker.url + path, { redirect: 'manual', ...init })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') && text !== ''
    return { status: response.status, headers: response.headers, text, json: isJson ? JSON.parse(text) : {} }
  }
  const post: TokenPages['post'] = (page, text, headers = {}) =>
    ask(`/apps/${page}/token`, { method: 'POST', body: text, headers })
  const admin: TokenPages['admin'] = (method, path, body) => broker.api.call(method, path, body) as never
  return {
    ask,
    post,
    admin,
    requestToken: (page, members) => post(page, JSON.stringify({ operation: 'RequestToken', ...members })),
    form: (page, fields, headers = {}) =>
      ask(`/apps/${page}/token`, { method: 'POST', body: new URLSearchParams(fields), headers }),
    verify: (page, token) =>
      ask(`/apps/${page}/verify`, { method: 'POST', body: new URLSearchParams({ token }) }),
    async make(path, body) {
      const { status, text, body: made } = await admin('POST', path, body)
      if (status !== 201) throw new Error(`${path}: ${status} ${text}`)
      return made as unknown as Made
    },
    async rows(page, table) {
      const { body } = await admin('GET', `/v1/app-pages/${page}/${table}?limit=500`)
      return body.items as never
    },
  }
}

/** What was made, typed just enough. */
export interface Made {
  secret: string
  client_id: string
  client_secret: string
  keys: Array<{ kid: string; status: string; jwk: Record<string, unknown> | null }>
  [member: string]: unknown
}

export interface DecodedJwt {
  header: Record<string, unknown>
  claims: Record<string, unknown>
  payload: string
}

/** The parts of a JWT, decoded. */
export function decodeJwt(token: string): DecodedJwt {
  const [header, payload] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
  return { header: JSON.parse(header!), claims: safeParse(payload!), payload: payload! }
}

function safeParse(text: string): Record<string, unknown> {
  try {
    return JSON.parse(text)
  } catch {
    return {}
  }
}

/** A request from another address of the loopback. */
export function askFrom(
  localAddress: string,
  url: string,
  body: string,
  headers: Record<string, string>,
): Promise<{ status: number; text: string; retryAfter: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest(url, { method: 'POST', localAddress, headers, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () =>
        resolve({ status: response.statusCode!, text, retryAfter: response.headers['retry-after'] }),
      )
    })
    request.on('error', reject).end(body)
  })
}
