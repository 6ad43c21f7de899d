/** What the API answers, typed just enough to read it in tests. Members that an answer lacks are undefined. */
export interface Doc {
  name: string
  id: string
  key: string
  status: string
  title: string
  reason: { code: string; detail: string; who: string; hint?: string; exchange_id?: string } | null
  recipe: Record<string, unknown>
  secrets: Record<string, { set: true; updated_at: string; reference?: Record<string, string> }>
  destinations: unknown[]
  labels: Record<string, string>
  provider: { name: string; version: number } | null
  environment: string | null
  token: {
    version: number
    type: string
    issued_at: string
    expires_at: string | null
    expires_from: string
    refresh_due_at: string | null
  } | null
  last_exchange: Doc | null
  access_token: string
  token_type: string
  expires_at: string | null
  version: number
  outputs: Record<string, string>
  kind: string
  trigger: string
  valid: boolean
  hints: string[]
  notes: Array<{ code: string; detail: string }>
  error: { code: string; detail: string | null; hint: string | null }
  code: string
  detail: string
  hint: string
  errors: Array<{ path: string; code: string; detail: string; hint?: string }>
  request_id: string
  items: Doc[]
  next_cursor: string | null
  revocation: { outcome: string; detail: string }
  authorization_url: string
  user_code: string
  verification_uri: string
  allowed: boolean
  rule: unknown
  reasons: Array<{ code: string; detail: string; rule?: string }>
  scopes: string[]
  action: string
  actor: string
  subject: string
  seq: number
  hash: string
  credentials: Record<string, number>
  spooled: number
  engine: string
  openapi: string
  paths: Record<string, unknown>
}

export interface Answer {
  status: number
  headers: Headers
  text: string
  body: Doc
}

export interface CallOptions {
  key?: string
  headers?: Record<string, string>
  /** Sent as it is. */
  raw?: string | Uint8Array<ArrayBuffer>
}

/** A caller of the REST API and the deliveries. */
export interface Api {
  url: string
  key: string
  call(method: string, path: string, body?: unknown, options?: CallOptions): Promise<Answer>
  /** Creates and waits for the first exchange. */
  create(body: unknown): Promise<Answer>
  credential(name: string): Promise<Doc>
  token(name: string, query?: string): Promise<Answer>
  exchange(name: string): Promise<Answer>
  /** Through the injecting proxy. */
  proxy(name: string, url: string, init?: RequestInit & { key?: string }): Promise<Answer>
  withKey(key: string): Api
}

async function read(response: Response): Promise<Answer> {
  const text = await response.text()
  const json = /[/+]json/.test(response.headers.get('content-type') ?? '')
  return {
    status: response.status,
    headers: response.headers,
    text,
    body: json && text !== '' ? JSON.parse(text) : {},
  }
}

export function createApi(url: string, key: string): Api {
  const api: Api = {
    url,
    key,
    async call(method, path, body, options = {}) {
      const sent = options.raw ?? (body === undefined ? undefined : JSON.stringify(body))
      const response = await fetch(url + path, {
        method,
        redirect: 'manual',
        headers: {
          Authorization: `Bearer ${options.key ?? key}`,
          ...(sent !== undefined && { 'Content-Type': 'application/json' }),
          ...options.headers,
        },
        ...(sent !== undefined && { body: sent }),
      })
      return read(response)
    },
    create: (body) => api.call('POST', '/v1/credentials?wait=20', body),
    credential: async (name) => (await api.call('GET', `/v1/credentials/${name}`)).body,
    token: (name, query = '') => api.call('GET', `/v1/credentials/${name}/token${query}`),
    exchange: (name) => api.call('POST', `/v1/credentials/${name}/exchange`),
    async proxy(name, target, init = {}) {
      const { key: other, headers, ...rest } = init
      return read(
        await fetch(`${url}/proxy/${name}/${target}`, {
          redirect: 'manual',
          ...rest,
          headers: { ...(headers as Record<string, string>), 'Bursar-Key': other ?? key },
        }),
      )
    },
    withKey: (other) => createApi(url, other),
  }
  return api
}
