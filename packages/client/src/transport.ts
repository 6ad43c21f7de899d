import { type AnswerOf, CALLS, type CallId } from './calls.ts'
import { BursarError, readError } from './error.ts'

export interface ClientSettings {
  /** Where Bursar listens, such as `http://127.0.0.1:8787`. */
  url: string
  /** A caller's key, `bsr_…`. It is sent to Bursar and to nobody else. */
  key: string
  /** For each call to Bursar; 30,000 ms when absent. */
  timeoutMs?: number
  /** Replaces the global `fetch`. */
  fetch?: typeof fetch
  /** Milliseconds of a clock that tokens are aged by; the system's when absent. */
  now?: () => number
}

export interface CallInput {
  params?: Readonly<Record<string, string>>
  query?: Readonly<Record<string, unknown>>
  body?: unknown
}

/** An answer, with the server's clock as it was then where it is told. */
export interface Received<T> {
  body: T
  serverMs: number | null
}

export interface Transport {
  call<Id extends CallId>(id: Id, input?: CallInput): Promise<Received<AnswerOf<Id>>>
  /** One request of a delivery, tried once; throws `client.no_answer` where nobody answers. */
  deliver(path: string, init: RequestInit): Promise<Response>
  /** The same where the answer is Bursar's own, so that it comes in the time of any other call. */
  authorize(path: string, init: RequestInit): Promise<Response>
}

const ATTEMPTS = 3
const LONGEST_PAUSE_SECONDS = 5

/**
 * Calls Bursar. Only a GET is sent again, when nobody answered or Bursar said 503: anything else may have been
 * done already.
 */
export function createTransport(settings: ClientSettings): Transport {
  const base = settings.url.replace(/\/+$/, '')
  const { key, timeoutMs = 30_000 } = settings
  const ask = settings.fetch ?? ((...input: Parameters<typeof fetch>) => fetch(...input))

  async function send(path: string, init: RequestInit, keyHeader: [string, string]): Promise<Response> {
    try {
      const headers = new Headers(init.headers)
      headers.set(...keyHeader)
      // Followed, a redirect would take the key along to wherever it leads.
      return await ask(base + path, { ...init, headers, redirect: 'manual' })
    } catch (cause) {
      if (init.signal?.aborted && !isTimeout(cause)) throw cause
      const detail = `No answer from ${base}.`
      throw new BursarError('client.no_answer', { detail, hint: 'Is Bursar running there?', cause })
    }
  }

  async function sendOnce(path: string, init: RequestInit): Promise<Response> {
    const response = await send(path, { ...init, signal: AbortSignal.timeout(timeoutMs) }, [
      'Authorization',
      `Bearer ${key}`,
    ])
    if (response.ok) return response
    throw await readError(response)
  }

  return {
    deliver: (path, init) => send(path, init, ['Bursar-Key', key]),
    authorize(path, init) {
      const late = AbortSignal.timeout(timeoutMs)
      const signal = init.signal ? AbortSignal.any([init.signal, late]) : late
      return send(path, { ...init, signal }, ['Bursar-Key', key])
    },
    async call(id, { params = {}, query = {}, body } = {}) {
      const [method, template] = CALLS[id].split(' ') as [string, string]
      const path = template.replace(/\{(\w+)\}/g, (_, name) => segment(params[name] ?? ''))
      const given = Object.entries(query).filter(([, value]) => value !== undefined)
      const search = new URLSearchParams(
        given.map(([name, value]): [string, string] => [name, String(value)]),
      ).toString()
      const type = method === 'PATCH' ? 'application/merge-patch+json' : 'application/json'
      const init = {
        method,
        headers: { Accept: 'application/json', ...(body !== undefined && { 'Content-Type': type }) },
        ...(body !== undefined && { body: JSON.stringify(body) }),
      }
      const response = await repeatedly(method === 'GET' ? ATTEMPTS : 1, () =>
        sendOnce(search === '' ? path : `${path}?${search}`, init),
      )
      const date = Date.parse(response.headers.get('date') ?? '')
      return {
        body: (response.status === 204 ? undefined : await response.json()) as AnswerOf<typeof id>,
        serverMs: Number.isNaN(date) ? null : date,
      }
    },
  }
}

async function repeatedly<T>(attempts: number, act: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await act()
    } catch (error) {
      const pause = attempt < attempts ? pauseSeconds(error, attempt) : null
      if (pause === null) throw error
      await new Promise((resolve) => setTimeout(resolve, pause * 1000))
    }
  }
}

/** How long to wait before the next try; null when there is to be none. */
function pauseSeconds(error: unknown, attempt: number): number | null {
  if (!(error instanceof BursarError)) return null
  if (error.code !== 'client.no_answer' && error.status !== 503) return null
  const asked = error.retryAfterSeconds
  if (asked !== undefined) return asked <= LONGEST_PAUSE_SECONDS ? asked : null
  return 0.1 * 2 ** attempt * (0.5 + Math.random() / 2)
}

const isTimeout = (cause: unknown) => (cause as { name?: string } | null)?.name === 'TimeoutError'

/** A name as one segment of a path. `.` and `..` would be taken for steps, and no thing is called so. */
export function segment(name: string): string {
  if (name !== '' && name !== '.' && name !== '..') return encodeURIComponent(name)
  throw new BursarError('request.not_found', { detail: `Nothing is called "${name}".`, status: 404 })
}
